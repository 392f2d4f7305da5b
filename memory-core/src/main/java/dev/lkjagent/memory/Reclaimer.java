package dev.lkjagent.memory;

/** Makes room when a scope has none left: the way in which an agent pages. */
@FunctionalInterface
public interface Reclaimer {
  /**
   * Frees what can be spared. It is called on the pool's thread, in the middle of the operation
   * that found no room, so it must not touch what that operation works on. It may take memory; if
   * there is none, the request fails and the reclaimer is not asked again from within.
   *
   * @param shortage what was asked and which limit was met; valid during the call only
   * @return true to try the request again; that is believed only if something was freed
   */
  boolean reclaim(Shortage shortage);
}
