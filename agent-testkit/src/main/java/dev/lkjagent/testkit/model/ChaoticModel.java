package dev.lkjagent.testkit.model;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.model.Demand;
import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.ForwardingModel;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import dev.lkjagent.runtime.model.ToolCall;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Wraps a model and spoils some of its replies, by a seed: the same seed spoils the same calls in
 * the same way, as long as they come in the same order. Its {@link #toString} names the seed; a
 * stage prints it when a test fails.
 *
 * <p>Faults of the wrapped model pass through. Safe for use by several threads.
 */
public final class ChaoticModel extends ForwardingModel {
  /** The system property whose value is the seed where none was set in code. */
  public static final String PROPERTY = "lkjagent.seed";

  private final long seed;
  private final Map<Chaos, Double> rates;
  private final int oversizeBytes;
  private final Duration pause;
  private final AtomicLong calls = new AtomicLong();
  private final List<Spoiled> spoiled = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService slow =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "chaotic-model");
            thread.setDaemon(true);
            return thread;
          });
  private volatile byte[] before = new byte[0];

  private ChaoticModel(Builder builder) {
    super(builder.inner);
    seed = builder.seed;
    rates = new EnumMap<>(builder.rates);
    oversizeBytes = builder.oversizeBytes;
    pause = builder.pause;
  }

  /**
   * A call whose reply was spoiled.
   *
   * @param call the number of the call, from 1
   * @param how what was done
   */
  public record Spoiled(long call, Chaos how) {}

  /**
   * Begins a chaotic model.
   *
   * @param inner what answers; closed with this model
   * @return a builder with a seed of its own, or that of {@code -Dlkjagent.seed}, and no chaos
   */
  public static Builder around(Model inner) {
    return new Builder(inner);
  }

  /**
   * What the spoiling depends on.
   *
   * @return the seed
   */
  public long seed() {
    return seed;
  }

  /**
   * Which calls were spoiled so far.
   *
   * @return them in order
   */
  public List<Spoiled> spoiled() {
    return List.copyOf(spoiled);
  }

  @Override
  public ModelCall start(ModelRequest request, ReplySink sink) {
    long call = calls.incrementAndGet();
    SplittableRandom random = new SplittableRandom(seed * 31 + call);
    Chaos how = choose(random);
    if (how != null) {
      spoiled.add(new Spoiled(call, how));
    }
    Ear ear = new Ear(sink, how, random);
    ear.asked = super.start(request, ear);
    return ear;
  }

  private @Nullable Chaos choose(SplittableRandom random) {
    double drawn = random.nextDouble();
    for (Map.Entry<Chaos, Double> rate : rates.entrySet()) {
      drawn -= rate.getValue();
      if (drawn < 0) {
        return rate.getKey();
      }
    }
    return null;
  }

  /** Hears a whole reply, then passes on what is made of it. */
  private final class Ear implements ReplySink, ModelCall {
    private final ReplySink sink;
    private final @Nullable Chaos how;
    private final SplittableRandom random;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private final List<ToolCall> tools = new ArrayList<>();
    private long @Nullable [] usage;
    private volatile ModelCall asked = ModelCall.COMPLETE;
    private volatile boolean cancelled;

    Ear(ReplySink sink, @Nullable Chaos how, SplittableRandom random) {
      this.sink = sink;
      this.how = how;
      this.random = random;
    }

    @Override
    public void cancel() {
      cancelled = true;
      asked.cancel();
    }

    @Override
    public void resume() {
      asked.resume();
    }

    @Override
    public Demand text(byte[] bytes, int from, int to) {
      heard.write(bytes, from, to - from);
      return Demand.MORE;
    }

    @Override
    public void toolCall(ToolCall call) {
      tools.add(call);
    }

    @Override
    public void usage(long prompt, long completion, long cachedPrompt, long reasoning) {
      usage = new long[] {prompt, completion, cachedPrompt, reasoning};
    }

    @Override
    public void retrying(Fault because, int attempt, long pauseMillis) {
      sink.retrying(because, attempt, pauseMillis);
    }

    @Override
    public void failed(Fault fault) {
      sink.failed(fault);
    }

    @Override
    public void done(FinishReason reason) {
      byte[] whole = heard.toByteArray();
      byte[] last = before;
      before = whole;
      if (how == null) {
        tell(whole, tools, reason);
        return;
      }
      switch (how) {
        case EMPTY -> tell(new byte[0], List.of(), FinishReason.STOP);
        case MALFORMED -> tell(malformed(whole), List.of(), reason);
        case TRUNCATED ->
            tell(
                Arrays.copyOf(whole, random.nextInt(Math.max(1, whole.length))),
                List.of(),
                FinishReason.LENGTH);
        case OVERSIZED -> tell(oversized(whole), tools, reason);
        case WRONG_STATE -> tell(wrongState(whole), tools, reason);
        case REPEATED -> tell(last.length == 0 ? whole : last, tools, reason);
        case SLOW -> drip(whole, 0, reason);
      }
    }

    private void tell(byte[] text, List<ToolCall> calls, FinishReason reason) {
      Demand demand = text.length == 0 ? Demand.MORE : sink.text(text, 0, text.length);
      end(calls, demand == Demand.ENOUGH ? FinishReason.ENOUGH : reason);
    }

    private void end(List<ToolCall> calls, FinishReason reason) {
      calls.forEach(sink::toolCall);
      if (usage != null) {
        sink.usage(usage[0], usage[1], usage[2], usage[3]);
      }
      sink.done(reason);
    }

    private void drip(byte[] text, int from, FinishReason reason) {
      if (from >= text.length) {
        end(tools, reason);
        return;
      }
      int to = Math.min(text.length, from + 1 + random.nextInt(16 + text.length / 8));
      var unused =
          slow.schedule(
              () -> {
                if (cancelled) {
                  return;
                }
                if (sink.text(text, from, to) == Demand.ENOUGH) {
                  end(tools, FinishReason.ENOUGH);
                } else {
                  drip(text, to, reason);
                }
              },
              pause.toNanos(),
              TimeUnit.NANOSECONDS);
    }

    private byte[] malformed(byte[] whole) {
      String text = new String(whole, StandardCharsets.UTF_8);
      int tags = (int) text.chars().filter(c -> c == '<').count();
      if (tags == 0) {
        return "<agent><action>".getBytes(StandardCharsets.UTF_8);
      }
      int at = -1;
      for (int left = random.nextInt(tags); left >= 0; left--) {
        at = text.indexOf('<', at + 1);
      }
      int end = text.indexOf('>', at) < 0 ? text.length() : text.indexOf('>', at) + 1;
      String tag = text.substring(at, end);
      String instead =
          switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> tag + tag;
            case 2 -> tag.replaceFirst("[a-z]", "\u0000");
            default -> tag.replace('>', ' ');
          };
      return (text.substring(0, at) + instead + text.substring(end))
          .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] oversized(byte[] whole) {
      byte[] all = new byte[oversizeBytes + whole.length];
      Arrays.fill(all, 0, oversizeBytes, (byte) '.');
      System.arraycopy(whole, 0, all, oversizeBytes, whole.length);
      return all;
    }

    private byte[] wrongState(byte[] whole) {
      String text = new String(whole, StandardCharsets.UTF_8);
      String state = "<next_state>state_" + random.nextInt(1000) + "</next_state>";
      String other = text.replaceFirst("(?s)<next_state>.*?</next_state>", state);
      return (other.equals(text) ? text.replaceFirst("<agent>", "<agent>" + state) : other)
          .getBytes(StandardCharsets.UTF_8);
    }
  }

  @Override
  public String description() {
    return "chaotic:" + seed + " around " + super.description();
  }

  @Override
  public void close() {
    slow.shutdownNow();
    super.close();
  }

  /** The seed, how to use it again, and what was spoiled. */
  @Override
  public String toString() {
    return "chaotic model with seed "
        + seed
        + " (again: -D"
        + PROPERTY
        + "="
        + seed
        + "), spoiled "
        + spoiled.size()
        + " of "
        + calls.get()
        + " calls: "
        + spoiled;
  }

  /** Collects what a chaotic model needs. */
  public static final class Builder {
    private final Model inner;
    private final Map<Chaos, Double> rates = new EnumMap<>(Chaos.class);
    private long seed = Long.getLong(PROPERTY, new SplittableRandom().nextInt(1_000_000));
    private int oversizeBytes = 2 << 20;
    private Duration pause = Duration.ofMillis(1);

    private Builder(Model inner) {
      this.inner = Objects.requireNonNull(inner, "inner");
    }

    /**
     * Sets what the spoiling depends on.
     *
     * @param value any number
     * @return this
     */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * Sets how many replies are spoiled in a way.
     *
     * @param how the way
     * @param share of all replies, from 0 to 1
     * @return this
     * @throws IllegalArgumentException if the shares of all ways make more than 1
     */
    public Builder rate(Chaos how, double share) {
      rates.put(how, share);
      double sum = rates.values().stream().mapToDouble(Double::doubleValue).sum();
      if (!(share >= 0) || sum > 1 + 1e-9) {
        throw new IllegalArgumentException(
            how + " " + share + ": shares lie between 0 and 1, and all together are " + sum);
      }
      return this;
    }

    /**
     * Spoils replies in every way, in equal parts.
     *
     * @param share of all replies, from 0 to 1
     * @return this
     */
    public Builder everyWay(double share) {
      rates.clear();
      for (Chaos how : Chaos.values()) {
        rate(how, share / Chaos.values().length);
      }
      return this;
    }

    /**
     * Sets how much is said before the reply where it is {@link Chaos#OVERSIZED}.
     *
     * @param bytes how much; 2 MiB if not told
     * @return this
     */
    public Builder oversize(int bytes) {
      oversizeBytes = bytes;
      return this;
    }

    /**
     * Sets the pause between two pieces of a {@link Chaos#SLOW} reply.
     *
     * @param time how long; 1 ms if not told
     * @return this
     */
    public Builder pause(Duration time) {
      pause = time;
      return this;
    }

    /**
     * The model.
     *
     * @return a chaotic model
     */
    public ChaoticModel build() {
      return new ChaoticModel(this);
    }
  }
}
