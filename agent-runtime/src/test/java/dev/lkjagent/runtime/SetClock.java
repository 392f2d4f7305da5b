package dev.lkjagent.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands until a test sets it. */
public final class SetClock extends Clock {
  public static final Instant START = Instant.parse("2030-01-31T08:00:00Z");

  private Instant now = START;

  /** Sets the clock. */
  public synchronized void set(Instant to) {
    now = to;
  }

  /** Moves the clock by so much. */
  public synchronized void jump(Duration by) {
    now = now.plus(by);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }

  @Override
  public synchronized Instant instant() {
    return now;
  }
}
