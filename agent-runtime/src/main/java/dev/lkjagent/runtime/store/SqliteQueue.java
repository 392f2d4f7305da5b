package dev.lkjagent.runtime.store;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits for the writer of a {@link SqliteStore}: changes and tasks, in the order they came.
 */
final class SqliteQueue {
  /** A write that is no commit: it is answered like one. */
  interface Task {
    /** Does it, within a transaction. */
    void run(SqliteWriter writer) throws java.sql.SQLException;

    /** What it did is durable. */
    void done();

    /** What it did is undone. */
    void failed(dev.lkjagent.runtime.fault.Fault fault);
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final ArrayDeque<Object> waiting = new ArrayDeque<>();
  private boolean closed;

  /** Adds a change or a task; false if the queue takes no more. */
  boolean add(Object job) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      waiting.add(job);
      if (waiting.size() == 1) {
        filled.signal();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves what waits to a list, waiting for the first for some time.
   *
   * @return false if nothing will come any more
   */
  boolean take(List<Object> batch, int max, long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (waiting.isEmpty() && !closed && left > 0) {
        left = filled.awaitNanos(left);
      }
      while (!waiting.isEmpty() && batch.size() < max) {
        batch.add(waiting.poll());
      }
      return !closed || !batch.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }
}
