package dev.lkjagent.runtime.store;

import java.time.Clock;
import java.time.Duration;

/**
 * How a {@link SqliteStore} is opened.
 *
 * @param readOnly open beside a host that holds the lease, to look only: whatever would write is
 *     refused
 * @param leaseTime how long a host that was not seen may still be there; it is renewed three times
 *     in that
 * @param busyTimeout how long to wait for another process that writes at this moment
 * @param readers how many searches and loads may run at the same time
 * @param maxBytes how large the file may grow, 0 for as large as the disk
 * @param check how thoroughly the file is checked when it is opened
 * @param clock tells when a lease ends
 */
public record SqliteOptions(
    boolean readOnly,
    Duration leaseTime,
    Duration busyTimeout,
    int readers,
    long maxBytes,
    Check check,
    Clock clock) {
  /** How thoroughly a file is checked when it is opened. */
  public enum Check {
    /** Its header, version and length. */
    HEADER,
    /** Besides, the structure of each page, if the file is not larger than 256 MiB. */
    QUICK,
    /** Besides, every index against its table, however long that takes. */
    FULL
  }

  /**
   * The defaults: to write, 15 s of lease, 5 s of patience, two readers, no limit, the quick check.
   */
  public static final SqliteOptions DEFAULT =
      new SqliteOptions(
          false,
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          2,
          0,
          Check.QUICK,
          Clock.systemUTC());

  /**
   * Checks the numbers.
   *
   * @param readOnly to look only
   * @param leaseTime how long a host that was not seen may still be there
   * @param busyTimeout how long to wait for another process
   * @param readers how many reads at the same time
   * @param maxBytes how large the file may grow
   * @param check how thoroughly the file is checked
   * @param clock tells when a lease ends
   */
  public SqliteOptions {
    if (leaseTime.toMillis() < 100 || readers < 1 || maxBytes < 0 || busyTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "a lease lasts at least 100 ms ("
              + leaseTime
              + "), there is at least one reader ("
              + readers
              + "), and neither maxBytes ("
              + maxBytes
              + ") nor busyTimeout ("
              + busyTimeout
              + ") is negative");
    }
  }

  /**
   * To look only.
   *
   * @return these options for a store that does not write
   */
  public SqliteOptions lookingOnly() {
    return new SqliteOptions(true, leaseTime, busyTimeout, readers, maxBytes, check, clock);
  }

  /**
   * Another time of lease.
   *
   * @param time how long a host that was not seen may still be there
   * @return these options with it
   */
  public SqliteOptions withLeaseTime(Duration time) {
    return new SqliteOptions(readOnly, time, busyTimeout, readers, maxBytes, check, clock);
  }

  /**
   * Another number of readers.
   *
   * @param count how many reads may run at the same time
   * @return these options with it
   */
  public SqliteOptions withReaders(int count) {
    return new SqliteOptions(readOnly, leaseTime, busyTimeout, count, maxBytes, check, clock);
  }

  /**
   * A limit to the file's size.
   *
   * @param bytes how large it may grow, 0 for as large as the disk
   * @return these options with it
   */
  public SqliteOptions withMaxBytes(long bytes) {
    return new SqliteOptions(readOnly, leaseTime, busyTimeout, readers, bytes, check, clock);
  }

  /**
   * Another check when the file is opened.
   *
   * @param how how thoroughly
   * @return these options with it
   */
  public SqliteOptions withCheck(Check how) {
    return new SqliteOptions(readOnly, leaseTime, busyTimeout, readers, maxBytes, how, clock);
  }

  /**
   * Another clock.
   *
   * @param other tells when a lease ends
   * @return these options with it
   */
  public SqliteOptions withClock(Clock other) {
    return new SqliteOptions(readOnly, leaseTime, busyTimeout, readers, maxBytes, check, other);
  }
}
