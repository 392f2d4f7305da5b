package dev.lkjagent.testkit;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.model.Demand;
import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import dev.lkjagent.runtime.model.Role;
import dev.lkjagent.runtime.model.ToolCall;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A sink that keeps what it hears and can be waited for. */
public class Heard implements ReplySink {
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final ByteArrayOutputStream reasoning = new ByteArrayOutputStream();
  private final CountDownLatch end = new CountDownLatch(1);
  public final CountDownLatch firstText = new CountDownLatch(1);
  public final List<ToolCall> tools = new ArrayList<>();
  public final List<Long> pauses = new ArrayList<>();
  public final List<Fault> retried = new ArrayList<>();
  public final List<Long> usage = new ArrayList<>();
  public volatile Function<String, Demand> wants = all -> Demand.MORE;
  public volatile ModelCall call;
  public final AtomicInteger pieces = new AtomicInteger();
  public final AtomicInteger ends = new AtomicInteger();
  public FinishReason finish;
  public Fault fault;

  public static Heard ask(Model model, String prompt) throws InterruptedException {
    return new Heard().start(model, prompt).await();
  }

  public Heard start(Model model, String prompt) {
    return start(model, new ModelRequest().begin(Role.USER).append(prompt).end());
  }

  public Heard start(Model model, ModelRequest request) {
    call = model.start(request, this);
    return this;
  }

  public Heard await() throws InterruptedException {
    if (!end.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError("the call did not end within 20 seconds; so far: " + text());
    }
    return this;
  }

  @Override
  public Demand text(byte[] bytes, int from, int to) {
    synchronized (text) {
      text.write(bytes, from, to - from);
    }
    pieces.incrementAndGet();
    firstText.countDown();
    return wants.apply(text());
  }

  @Override
  public Demand reasoning(byte[] bytes, int from, int to) {
    reasoning.write(bytes, from, to - from);
    return Demand.MORE;
  }

  @Override
  public void toolCall(ToolCall tool) {
    tools.add(tool);
  }

  @Override
  public void usage(long prompt, long completion, long cached, long reasoned) {
    usage.addAll(List.of(prompt, completion, cached, reasoned));
  }

  @Override
  public void retrying(Fault because, int attempt, long pauseMillis) {
    retried.add(because);
    pauses.add(pauseMillis);
  }

  @Override
  public void done(FinishReason reason) {
    finish = reason;
    ends.incrementAndGet();
    end.countDown();
  }

  @Override
  public void failed(Fault because) {
    fault = because;
    ends.incrementAndGet();
    end.countDown();
  }

  public String text() {
    synchronized (text) {
      return text.toString(StandardCharsets.UTF_8);
    }
  }

  public String reasoning() {
    return reasoning.toString(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "text=" + text() + " fault=" + fault + " finish=" + finish;
  }
}
