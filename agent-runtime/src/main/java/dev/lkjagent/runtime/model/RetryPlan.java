package dev.lkjagent.runtime.model;

import dev.lkjagent.runtime.config.LlmConfig;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/** How long to pause before another attempt. */
final class RetryPlan {
  /** The server did not ask for a pause. */
  static final long NOT_ASKED = -1;

  /** The three forms of RFC 9110, section 5.6.7. */
  private static final List<DateTimeFormatter> DATES =
      List.of(
          DateTimeFormatter.RFC_1123_DATE_TIME,
          new DateTimeFormatterBuilder()
              .appendPattern("EEEE, dd-MMM-")
              .appendValueReduced(java.time.temporal.ChronoField.YEAR, 2, 2, 1970)
              .appendPattern(" HH:mm:ss zzz")
              .toFormatter(Locale.US),
          DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.US)
              .withZone(java.time.ZoneOffset.UTC));

  private final LlmConfig.Retry limits;
  private final Clock clock;
  private final DoubleSupplier random;

  /**
   * A plan within limits.
   *
   * @param random gives numbers from 0 (inclusive) to 1
   */
  RetryPlan(LlmConfig.Retry limits, Clock clock, DoubleSupplier random) {
    this.limits = limits;
    this.clock = clock;
    this.random = random;
  }

  int maxAttempts() {
    return limits.maxAttempts();
  }

  int maxPauseMillis() {
    return limits.maxPauseMs();
  }

  /**
   * The pause after an attempt: doubled with each one, half of it random, so that agents which
   * failed together do not come back together; and never shorter than what the server asked for.
   *
   * @param attempt the attempt that failed, from 1
   * @param askedMillis what the server asked for, or {@link #NOT_ASKED}
   */
  long pauseMillis(int attempt, long askedMillis) {
    double full = Math.min(limits.maxPauseMs(), limits.basePauseMs() * Math.pow(2, attempt - 1));
    long own = (long) (full / 2 + full / 2 * random.getAsDouble());
    return Math.min(limits.maxPauseMs(), Math.max(own, askedMillis));
  }

  /**
   * What the server asks for, in milliseconds: {@code retry-after-ms}, {@code Retry-After}, or
   * nothing.
   */
  long asked(HttpHeaders headers) {
    long exact = headers.firstValue("retry-after-ms").map(RetryPlan::number).orElse(NOT_ASKED);
    return exact >= 0
        ? exact
        : headers.firstValue("Retry-After").map(this::retryAfter).orElse(NOT_ASKED);
  }

  private long retryAfter(String value) {
    String told = value.strip();
    long seconds = number(told);
    if (seconds >= 0) {
      return told.indexOf('.') < 0
          ? Math.multiplyExact(Math.min(seconds, 1_000_000), 1000)
          : millis(told);
    }
    return DATES.stream()
        .map(form -> until(told, form))
        .filter(pause -> pause != NOT_ASKED)
        .findFirst()
        .orElse(NOT_ASKED);
  }

  private long until(String date, DateTimeFormatter form) {
    try {
      ZonedDateTime until = ZonedDateTime.parse(date, form);
      return Math.max(0, Duration.between(clock.instant(), until.toInstant()).toMillis());
    } catch (DateTimeException anotherForm) {
      return NOT_ASKED;
    }
  }

  private static long number(String value) {
    double number = decimal(value);
    return number >= 0 && number < 1e12 ? (long) number : NOT_ASKED;
  }

  private static long millis(String seconds) {
    return (long) Math.ceil(Math.min(decimal(seconds), 1e6) * 1000);
  }

  private static double decimal(String value) {
    return value.strip().matches("[0-9]{1,12}(\\.[0-9]{1,9})?")
        ? Double.parseDouble(value.strip())
        : -1;
  }
}
