package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.fault.Fault;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A commit's answer that a test can wait for. */
final class Answer implements CommitListener {
  private final CompletableFuture<Object> arrived = new CompletableFuture<>();

  static Answer to(Store store, Change change) {
    Answer answer = new Answer();
    store.commit(change, answer);
    return answer;
  }

  @Override
  public void committed(Change change, long version) {
    if (!arrived.complete(version)) {
      throw new IllegalStateException("answered twice");
    }
  }

  @Override
  public void refused(Change change, Fault fault) {
    if (!arrived.complete(fault)) {
      throw new IllegalStateException("answered twice");
    }
  }

  private Object get() {
    try {
      return arrived.get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("no answer", e);
    }
  }

  /** The version after the commit. */
  long version() {
    Object answer = get();
    if (answer instanceof Fault fault) {
      throw new AssertionError("refused: " + fault);
    }
    return (long) answer;
  }

  /** The fault, or null if it was committed. */
  @Nullable Fault fault() {
    return get() instanceof Fault fault ? fault : null;
  }
}
