package dev.lkjagent.cli.command;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Answers questions on a thread of its own, so that one that never ends is noticed. Such a thread
 * can be left behind (it is a daemon); another takes its place. Used by one thread.
 */
final class TimedWorker implements AutoCloseable {
  /** How long the answer on one text may take. */
  static final int LIMIT_MILLIS = 5_000;

  private final String name;
  private final int limitMillis;
  private ExecutorService thread;

  /**
   * A worker.
   *
   * @param name of its thread
   * @param limitMillis how long an answer may take
   */
  TimedWorker(String name, int limitMillis) {
    this.name = name;
    this.limitMillis = limitMillis;
    thread = start();
  }

  private ExecutorService start() {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread made = new Thread(task, name);
          made.setDaemon(true);
          return made;
        });
  }

  /**
   * Waits for an answer as long as the limit allows.
   *
   * @throws TimeoutException if there was none; what the question uses is still in use, so {@link
   *     #leave} it
   * @throws ExecutionException if the question failed, with what it threw as the cause
   * @throws InterruptedException if the caller was interrupted
   */
  <T> T ask(Callable<T> question)
      throws TimeoutException, ExecutionException, InterruptedException {
    Future<T> answer = thread.submit(question);
    try {
      return answer.get(limitMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new TimeoutException("no answer within " + limitMillis + " ms");
    }
  }

  /** Goes on with another thread; this one does something as its last act, if it gets there. */
  void leave(Runnable last) {
    closeAfter(last);
    thread = start();
  }

  /** Has the thread do something as its last act, without waiting for it. */
  void closeAfter(Runnable last) {
    var unused = thread.submit(last); // what it throws is of no interest any more
    thread.shutdown();
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
