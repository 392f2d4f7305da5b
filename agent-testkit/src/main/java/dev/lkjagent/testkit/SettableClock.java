package dev.lkjagent.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;

/**
 * A clock that stands still until a test moves it; the one of a {@link Stage} begins at {@link
 * #START}. Safe for use by several threads.
 */
public final class SettableClock extends Clock {
  /** Where it begins: noon of the first of January 2030, UTC. */
  public static final Instant START = Instant.parse("2030-01-01T12:00:00Z");

  private final ZoneId zone;
  private final Hand hand;

  /** The time, shared by all views of one clock. */
  private static final class Hand {
    private volatile Instant now = START;
  }

  /** A clock at {@link #START} in UTC. */
  public SettableClock() {
    this(ZoneOffset.UTC, new Hand());
  }

  private SettableClock(ZoneId zone, Hand hand) {
    this.zone = zone;
    this.hand = hand;
  }

  /**
   * Sets the time.
   *
   * @param instant any, also one before the present one
   */
  public void set(Instant instant) {
    hand.now = Objects.requireNonNull(instant, "instant");
  }

  /**
   * Moves the time.
   *
   * @param duration how far; negative ones go back
   */
  public void advance(Duration duration) {
    synchronized (hand) {
      hand.now = hand.now.plus(duration);
    }
  }

  @Override
  public Instant instant() {
    return hand.now;
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** The same clock, shown in another zone: setting one sets the other. */
  @Override
  public Clock withZone(ZoneId other) {
    return new SettableClock(other, hand);
  }

  @Override
  public String toString() {
    return "SettableClock[" + hand.now + "," + zone + "]";
  }
}
