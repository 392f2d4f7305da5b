package dev.lkjagent.runtime.loop;

/** Something that a worker is to do, posted by whoever has news for one of its agents. */
@FunctionalInterface
interface Mail {
  /** Runs on the worker. */
  void open();
}
