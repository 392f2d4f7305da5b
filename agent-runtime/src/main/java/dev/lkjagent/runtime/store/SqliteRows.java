package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.memory.TagSet;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Questions about agents that the writer and the readers of a {@link SqliteStore} both ask. */
final class SqliteRows {
  /** In place of a version: before any. */
  static final long NONE = -1;

  /**
   * A row of the table of agents.
   *
   * @param earliest the earliest cycle that can be gone back to
   * @param born the version before the first commit
   * @param incarnation the version with which the present line of cycles began
   */
  record Agent(
      long id,
      String name,
      long version,
      long cycle,
      String state,
      long due,
      int wake,
      long created,
      long earliest,
      long born,
      long incarnation) {}

  private static final String COMMIT_COLUMNS =
      "version, cycle, ends, state, due, wake, time, head, delta, record";

  private static final String CALL_COLUMNS =
      "cycle, ordinal, request, note, approved, time, asked, decided, opened, incarnation";

  private SqliteRows() {}

  static Optional<Agent> find(Sql sql, String name) throws SQLException {
    return sql.first(
        "SELECT id, name, version, cycle, state, due, wake, created, earliest, born, incarnation FROM agent WHERE name = ?",
        row ->
            new Agent(
                row.getLong(1),
                row.getString(2),
                row.getLong(3),
                row.getLong(4),
                row.getString(5),
                row.getLong(6),
                row.getInt(7),
                row.getLong(8),
                row.getLong(9),
                row.getLong(10),
                row.getLong(11)),
        name);
  }

  static Agent existing(Sql sql, String name) throws SQLException {
    return find(sql, name).orElseThrow(() -> StoreFaults.noSuchAgent(name).asException());
  }

  /** The version at the end of a cycle. */
  static long versionOf(Sql sql, Agent agent, long cycle) throws SQLException {
    if (cycle == Store.LATEST) {
      return agent.version;
    }
    if (cycle == 0 && agent.earliest == 0) {
      return agent.born;
    }
    long version =
        cycle < agent.earliest
            ? NONE
            : sql.number(
                "SELECT version FROM journal WHERE agent = ? AND cycle = ? AND ends = 1",
                agent.id,
                cycle);
    if (version == NONE) {
      Fault fault = StoreFaults.noSuchCycle(agent.name, cycle, agent.earliest, agent.cycle);
      throw fault.asException();
    }
    return version;
  }

  /** The agent as it is now, or at the end of a cycle. */
  static Snapshot snapshot(Sql sql, Agent agent, long cycle) throws SQLException {
    boolean latest = cycle == Store.LATEST;
    long version = versionOf(sql, agent, cycle);
    Checkpoint base = checkpointUpTo(sql, agent, version);
    List<Commit> line =
        sql.list(
            "SELECT "
                + COMMIT_COLUMNS
                + " FROM journal WHERE agent = ? AND cycle > ? AND cycle <= ?"
                + " AND version <= ? ORDER BY cycle, version",
            SqliteRows::commit,
            agent.id,
            base == null ? 0 : base.cycle(),
            latest ? Long.MAX_VALUE : cycle,
            version);
    Optional<Commit> last = lastCommit(sql, agent, latest ? Long.MAX_VALUE : cycle, version);
    Bytes head = last.map(Commit::head).orElse(Bytes.EMPTY);
    return new Snapshot(
        agent.name,
        version,
        agent.incarnation,
        latest ? agent.cycle : cycle,
        latest ? agent.state : last.map(Commit::state).orElse(""),
        head,
        latest ? agent.due : last.map(Commit::due).orElse(agent.created),
        latest ? agent.wake : last.map(Commit::wake).orElse(0),
        base,
        line,
        inbox(sql, agent, version),
        intents(sql, agent, version));
  }

  static @Nullable Checkpoint checkpointUpTo(Sql sql, Agent agent, long version)
      throws SQLException {
    return sql.first(
            "SELECT version, cycle, image FROM checkpoint WHERE agent = ? AND version <= ?"
                + " ORDER BY version DESC LIMIT 1",
            row -> new Checkpoint(row.getLong(1), row.getLong(2), Sql.bytes(row, 3)),
            agent.id,
            version)
        .orElse(null);
  }

