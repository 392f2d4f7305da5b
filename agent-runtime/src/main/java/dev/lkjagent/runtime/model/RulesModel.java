package dev.lkjagent.runtime.model;

import dev.lkjagent.runtime.fault.FaultCode;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RuleSet} as a model: answers at once, on the caller's thread, and allocates nothing per
 * call as long as no more calls run at a time than it keeps rules for.
 */
public final class RulesModel implements Model {
  private static final int KEPT = 16;

  private final RuleSet set;
  private final AtomicReferenceArray<@Nullable Seat> seats = new AtomicReferenceArray<>(KEPT);
  private volatile boolean closed;

  /**
   * A model that applies a set of rules.
   *
   * @param set the rules
   */
  public RulesModel(RuleSet set) {
    this.set = Objects.requireNonNull(set, "set");
  }

  @Override
  public ModelCall start(ModelRequest request, ReplySink sink) {
    if (closed) {
      throw new IllegalStateException(description() + " is closed");
    }
    Seat seat = take();
    seat.reply.clear();
    boolean answered = apply(seat, request, sink);
    if (answered) {
      Demand demand = sink.text(seat.reply.bytes(), 0, seat.reply.lengthBytes());
      giveBack(seat);
      sink.done(demand == Demand.ENOUGH ? FinishReason.ENOUGH : FinishReason.STOP);
    }
    return ModelCall.COMPLETE;
  }

  private boolean apply(Seat seat, ModelRequest request, ReplySink sink) {
    try {
      seat.rules.reply(request, seat.reply);
    } catch (RuntimeException | StackOverflowError broken) {
      // The rules may be in any state now, so this seat is not given back.
      sink.failed(
          FaultCode.RULES_FAILED.with(
              "rules \""
                  + set.name()
                  + "\" threw "
                  + broken
                  + "; correct "
                  + set.getClass().getName()));
      return false;
    }
    if (seat.reply.lengthBytes() == 0) {
      giveBack(seat);
      sink.failed(
          FaultCode.RULES_FAILED.with(
              "rules \"" + set.name() + "\" wrote no reply; they must answer every prompt"));
      return false;
    }
    return true;
  }

  private Seat take() {
    for (int i = 0; i < KEPT; i++) {
      Seat seat = seats.get(i);
      if (seat != null && seats.compareAndSet(i, seat, null)) {
        return seat;
      }
    }
    return new Seat(set.open());
  }

  private void giveBack(Seat seat) {
    for (int i = 0; i < KEPT; i++) {
      if (seats.compareAndSet(i, null, seat)) {
        return;
      }
    }
  }

  @Override
  public String description() {
    return "rules:" + set.name() + " (not a language model: " + set.description() + ")";
  }

  @Override
  public boolean isLanguageModel() {
    return false;
  }

  @Override
  public void close() {
    closed = true;
  }

  /** Rules with the buffer that they write to; used by one call at a time. */
  private static final class Seat {
    final RuleSet.Rules rules;
    final ReplyText reply = new ReplyText();

    Seat(RuleSet.Rules rules) {
      this.rules = rules;
    }
  }
}
