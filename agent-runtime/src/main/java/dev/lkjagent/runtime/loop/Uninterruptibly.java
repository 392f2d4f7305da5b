package dev.lkjagent.runtime.loop;

/** Waits that end when what is waited for comes, and leave a thread's interruption to its owner. */
final class Uninterruptibly {
  private Uninterruptibly() {}

  /** Something that waits, and begins anew when it is called again. */
  @FunctionalInterface
  interface Wait {
    void run() throws InterruptedException;
  }

  static void run(Wait wait) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          wait.run();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
