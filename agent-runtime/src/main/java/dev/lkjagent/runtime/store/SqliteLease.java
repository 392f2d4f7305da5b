package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.fault.Fault;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The right to write to a store: one row with the holder and an epoch that each new holder raises.
 *
 * <p>What protects the data is the epoch, which every transaction compares; the time of the lease
 * and the search for dead holders only decide when another may try. So a clock that jumps can move
 * a take-over forward or back and do no harm: the host that lost the store is refused at its next
 * commit.
 */
final class SqliteLease {
  private record Row(long epoch, @Nullable Host holder, long since, long expires) {}

  private static final String READ =
      "SELECT epoch, machine, boot, pid_space, pid, started, since, expires, holder FROM lease";

  private final Path file;
  private final Clock clock;
  private final Duration time;
  private final Host self;
  private final String token = java.util.UUID.randomUUID().toString();
  private long epoch;
  private long nextRenewal;

  SqliteLease(Path file, Clock clock, Duration time, Host self) {
    this.file = file;
    this.clock = clock;
    this.time = time;
    this.self = self;
  }

  long epoch() {
    return epoch;
  }

  /** Why this host may not take the lease now, or null. Within a transaction that may write. */
  @Nullable Fault obstacle(Sql sql) throws SQLException {
    Optional<Row> found = sql.first(READ, SqliteLease::row);
    if (found.isEmpty()) {
      return null;
    }
    Row row = found.get();
    long now = clock.millis();
    boolean free = row.holder == null || row.expires <= now || self.knowsDead(row.holder);
    return free || row.holder == null
        ? null
        : SqliteFaults.leased(file, row.holder, row.since, row.expires, now);
  }

  /** Takes the lease, within a transaction. */
  void take(Sql sql) throws SQLException {
    long now = clock.millis();
    epoch = Math.max(0, sql.number("SELECT epoch FROM lease")) + 1;
    sql.update(
        "INSERT OR REPLACE INTO lease(id, epoch, holder, machine, boot, pid_space, pid, started, since,"
            + " expires) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        epoch,
        token,
        self.machine(),
        self.boot(),
        self.pidSpace(),
        self.pid(),
        self.started(),
        now,
        now + time.toMillis());
    nextRenewal = System.nanoTime() + renewalNanos();
  }

  /** Why this host may not write any more, or null. Within a transaction. */
  @Nullable Fault lost(Sql sql) throws SQLException {
    long now = sql.number("SELECT epoch FROM lease");
    return now == epoch ? null : SqliteFaults.lost(file, epoch, now);
  }

  /** Renews the lease if a third of its time is over, within a transaction. */
  boolean renewIfNeeded(Sql sql) throws SQLException {
    if (nanosToRenewal() > 0) {
      return false;
    }
    sql.update("UPDATE lease SET expires = ?", clock.millis() + time.toMillis());
    nextRenewal = System.nanoTime() + renewalNanos();
    return true;
  }

  long nanosToRenewal() {
    return nextRenewal - System.nanoTime();
  }

  /** Gives the lease back, if it is still this host's. */
  void release(Sql sql) throws SQLException {
    sql.update(
        "UPDATE lease SET holder = NULL, pid = NULL WHERE epoch = ? AND holder = ?", epoch, token);
  }

  private long renewalNanos() {
    return time.toNanos() / 3;
  }

  private static Row row(java.sql.ResultSet row) throws SQLException {
    Host holder =
        row.getString(9) == null
            ? null
            : new Host(
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getLong(5),
                row.getString(6));
    return new Row(row.getLong(1), holder, row.getLong(7), row.getLong(8));
  }
}
