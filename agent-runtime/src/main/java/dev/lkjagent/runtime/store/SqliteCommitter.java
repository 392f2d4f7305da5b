package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writing thread of a {@link SqliteStore}: takes what waits, applies it in one transaction,
 * makes that durable, and only then answers. In between it renews the lease.
 *
 * <p>A job that fails for a reason of its own (another version, an unknown agent) leaves the others
 * of its transaction alone. One at which SQLite fails undoes them all; each is then tried alone, so
 * that the faulty one is found.
 */
final class SqliteCommitter {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);
  private static final int MAX_JOBS = 512;

  private final SqliteFile file;
  private final Sql sql;
  private final SqliteLease lease;
  private final List<FileIdentity> identities;
  private final SqliteWriter writer;
  private SqliteQueue queue = new SqliteQueue();
  private final List<Object> batch = new ArrayList<>();
  private final List<@Nullable Fault> outcomes = new ArrayList<>();
  private volatile @Nullable Fault broken;
  private volatile boolean fileInPlace = true;

  SqliteCommitter(SqliteFile file, Sql sql, SqliteLease lease, List<FileIdentity> identities) {
    this.file = file;
    this.sql = sql;
    this.lease = lease;
    this.identities = identities;
    this.writer = new SqliteWriter(sql);
  }

  void attach(SqliteQueue jobs) {
    queue = jobs;
  }

  /** Whether the file was still where it was opened when last looked. */
  boolean isFileInPlace() {
    return fileInPlace;
  }

  /** Works until the queue is closed and empty, then gives the lease back. */
  void run() {
    boolean more = true;
    while (more) {
      batch.clear();
      try {
        more = queue.take(batch, MAX_JOBS, Math.max(1, lease.nanosToRenewal()));
      } catch (InterruptedException e) {
        LOG.debug("the writer of {} was interrupted and goes on", file.path());
        continue;
      }
      if (!batch.isEmpty() || more && broken == null && lease.nanosToRenewal() <= 0) {
        process(batch);
      }
    }
    release();
  }

  private void process(List<Object> jobs) {
    Fault fault = broken == null ? transact(jobs) : broken;
    if (fault == null) {
      answer(jobs);
    } else if (jobs.size() > 1 && broken == null && isWorthRetrying(fault)) {
      for (Object job : List.copyOf(jobs)) {
        process(List.of(job));
      }
    } else {
      jobs.forEach(job -> fail(job, fault));
      if (jobs.isEmpty()) {
        LOG.warn("the lease of {} could not be renewed: {}", file.path(), fault);
      }
    }
  }

  /** Whether one job alone may have been the reason. */
  private static boolean isWorthRetrying(Fault fault) {
    return fault.code() != FaultCode.STORE_UNAVAILABLE;
  }

  /**
   * Applies jobs in one transaction and makes it durable; answers why not, having applied none, or
   * null.
   */
  private @Nullable Fault transact(List<Object> jobs) {
    outcomes.clear();
    try {
      sql.run("BEGIN IMMEDIATE");
      Fault lost = lease.lost(sql);
      if (lost != null) {
        sql.run("ROLLBACK");
        broken = lost;
        return lost;
      }
      lease.renewIfNeeded(sql);
      for (Object job : jobs) {
        outcomes.add(apply(job));
      }
      if (!checkPlace()) {
        sql.run("ROLLBACK");
        return rescue();
      }
      sql.run("COMMIT");
      return checkPlace() ? null : rescue();
    } catch (SQLException e) {
      SqliteStore.rollBack(sql, e);
      if (!checkPlace()) {
        return rescue();
      }
      Fault fault = file.fault(e);
      LOG.warn("a transaction of {} jobs was undone: {}", jobs.size(), fault, e);
      return fault;
    } catch (RuntimeException e) {
      SqliteStore.rollBack(sql, e);
      LOG.error("a transaction of {} jobs was undone", jobs.size(), e);
      return FaultCode.INTERNAL.with("the store " + file.path() + " failed: " + e);
    }
  }

  private @Nullable Fault apply(Object job) throws SQLException {
    if (job instanceof Change change) {
      return writer.commit(change);
    }
    try {
      ((SqliteQueue.Task) job).run(writer);
      return null;
    } catch (FaultException e) {
      return e.fault();
    }
  }

  private void answer(List<Object> jobs) {
    for (int i = 0; i < jobs.size(); i++) {
      Object job = jobs.get(i);
      Fault fault = outcomes.get(i);
      if (fault != null) {
        fail(job, fault);
      } else if (job instanceof Change change) {
        CommitListener listener = listenerOf(change);
        try {
          listener.committed(change, change.expectedVersion() + 1);
        } catch (RuntimeException e) {
          LOG.error("the listener of a commit of agent \"{}\" failed", change.agent(), e);
        }
      } else {
        ((SqliteQueue.Task) job).done();
      }
    }
  }

  private static void fail(Object job, Fault fault) {
    if (job instanceof Change change) {
      CommitListener listener = listenerOf(change);
      try {
        listener.refused(change, fault);
      } catch (RuntimeException e) {
        LOG.error("the listener of a refused commit of agent \"{}\" failed", change.agent(), e);
      }
    } else {
      ((SqliteQueue.Task) job).failed(fault);
    }
  }

  /**
   * Takes the listener off the change before it is called, since the change is the caller's then.
   */
  private static CommitListener listenerOf(Change change) {
    CommitListener listener = Objects.requireNonNull(change.listener());
    change.listener(null);
    return listener;
  }

  private boolean checkPlace() {
    for (FileIdentity identity : identities) {
      if (!identity.isUnchanged()) {
        fileInPlace = false;
        return false;
      }
    }
    return true;
  }

  /**
   * Writes everything to a file beside the one that is gone, from the descriptors that are still
   * open.
   */
  private Fault rescue() {
    Path to = file.path().resolveSibling(file.path().getFileName() + ".rescued-" + lease.epoch());
    String said;
    try {
      Files.deleteIfExists(to);
      sql.forgetAll();
      sql.update("VACUUM INTO ?", to.toString());
      giveBack(to);
      deleteLog();
      said =
          "everything acknowledged was written to "
              + to
              + ": put it in the place of the store and go on";
    } catch (SQLException | IOException e) {
      said = "an attempt to write what it held to " + to + " failed: " + e.getMessage();
    }
    Fault fault = SqliteFaults.deleted(file.path(), said);
    broken = fault;
    LOG.error("{}", fault);
    return fault;
  }

  /** Lets the next host have the copy at once, since this one writes no more. */
  private void giveBack(Path copy) throws SQLException {
    try (Sql rescued =
        new SqliteFile(copy, SqliteOptions.DEFAULT, SqliteSchema.CURRENT).connect(true)) {
      lease.release(rescued);
    }
  }

  /**
   * Deletes the log if it is this store's still: SQLite would apply it to whatever database lies in
   * the place of the file the next time that is opened.
   */
  private void deleteLog() throws IOException {
    for (FileIdentity identity : identities) {
      if (identity.path().equals(file.log()) && identity.isUnchanged()) {
        Files.delete(file.log());
        Files.deleteIfExists(file.sharedMemory());
      }
    }
  }

  private void release() {
    if (broken != null) {
      return;
    }
    try {
      sql.run("BEGIN IMMEDIATE");
      lease.release(sql);
      sql.run("COMMIT");
    } catch (SQLException e) {
      SqliteStore.rollBack(sql, e);
      LOG.warn("the lease of {} could not be given back; it ends by itself", file.path(), e);
    }
  }

  /**
   * Closes the connection, after the thread has ended. If another file is in the place of the store
   * it is left open until the process ends: closing would delete the log of that file.
   */
  void close() {
    if (!fileInPlace) {
      return;
    }
    try {
      sql.close();
    } catch (SQLException e) {
      LOG.warn("the connection to {} did not close", file.path(), e);
    }
  }
}