  static Optional<Commit> lastCommit(Sql sql, Agent agent, long maxCycle, long version)
      throws SQLException {
    return sql.first(
        "SELECT "
            + COMMIT_COLUMNS
            + " FROM journal WHERE agent = ? AND cycle <= ? AND version <= ?"
            + " ORDER BY cycle DESC, version DESC LIMIT 1",
        SqliteRows::commit,
        agent.id,
        maxCycle,
        version);
  }

  static List<Commit> commits(Sql sql, Agent agent, long fromCycle, int cycles)
      throws SQLException {
    return sql.list(
        "SELECT "
            + COMMIT_COLUMNS
            + " FROM journal WHERE agent = ? AND cycle >= ? AND cycle < ?"
            + " ORDER BY cycle, version",
        SqliteRows::commit,
        agent.id,
        fromCycle,
        Math.max(fromCycle, fromCycle + cycles));
  }

  private static Commit commit(ResultSet row) throws SQLException {
    return new Commit(
        row.getLong(1),
        row.getLong(2),
        row.getInt(3) != 0,
        row.getString(4),
        Sql.bytes(row, 8),
        row.getLong(5),
        row.getInt(6),
        row.getLong(7),
        Sql.bytes(row, 9),
        Sql.bytes(row, 10));
  }

  static List<Message> inbox(Sql sql, Agent agent, long version) throws SQLException {
    List<Message> waiting =
        sql.list(
            "SELECT id, sender, body, time FROM message WHERE agent = ? AND consumed IS NULL AND arrived <= ?",
            SqliteRows::message,
            agent.id,
            version);
    List<Message> all = new ArrayList<>(waiting);
    if (version < agent.version) {
      all.addAll(
          sql.list(
              "SELECT id, sender, body, time FROM message WHERE agent = ? AND consumed > ? AND arrived <= ?",
              SqliteRows::message,
              agent.id,
              version,
              version));
    }
    all.sort(java.util.Comparator.comparingLong(Message::id));
    return all;
  }

  private static Message message(ResultSet row) throws SQLException {
    return new Message(row.getLong(1), row.getString(2), Sql.bytes(row, 3), row.getLong(4));
  }

  static List<Intent> intents(Sql sql, Agent agent, long version) throws SQLException {
    return version == agent.version
        ? sql.list(
            "SELECT "
                + CALL_COLUMNS
                + " FROM call WHERE agent = ? AND closed IS NULL ORDER BY cycle, ordinal",
            row -> intent(row, version),
            agent.id)
        : sql.list(
            "SELECT "
                + CALL_COLUMNS
                + " FROM call WHERE agent = ? AND (closed IS NULL OR closed > ?)"
                + " AND min(ifnull(asked, opened), ifnull(opened, asked)) <= ? ORDER BY cycle, ordinal",
            row -> intent(row, version),
            agent.id,
            version,
            version);
  }

  static Optional<Intent> intent(Sql sql, Agent agent, long cycle, int ordinal)
      throws SQLException {
    return sql.first(
        "SELECT "
            + CALL_COLUMNS
            + " FROM call WHERE agent = ? AND cycle = ? AND ordinal = ?"
            + " AND closed IS NULL",
        row -> intent(row, agent.version),
        agent.id,
        cycle,
        ordinal);
  }

  private static Intent intent(ResultSet row, long version) throws SQLException {
    boolean opened = row.getObject(9) != null && row.getLong(9) <= version;
    boolean decided = row.getObject(8) != null && row.getLong(8) <= version;
    Intent.Status status = Intent.Status.ASKED;
    if (opened) {
      status = Intent.Status.OPEN;
    } else if (decided) {
      status = row.getInt(5) != 0 ? Intent.Status.APPROVED : Intent.Status.DENIED;
    }
    return new Intent(
        row.getLong(10),
        row.getLong(1),
        row.getInt(2),
        status,
        Sql.bytes(row, 3),
        decided ? row.getString(4) : "",
        row.getLong(6));
  }

  /** The id of a space; of a shared one that does not exist, 0. */
  static long spaceId(Sql sql, Space space) throws SQLException {
    if (!space.shared()) {
      return existing(sql, space.name()).id;
    }
    long id = sql.number("SELECT id FROM shared_space WHERE name = ?", space.name());
    return id == NONE ? 0 : -id;
  }

  static Entry entry(ResultSet row) throws SQLException {
    return new Entry(new TagSet(row.getString(1)), Sql.bytes(row, 2), row.getLong(3));
  }
}
