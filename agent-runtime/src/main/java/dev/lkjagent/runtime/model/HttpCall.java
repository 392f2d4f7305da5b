package dev.lkjagent.runtime.model;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One call of an {@link HttpModel}: its attempts, and the pauses between them. */
final class HttpCall implements ModelCall {
  /** What may be gone in a moment. An answer that is not one is left to the run's own policy. */
  private static final Set<FaultCode> PASSING =
      EnumSet.of(
          FaultCode.MODEL_UNREACHABLE,
          FaultCode.MODEL_TIMEOUT,
          FaultCode.MODEL_RATE_LIMITED,
          FaultCode.MODEL_SERVER_ERROR,
          FaultCode.MODEL_CUT_OFF);

  private final HttpModel model;
  private final ModelRequest request;
  private final ReplySink sink;
  private final Serial serial = new Serial();

  private volatile boolean cancelled;
  private boolean over;
  private int attempts;
  private @Nullable HttpAttempt current;
  private @Nullable Future<?> pause;

  HttpCall(HttpModel model, ModelRequest request, ReplySink sink) {
    this.model = model;
    this.request = request;
    this.sink = sink;
  }

  void begin() {
    serial.run(this::attempt);
  }

  @Override
  public void cancel() {
    cancelled = true;
    serial.run(this::release);
  }

  @Override
  public void resume() {
    serial.run(
        () -> {
          if (current != null) {
            current.resume();
          }
        });
  }

  boolean isOver() {
    return over || cancelled;
  }

  private void attempt() {
    if (isOver()) {
      return;
    }
    attempts++;
    byte[] body = model.body(request);
    int limit = model.config().limits().maxRequestBytes();
    if (body.length > limit) {
      fail(
          FaultCode.REQUEST_TOO_LARGE.with(
              "the request has "
                  + body.length
                  + " bytes, more than llm.limits.max_request_bytes ("
                  + limit
                  + "); raise it, or lower agent.hard_limit.max_tokens"));
      return;
    }
    current = new HttpAttempt(this, model, serial, sink, body);
    current.send();
  }

  /** The attempt's reply is complete; the sink has heard so. */
  void done() {
    over = true;
    model.ended(this);
  }

  /**
   * The attempt failed.
   *
   * @param fault what went wrong
   * @param delivered whether the sink was given anything
   * @param askedMillis the pause that the server asked for, or {@link RetryPlan#NOT_ASKED}
   */
  void failed(Fault fault, boolean delivered, long askedMillis) {
    if (isOver()) {
      return;
    }
    if (fault.code() == FaultCode.MODEL_REQUEST_REFUSED
        && model.leaveOut(fault.message(), request)) {
      sink.retrying(fault, attempts, 0);
      attempts--;
      serial.run(this::attempt);
      return;
    }
    RetryPlan retries = model.retries();
    if (!PASSING.contains(fault.code()) || delivered) {
      fail(fault);
    } else if (askedMillis > retries.maxPauseMillis()) {
      fail(
          saying(
              fault,
              "it asks for a pause of "
                  + askedMillis / 1000
                  + " s, more than llm.retry.max_pause_ms ("
                  + retries.maxPauseMillis()
                  + ")"));
    } else if (attempts >= retries.maxAttempts()) {
      fail(
          attempts == 1
              ? fault
              : saying(
                  fault,
                  "attempt "
                      + attempts
                      + " of "
                      + retries.maxAttempts()
                      + " (llm.retry.max_attempts)"));
    } else {
      retry(fault, retries.pauseMillis(attempts, askedMillis));
    }
  }

  private void retry(Fault because, long millis) {
    sink.retrying(because, attempts, millis);
    if (isOver()) {
      return;
    }
    try {
      pause =
          model.timer().schedule(() -> serial.run(this::attempt), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      over = true;
    }
  }

  private static Fault saying(Fault fault, String more) {
    return new Fault(fault.code(), fault.message() + "; " + more, fault.offset(), fault.detail());
  }

  private void fail(Fault fault) {
    over = true;
    model.ended(this);
    sink.failed(fault);
  }

  private void release() {
    if (pause != null) {
      pause.cancel(false);
    }
    if (current != null) {
      current.abort();
    }
    model.ended(this);
  }
}
