package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.Terminal;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What happens on Ctrl-C: whatever is open is closed, the last first, so that the cycle under way
 * ends or is undone and the store is given back.
 */
final class Interruption implements AutoCloseable {
  private final Terminal terminal;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Thread hook = new Thread(this::interrupted, "lkjagent-interrupt");
  private boolean running;
  private boolean quiet;

  Interruption(Terminal terminal) {
    this.terminal = terminal;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  synchronized <T extends AutoCloseable> T closes(T resource) {
    open.push(resource);
    return resource;
  }

  /** Whether the process is on its way out, so that what else fails is only a consequence. */
  synchronized boolean isRunning() {
    return running;
  }

  /** Leaves it to another process to say that it was interrupted. */
  synchronized void quietly() {
    quiet = true;
  }

  private void interrupted() {
    synchronized (this) {
      running = true;
    }
    while (true) {
      AutoCloseable next;
      synchronized (this) {
        next = open.poll();
      }
      if (next == null) {
        break;
      }
      try {
        next.close();
      } catch (Exception e) {
        terminal.err().println("warning: " + e);
      }
    }
    if (quiet) {
      return;
    }
    terminal
        .err()
        .println("Interrupted. What was committed is kept; the same command goes on from there.");
    terminal.err().flush();
  }

  /** The ordinary end: nothing is left to be interrupted. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      // The hook says all there is to say; the process ends when it is done.
      Thread.currentThread().interrupt();
    }
  }
}
