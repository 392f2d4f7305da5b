package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.memory.TagSet;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * The durable store: one SQLite file with a write-ahead log, synchronised to the disk before a
 * commit is acknowledged.
 *
 * <p>One thread writes. It takes whatever waits (commits of all agents, messages, decisions) into
 * one transaction and one synchronisation, so that the cost of a disk is shared. Searches and loads
 * run beside it on connections of their own and see what was acknowledged before they began.
 *
 * <p>One host at a time writes to a file. It holds a lease, a row with an epoch, and no lock of the
 * operating system. The lease is renewed while the store is open; another host may take it when it
 * has ended, or at once if its holder is known to be dead. Each transaction compares the epoch, so
 * a host that lost its lease without noticing is refused. Any number of processes may {@linkplain
 * SqliteOptions#lookingOnly look} meanwhile. The file must be on a local disk, as SQLite's
 * write-ahead log demands.
 *
 * <p>If the file is deleted or replaced under the run, commits are refused from then on, and
 * everything that was acknowledged is written to a file beside it. The log is deleted then, so that
 * it cannot be taken for that of the file that comes next.
 *
 * <p>The driver, {@code org.xerial:sqlite-jdbc}, is an optional dependency.
 */
public final class SqliteStore implements Store {
  private interface Question<T> {
    T ask(Sql sql) throws SQLException;
  }

  private final SqliteFile file;
  private final boolean readOnly;
  private final BlockingQueue<Sql> readers;
  private final ExecutorService executor;
  private final SqliteQueue queue = new SqliteQueue();
  private final List<Sql> connections;
  private final SqliteCommitter committer;
  private final Thread writerThread;
  private volatile boolean closed;

  private SqliteStore(
      SqliteFile file, SqliteOptions options, List<Sql> connections, SqliteCommitter committer) {
    this.file = file;
    this.readOnly = options.readOnly();
    this.connections = connections;
    this.committer = committer;
    this.readers = new ArrayBlockingQueue<>(options.readers());
    readers.addAll(connections);
    executor =
        Executors.newFixedThreadPool(
            options.readers(), task -> thread(task, "store-reader " + file.path().getFileName()));
    writerThread = thread(committer::run, "store-writer " + file.path().getFileName());
  }

  private static Thread thread(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Opens a store with the default options, creating the file if there is none.
   *
   * @param path the file, in a directory that exists
   * @return the open store
   * @throws FaultException {@code STORE_LEASED} if another host writes to it, {@code
   *     STORE_CORRUPT}, {@code STORE_FOREIGN}, {@code STORE_NEWER}, {@code STORE_READ_ONLY}, {@code
   *     STORE_UNAVAILABLE} or {@code STORE_DRIVER_MISSING}
   */
  public static SqliteStore open(Path path) {
    return open(path, SqliteOptions.DEFAULT);
  }

  /**
   * Opens a store, creating the file if there is none and the options are not to look only.
   *
   * @param path the file, in a directory that exists
   * @param options how
   * @return the open store
   * @throws FaultException as {@link #open(Path)}, or {@code STORE_OLDER} if the file has an
   *     earlier schema and the options are to look only
   */
  public static SqliteStore open(Path path, SqliteOptions options) {
    return open(path, options, SqliteSchema.CURRENT, Host.current());
  }

  static SqliteStore open(Path path, SqliteOptions options, SqliteSchema schema, Host host) {
    SqliteFile file = new SqliteFile(path, options, schema);
    file.checkHeader();
    List<Sql> opened = new ArrayList<>();
    try {
      Sql writer = file.connect(!options.readOnly());
      opened.add(writer);
      SqliteLease lease = new SqliteLease(file.path(), options.clock(), options.leaseTime(), host);
      if (options.readOnly()) {
        int found = file.checkSchema(writer);
        if (found < schema.version()) {
          throw SqliteFaults.older(file.path(), found, schema.version()).asException();
        }
      } else {
        takeOver(file, writer, lease);
      }
      List<Sql> connections = new ArrayList<>();
      for (int i = 0; i < options.readers(); i++) {
        Sql reader = file.connect(false);
        opened.add(reader);
        connections.add(reader);
      }
      List<FileIdentity> identities =
          options.readOnly()
              ? List.of()
              : List.of(FileIdentity.of(file.path()), FileIdentity.of(file.log()));
      SqliteCommitter committer = new SqliteCommitter(file, writer, lease, identities);
      SqliteStore store = new SqliteStore(file, options, connections, committer);
      committer.attach(store.queue);
      if (!options.readOnly()) {
        store.writerThread.start();
      }
      opened.clear();
      return store;
    } catch (SQLException e) {
      throw new FaultException(file.fault(e), e);
    } catch (IOException e) {
      throw SqliteFaults.unreadable(file.path(), e);
    } finally {
      opened.forEach(SqliteStore::closeQuietly);
    }
  }

  private static void takeOver(SqliteFile file, Sql sql, SqliteLease lease) throws SQLException {
    file.checkSchema(sql);
    file.prepareToWrite(sql);
    sql.run("BEGIN IMMEDIATE");
    try {
      int version = file.checkSchema(sql);
      Fault obstacle = version == 0 ? null : lease.obstacle(sql);
      if (obstacle != null) {
        throw obstacle.asException();
      }
      file.checkStructure(sql);
      file.migrate(sql, version);
      lease.take(sql);
      sql.run("COMMIT");
    } catch (SQLException | RuntimeException e) {
      rollBack(sql, e);
      throw e;
    }
  }

  static void rollBack(Sql sql, Throwable because) {
    try {
      sql.run("ROLLBACK");
    } catch (SQLException e) {
      because.addSuppressed(e);
    }
  }

  @Override
  public void commit(Change change, CommitListener listener) {
    change.check();
    change.listener(listener);
    if (readOnly) {
      listener.refused(change, lookingOnly());
    } else if (!queue.add(change)) {
      throw closedAlready();
    }
  }

  @Override
  public CompletionStage<Snapshot> create(String agent, long time) {
    InMemoryStore.checkName(agent);
    return write(writer -> writer.create(agent, time));
  }

  @Override
  public CompletionStage<Message> send(String agent, String from, Bytes text, long time) {
    return write(writer -> writer.send(agent, from, text, time));
  }

  @Override
  public CompletionStage<Intent> decide(
      String agent, long cycle, int ordinal, boolean approved, String note, long time) {
    return write(writer -> writer.decide(agent, cycle, ordinal, approved, note, time));
  }

  @Override
  public CompletionStage<Snapshot> rewind(String agent, long cycle) {
    return write(writer -> writer.rewind(agent, cycle));
  }

  @Override
  public CompletionStage<Snapshot> fork(String agent, long cycle, String name, long time) {
    InMemoryStore.checkName(name);
    return write(writer -> writer.fork(agent, cycle, name, time));
  }

  @Override
  public CompletionStage<Void> delete(String agent) {
    return write(
            writer -> {
              writer.delete(agent);
              return agent;
            })
        .thenAccept(name -> {});
  }

  @Override
  public CompletionStage<Long> trim(String agent, long cycle) {
    return write(writer -> writer.trim(agent, cycle));
  }

  private interface Step<T> {
    T apply(SqliteWriter writer) throws SQLException;
  }

  /**
   * A write that somebody waits for; dependents of its stage run on a reader's thread, not the
   * writer's.
   */
  private final class Write<T> implements SqliteQueue.Task {
    private final Step<T> step;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private Optional<T> result = Optional.empty();

    Write(Step<T> step) {
      this.step = step;
    }

    @Override
    public void run(SqliteWriter writer) throws SQLException {
      result = Optional.of(step.apply(writer));
    }

    @Override
    public void done() {
      hand(() -> answer.complete(result.orElseThrow()));
    }

    @Override
    public void failed(Fault fault) {
      hand(() -> answer.completeExceptionally(fault.asException()));
    }

    private void hand(Runnable completion) {
      try {
        executor.execute(completion);
      } catch (RejectedExecutionException e) {
        completion.run();
      }
    }
  }

  private <T> CompletionStage<T> write(Step<T> step) {
    if (readOnly) {
      return CompletableFuture.failedStage(lookingOnly().asException());
    }
    Write<T> write = new Write<>(step);
    if (!queue.add(write)) {
      throw closedAlready();
    }
    return write.answer;
  }

  private Fault lookingOnly() {
    return FaultCode.STORE_READ_ONLY.with(
        "the store " + file.path() + " was opened to look only: open it to write");
  }

  @Override
  public CompletionStage<Optional<Snapshot>> load(String agent) {
    return ask(
        sql -> {
          Optional<SqliteRows.Agent> found = SqliteRows.find(sql, agent);
          return found.isEmpty()
              ? Optional.empty()
              : Optional.of(SqliteRows.snapshot(sql, found.get(), LATEST));
        });
  }

  @Override
  public CompletionStage<Snapshot> load(String agent, long cycle) {
    return ask(sql -> SqliteRows.snapshot(sql, SqliteRows.existing(sql, agent), cycle));
  }

  @Override
  public CompletionStage<SearchPage> search(Space space, Query query) {
    return ask(sql -> new SqliteSearch(sql).search(SqliteRows.spaceId(sql, space), query));
  }

  @Override
  public CompletionStage<List<Entry>> read(Space space, Query query, long maxBytes) {
    return ask(sql -> new SqliteSearch(sql).read(SqliteRows.spaceId(sql, space), query, maxBytes));
  }

  @Override
  public CompletionStage<Optional<Entry>> get(Space space, TagSet tags) {
    return ask(
        sql ->
            sql.first(
                "SELECT tags, value, time FROM entry WHERE space = ? AND tags = ? AND until IS NULL",
                SqliteRows::entry,
                SqliteRows.spaceId(sql, space),
                tags.canonical()));
  }

  @Override
  public CompletionStage<Long> entries(Space space, long cycle, Consumer<Entry> consumer) {
    if (space.shared() && cycle != LATEST) {
      throw new IllegalArgumentException("the " + space + " keeps no past: ask for LATEST");
    }
    return ask(
        sql -> {
          long id = SqliteRows.spaceId(sql, space);
          long[] count = new long[1];
          Sql.Visitor visitor =
              row -> {
                count[0]++;
                consumer.accept(SqliteRows.entry(row));
              };
          if (cycle == LATEST) {
            sql.each(
                "SELECT tags, value, time FROM entry WHERE space = ? AND until IS NULL ORDER BY tags",
                visitor,
                id);
          } else {
            long at = SqliteRows.versionOf(sql, SqliteRows.existing(sql, space.name()), cycle);
            for (long entry : idsAt(sql, id, at)) {
              sql.each("SELECT tags, value, time FROM entry WHERE id = ?", visitor, entry);
            }
          }
          return count[0];
        });
  }

  private static List<Long> idsAt(Sql sql, long space, long version) throws SQLException {
    return sql.list(
        "SELECT id, tags FROM entry WHERE space = ?1 AND until IS NULL AND since <= ?2 UNION ALL"
            + " SELECT id, tags FROM entry WHERE space = ?1 AND until > ?2 AND since <= ?2 ORDER BY tags",
        row -> row.getLong(1),
        space,
        version);
  }

  @Override
  public CompletionStage<List<String>> sharedSpaces() {
    return ask(
        sql ->
            sql.list(
                "SELECT name FROM shared_space s WHERE EXISTS (SELECT 1 FROM entry WHERE space = -s.id"
                    + " AND until IS NULL) ORDER BY name",
                row -> row.getString(1)));
  }

  @Override
  public CompletionStage<List<Due>> due(long until, int limit) {
    return ask(
        sql ->
            sql.list(
                "SELECT name, due FROM agent WHERE due <= ? AND due < ? ORDER BY due, name LIMIT ?",
                row -> new Due(row.getString(1), row.getLong(2)),
                until,
                Change.NEVER,
                limit));
  }

  @Override
  public CompletionStage<List<AgentInfo>> agents() {
    return ask(
        sql ->
            sql.list(
                "SELECT name, version, cycle, state, due,"
                    + " (SELECT count(*) FROM message m WHERE m.agent = a.id AND m.consumed IS NULL),"
                    + " (SELECT count(*) FROM call c WHERE c.agent = a.id AND c.closed IS NULL"
                    + "   AND c.decided IS NULL AND c.opened IS NULL),"
                    + " (SELECT count(*) FROM entry e WHERE e.space = a.id AND e.until IS NULL),"
                    + " created, parent, parent_cycle FROM agent a ORDER BY name",
                row ->
                    new AgentInfo(
                        row.getString(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getString(4),
                        row.getLong(5),
                        row.getInt(6),
                        row.getInt(7),
                        row.getLong(8),
                        row.getLong(9),
                        row.getString(10),
                        row.getLong(11))));
  }

  @Override
  public CompletionStage<List<Commit>> commits(String agent, long fromCycle, int cycles) {
    return ask(sql -> SqliteRows.commits(sql, SqliteRows.existing(sql, agent), fromCycle, cycles));
  }

  /**
   * Checks the whole file: its structure, every index against its table, and the text index.
   *
   * @return completes with what is wrong, one finding each; empty if all is well
   */
  public CompletionStage<List<String>> verify() {
    return ask(
        sql -> {
          List<String> problems = new ArrayList<>(SqliteFile.problems(sql, true));
          long live = sql.number("SELECT count(*) FROM entry WHERE until IS NULL");
          long indexed = sql.number("SELECT count(*) FROM entry_text");
          if (live != indexed) {
            problems.add(live + " entries hold, " + indexed + " are in the text index");
          }
          sql.each(
              "SELECT name, version FROM agent a WHERE version < (SELECT ifnull(max(version), 0) FROM journal"
                  + " WHERE agent = a.id)",
              row -> problems.add("agent \"" + row.getString(1) + "\" is behind its journal"));
          return problems;
        });
  }

  private <T> CompletionStage<T> ask(Question<T> question) {
    if (closed) {
      throw closedAlready();
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      executor.execute(() -> answer(question, answer));
    } catch (RejectedExecutionException e) {
      throw closedAlready();
    }
    return answer;
  }

  private <T> void answer(Question<T> question, CompletableFuture<T> answer) {
    Sql sql;
    try {
      sql = readers.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer.completeExceptionally(e);
      return;
    }
    T value;
    try {
      sql.run("BEGIN");
      try {
        value = question.ask(sql);
      } finally {
        sql.run("ROLLBACK");
      }
    } catch (SQLException e) {
      readers.add(sql);
      answer.completeExceptionally(new FaultException(file.fault(e), e));
      return;
    } catch (RuntimeException | Error e) {
      readers.add(sql);
      answer.completeExceptionally(e);
      return;
    }
    readers.add(sql);
    answer.complete(value);
  }

  private IllegalStateException closedAlready() {
    return new IllegalStateException("the store " + file.path() + " is closed");
  }

  /** Answers what was begun, gives the lease back and closes the file. */
  @Override
  public void close() {
    if (Thread.currentThread() == writerThread) {
      throw new IllegalStateException(
          "a listener of a commit cannot close its store: it runs on its thread");
    }
    queue.close();
    boolean interrupted = false;
    while (writerThread.isAlive()) {
      try {
        writerThread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (!closed) {
      closed = true;
      executor.shutdown();
      for (int i = 0; i < connections.size(); i++) {
        try {
          Sql reader = readers.take();
          if (committer.isFileInPlace()) {
            closeQuietly(reader);
          }
        } catch (InterruptedException e) {
          interrupted = true;
          i--;
        }
      }
      committer.close();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(Sql sql) {
    try {
      sql.close();
    } catch (SQLException e) {
      System.getLogger(SqliteStore.class.getName())
          .log(System.Logger.Level.WARNING, "a connection to the store did not close", e);
    }
  }
}
