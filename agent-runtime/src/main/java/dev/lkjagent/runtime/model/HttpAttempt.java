package dev.lkjagent.runtime.model;

import dev.lkjagent.runtime.config.LlmConfig;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * One exchange with the server. All its methods run in the call's {@link Serial}, so its state
 * needs no lock; the HTTP client's threads and the timer only bring tasks there.
 *
 * <p>It demands one piece of the body at a time and the next when the sink wants more, so the
 * connection itself holds the server back. When the reply is complete but for its usage, it goes on
 * reading within the limits of {@code llm.limits.drain_bytes} and {@code drain_ms}, and gives up
 * without a fault.
 */
final class HttpAttempt
    implements HttpResponse.BodyHandler<@Nullable Void>,
        HttpResponse.BodySubscriber<@Nullable Void> {
  private static final int MAX_ERROR_BYTES = 65_536;

  /** How the body is read; decided by its first byte that is not white space, and its headers. */
  private enum Form {
    UNDECIDED,
    EVENTS,
    DOCUMENT,
    ERROR
  }

  private final HttpCall call;
  private final HttpModel model;
  private final Serial serial;
  private final byte[] requestBody;
  private final ChatReply reply;
  private final LlmConfig.Timeout timeouts;
  private final LlmConfig.Limits limits;

  private final SseReader events = new SseReader();
  private final JsonBytes body = new JsonBytes(1024);
  private @Nullable Gunzip gunzip;
  private Form form = Form.UNDECIDED;
  private boolean decodable = true;

  private @Nullable CompletableFuture<?> exchange;
  private Flow.@Nullable Subscription subscription;
  private @Nullable Future<?> alarm;
  private int status;
  private @Nullable HttpHeaders headers;

  private long startNanos;
  private long lastNanos;
  private long pausedNanos;
  private long drainNanos;
  private long received;
  private long drained;
  private boolean hasBytes;
  private boolean draining;
  private boolean paused;
  private boolean bodyEnded;
  private boolean over;

  HttpAttempt(HttpCall call, HttpModel model, Serial serial, ReplySink sink, byte[] requestBody) {
    this.call = call;
    this.model = model;
    this.serial = serial;
    this.requestBody = requestBody;
    this.timeouts = model.config().timeout();
    this.limits = model.config().limits();
    this.reply = new ChatReply(sink, model.faults(), model.key(), limits.maxReplyBytes());
  }

  @SuppressWarnings("FutureReturnValueIgnored") // its failure is what the stage is for
  void send() {
    startNanos = System.nanoTime();
    lastNanos = startNanos;
    try {
      CompletableFuture<?> sent = model.client().sendAsync(model.httpRequest(requestBody), this);
      exchange = sent;
      sent.whenComplete(
          (response, failure) -> {
            if (failure != null) {
              serial.run(() -> broken(failure));
            }
          });
    } catch (RejectedExecutionException closed) {
      over = true;
      return;
    }
    watch();
  }

  // What the HTTP client calls.

  @Override
  public HttpResponse.BodySubscriber<@Nullable Void> apply(HttpResponse.ResponseInfo info) {
    serial.run(
        () -> {
          status = info.statusCode();
          headers = info.headers();
          String encoding = header("Content-Encoding").toLowerCase(Locale.ROOT).strip();
          decodable = List.of("", "identity", "gzip", "x-gzip").contains(encoding);
          if (encoding.endsWith("gzip")) {
            gunzip = new Gunzip();
          }
          lastNanos = System.nanoTime();
        });
    return this;
  }

  @Override
  public CompletionStage<@Nullable Void> getBody() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscribed) {
    serial.run(
        () -> {
          subscription = subscribed;
          if (over || call.isOver()) {
            subscribed.cancel();
          } else {
            subscribed.request(1);
          }
        });
  }

  @Override
  public void onNext(List<ByteBuffer> pieces) {
    serial.run(
        () -> {
          for (ByteBuffer piece : pieces) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            received(bytes);
          }
          more();
        });
  }

  @Override
  public void onError(Throwable failure) {
    serial.run(() -> broken(failure));
  }

  @Override
  public void onComplete() {
    serial.run(
        () -> {
          bodyEnded = true;
          if (!paused) {
            complete();
          }
        });
  }

  // What the call asks for.

  void resume() {
    if (!paused || over) {
      return;
    }
    paused = false;
    long now = System.nanoTime();
    startNanos += now - pausedNanos;
    lastNanos = now;
    reply.resume();
    readEvents();
    if (bodyEnded && !paused) {
      complete();
    } else {
      more();
    }
  }

  /** Ends the exchange without another word to anybody. */
  void abort() {
    over = true;
    if (alarm != null) {
      alarm.cancel(false);
    }
    if (subscription == null && exchange != null) {
      exchange.cancel(true);
    } else if (subscription != null && !bodyEnded) {
      // Only here, and not by way of the exchange: after its body's end the connection may serve
      // another call already, although the exchange is not told yet that it is over.
      subscription.cancel();
    }
    if (gunzip != null) {
      gunzip.close();
      gunzip = null;
    }
  }

  // Reading.

  private void more() {
    if (subscription != null && !paused && !over) {
      subscription.request(1);
    }
  }

  private void received(byte[] bytes) {
    if (over || call.isOver() || bytes.length == 0) {
      return;
    }
    lastNanos = System.nanoTime();
    if (!hasBytes) {
      hasBytes = true;
      watch();
    }
    if (received == 0 && gunzip == null && Gunzip.looksLikeGzip(bytes, 0, bytes.length)) {
      gunzip = new Gunzip();
    }
    if (gunzip == null) {
      decoded(bytes, 0, bytes.length);
      return;
    }
    try {
      gunzip.feed(bytes, 0, bytes.length, this::decoded);
    } catch (DataFormatException damaged) {
      if (!over) {
        fail(
            model
                .faults()
                .other(
                    FaultCode.MODEL_ANSWER_UNREADABLE,
                    "sent a body that is not the gzip it claims to be ("
                        + damaged.getMessage()
                        + ")"));
      }
    }
  }

  private boolean decoded(byte[] bytes, int from, int to) {
    received += to - from;
    if (draining) {
      drained += to - from;
    }
    if (received > limits.maxAnswerBytes() && !draining) {
      fail(
          model
              .faults()
              .other(
                  FaultCode.REPLY_TOO_LARGE,
                  "sent an answer of more than "
                      + limits.maxAnswerBytes()
                      + " bytes; raise llm.limits.max_answer_bytes"));
      return false;
    }
    switch (form) {
      case UNDECIDED -> {
        body.raw(bytes, from, to);
        decide();
      }
      case EVENTS -> {
        events.feed(bytes, from, to);
        readEvents();
      }
      case DOCUMENT -> body.raw(bytes, from, to);
      case ERROR -> {
        body.raw(bytes, from, Math.min(to, from + Math.max(0, MAX_ERROR_BYTES - body.length())));
        if (body.length() >= MAX_ERROR_BYTES) {
          complete();
        }
      }
    }
    return !over;
  }

  private void decide() {
    if (status < 200 || status > 299) {
      form = Form.ERROR;
      return;
    }
    byte[] bytes = body.bytes();
    int at = 0;
    if (body.length() > 0 && bytes[0] == (byte) 0xEF) {
      if (body.length() < 3) {
        return;
      }
      at = bytes[1] == (byte) 0xBB ? 3 : 0;
    }
    while (at < body.length()
        && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\n' || bytes[at] == '\r')) {
      at++;
    }
    if (at == body.length()) {
      return;
    }
    boolean said = header("Content-Type").toLowerCase(Locale.ROOT).contains("event-stream");
    boolean like = "deir:".indexOf(bytes[at]) >= 0;
    if (bytes[at] == '{' || bytes[at] == '[' || bytes[at] == '<' || !said && !like) {
      form = Form.DOCUMENT;
      return;
    }
    form = Form.EVENTS;
    model.streams();
    events.feed(bytes, 0, body.length());
    readEvents();
  }

  private void readEvents() {
    while (form == Form.EVENTS && !paused && !over && events.next()) {
      event();
    }
    if (!over && !paused && draining && drained >= limits.drainBytes()) {
      finish(false);
    }
  }

  private void event() {
    byte[] data = events.data();
    int length = events.dataLength();
    if (isDone(data, length)) {
      finish(true);
      return;
    }
    if (isBlank(data, length)) {
      return;
    }
    Fault fault = reply.document(data, length, status, events.event().equals("error"));
    if (call.isOver()) {
      abort();
    } else if (fault != null) {
      if (draining) {
        finish(false);
      } else {
        fail(fault);
      }
    } else if (reply.isComplete()) {
      drain();
    } else if (reply.demand() == Demand.LATER) {
      paused = true;
      pausedNanos = System.nanoTime();
    }
  }

  /**
   * An event that the end of the body cut short, or that only lacks its blank line; true if done.
   */
  private boolean lastEvent() {
    byte[] data = events.data();
    int length = events.dataLength();
    if (isDone(data, length)) {
      return true;
    }
    Fault fault = reply.document(data, length, status, events.event().equals("error"));
    if (fault != null && fault.code() != FaultCode.MODEL_ANSWER_UNREADABLE) {
      fail(fault);
    }
    return false;
  }

  /** The reply is complete but for its usage. */
  private void drain() {
    if (!draining) {
      draining = true;
      drainNanos = System.nanoTime();
      watch();
    }
    if (reply.demand() == Demand.ENOUGH && reply.hasUsage()) {
      finish(true);
    }
  }

  private static boolean isDone(byte[] data, int length) {
    return length < 20
        && new String(data, 0, length, StandardCharsets.UTF_8).strip().equals("[DONE]");
  }

  private static boolean isBlank(byte[] data, int length) {
    for (int i = 0; i < length; i++) {
      if (data[i] != ' ' && data[i] != '\n') {
        return false;
      }
    }
    return true;
  }

  // Ends.

  /** The body came to its end. */
  private void complete() {
    if (over || call.isOver()) {
      return;
    }
    if (form == Form.UNDECIDED) {
      form = status < 200 || status > 299 ? Form.ERROR : Form.DOCUMENT;
    }
    if (gunzip != null && !gunzip.isComplete() && form != Form.ERROR && !reply.isComplete()) {
      fail(
          model
              .faults()
              .other(FaultCode.MODEL_CUT_OFF, "ended its compressed answer in the middle"));
      return;
    }
    switch (form) {
      case ERROR ->
          fail(model.faults().status(status, nullable("Location"), body.bytes(), body.length()));
      case EVENTS -> {
        boolean isDone = events.end() && lastEvent();
        if (!over) {
          finish(isDone);
        }
      }
      default -> document();
    }
  }

  private void document() {
    if (!decodable) {
      fail(
          model
              .faults()
              .other(
                  FaultCode.MODEL_ANSWER_UNREADABLE,
                  "compressed its answer as \""
                      + header("Content-Encoding")
                      + "\", which was not asked for"));
      return;
    }
    Fault fault =
        body.length() == 0
            ? model.faults().unreadable(body.bytes(), 0, "status " + status)
            : reply.document(body.bytes(), body.length(), status, false);
    if (fault != null) {
      fail(fault);
    } else if (!call.isOver()) {
      finish(true);
    }
  }

  private void finish(boolean isWhole) {
    Fault fault = reply.end(isWhole);
    if (fault != null) {
      fail(fault);
      return;
    }
    call.done();
    boolean endsByItself = isWhole || bodyEnded;
    if (endsByItself) {
      // What is left is the end of the body; reading it keeps the connection for the next call.
      over = true;
      linger();
    } else {
      abort();
    }
  }

  private void linger() {
    if (alarm != null) {
      alarm.cancel(false);
    }
    if (bodyEnded || subscription == null) {
      abort();
      return;
    }
    subscription.request(4);
    try {
      alarm =
          model
              .timer()
              .schedule(() -> serial.run(this::abort), limits.drainMs(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      abort();
    }
  }

  private void fail(Fault fault) {
    if (over) {
      return;
    }
    abort();
    HttpHeaders told = headers;
    long asked = told == null || status < 400 ? RetryPlan.NOT_ASKED : model.retries().asked(told);
    call.failed(fault, reply.hasDelivered(), asked);
  }

  private void broken(Throwable failure) {
    if (over || call.isOver()) {
      return;
    }
    if (reply.isComplete()) {
      finish(false);
      return;
    }
    fail(BrokenConnection.fault(failure, model.faults(), timeouts, status, received));
  }

  // Time.

  private void watch() {
    if (alarm != null) {
      alarm.cancel(false);
    }
    if (over) {
      return;
    }
    long wait = Math.max(1, nextDeadline() - System.nanoTime());
    try {
      alarm = model.timer().schedule(() -> serial.run(this::check), wait, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      over = true;
    }
  }

  private long silenceNanos() {
    return TimeUnit.MILLISECONDS.toNanos(hasBytes ? timeouts.silenceMs() : timeouts.firstByteMs());
  }

  private long nextDeadline() {
    if (paused) {
      // Nobody but the sink is slow now; looked at again after the time of a silence.
      return System.nanoTime() + silenceNanos();
    }
    if (draining) {
      return drainNanos + TimeUnit.MILLISECONDS.toNanos(limits.drainMs());
    }
    long total = startNanos + TimeUnit.MILLISECONDS.toNanos(timeouts.totalMs());
    long silence = (hasBytes ? lastNanos : startNanos) + silenceNanos();
    return total - silence < 0 ? total : silence;
  }

  private void check() {
    if (over || call.isOver()) {
      return;
    }
    long now = System.nanoTime();
    if (paused || now - nextDeadline() < 0) {
      watch();
    } else if (draining) {
      finish(false);
    } else if (now - startNanos >= TimeUnit.MILLISECONDS.toNanos(timeouts.totalMs())) {
      timeout(
          "did not complete its answer within "
              + timeouts.totalMs()
              + " ms (llm.timeout.total_ms)");
    } else if (hasBytes) {
      timeout(
          "was silent for "
              + timeouts.silenceMs()
              + " ms in the middle of its answer"
              + " (llm.timeout.silence_ms)");
    } else {
      timeout("sent nothing within " + timeouts.firstByteMs() + " ms (llm.timeout.first_byte_ms)");
    }
  }

  private void timeout(String says) {
    fail(model.faults().other(FaultCode.MODEL_TIMEOUT, says));
  }

  private String header(String name) {
    String value = nullable(name);
    return value == null ? "" : value;
  }

  private @Nullable String nullable(String name) {
    return headers == null ? null : headers.firstValue(name).orElse(null);
  }
}
