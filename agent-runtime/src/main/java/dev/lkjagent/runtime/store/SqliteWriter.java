package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.memory.TagSet;
import dev.lkjagent.runtime.memory.Tags;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link SqliteStore} writes, step by step, within a transaction that its caller begins and
 * ends. A {@link FaultException} leaves nothing behind of the step that threw it.
 */
final class SqliteWriter {
  private record Row(long id, long since, long until, String tags, Bytes value) {}

  private final Sql sql;
  private final Tags normaliser = new Tags();
  private byte[] scratch = new byte[256];

  SqliteWriter(Sql sql) {
    this.sql = sql;
  }

  Snapshot create(String name, long time) throws SQLException {
    checkFree(name);
    long version = lowestVersion(name);
    insertAgent(name, version, version, time, null, 0);
    return SqliteRows.snapshot(sql, SqliteRows.existing(sql, name), Store.LATEST);
  }

  private void checkFree(String name) throws SQLException {
    if (SqliteRows.find(sql, name).isPresent()) {
      throw StoreFaults.nameTaken(name).asException();
    }
  }

  /** What the version of a new agent may not fall below. */
  private long lowestVersion(String name) throws SQLException {
    return Math.max(0, sql.number("SELECT version FROM gone WHERE name = ?", name));
  }

  private long insertAgent(
      String name, long version, long born, long time, @Nullable String parent, long parentCycle)
      throws SQLException {
    return sql.insert(
        "INSERT INTO agent(name, version, born, incarnation, cycle, state, due, wake, created,"
            + " earliest, parent, parent_cycle) VALUES (?, ?, ?, ?, 0, '', ?, 0, ?, 0, ?, ?)",
        name,
        version,
        born,
        lowestVersion(name),
        time,
        time,
        parent,
        parentCycle);
  }

  /** Applies a change; answers why not, having applied nothing, or null. */
  @Nullable Fault commit(Change change) throws SQLException {
    Optional<SqliteRows.Agent> found = SqliteRows.find(sql, change.agent());
    if (found.isEmpty()) {
      return StoreFaults.noSuchAgent(change.agent());
    }
    SqliteRows.Agent agent = found.get();
    Fault obstacle = obstacle(agent, change);
    if (obstacle != null) {
      return obstacle;
    }
    long version = agent.version() + 1;
    if (change.consumedCount() + change.callCount() > 0) {
      sql.run("SAVEPOINT change");
      Fault fault = applyInputs(agent, change, version);
      if (fault != null) {
        sql.run("ROLLBACK TO change");
      }
      sql.run("RELEASE change");
      if (fault != null) {
        return fault;
      }
    }
    append(agent, change, version);
    for (int i = 0; i < change.writeCount(); i++) {
      write(agent, change, i, version);
    }
    return null;
  }

  private @Nullable Fault obstacle(SqliteRows.Agent agent, Change change) {
    if (agent.version() != change.expectedVersion()) {
      return StoreFaults.conflict(agent.name(), change.expectedVersion(), agent.version());
    }
    boolean imported = agent.cycle() == 0 && change.ends() && change.cycle() > 0;
    if (change.cycle() != agent.cycle() + 1 && !imported) {
      return StoreFaults.cycleDoesNotFollow(agent.name(), change.cycle(), agent.cycle());
    }
    for (int i = 0; i < change.writeCount(); i++) {
      Bytes tags = change.writeTags(i);
      if (!isCanonical(tags)) {
        return StoreFaults.badTags(agent.name(), tags.utf8());
      }
    }
    return null;
  }

  private boolean isCanonical(Bytes tags) {
    int room = Tags.maxBytes(tags.size());
    if (scratch.length < 2 * room) {
      scratch = new byte[2 * room];
    }
    tags.copyTo(scratch, 0);
    int length = normaliser.normalize(scratch, 0, tags.size(), scratch, room);
    return length == tags.size() && Bytes.copyOf(scratch, room, room + length).equals(tags);
  }

  private @Nullable Fault applyInputs(SqliteRows.Agent agent, Change change, long version)
      throws SQLException {
    for (int i = 0; i < change.consumedCount(); i++) {
      int consumed =
          sql.update(
              "UPDATE message SET consumed = ? WHERE id = ? AND agent = ? AND consumed IS NULL",
              version,
              change.consumed(i),
              agent.id());
      if (consumed == 0) {
        return StoreFaults.noSuchMessage(agent.name(), change.consumed(i));
      }
    }
    for (int i = 0; i < change.callCount(); i++) {
      Fault fault = applyCall(agent, change, i, version);
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  private @Nullable Fault applyCall(SqliteRows.Agent agent, Change change, int i, long version)
      throws SQLException {
    long cycle = change.callCycle(i);
    int ordinal = change.callOrdinal(i);
    long known =
        sql.number(
            "SELECT count(*) FROM call WHERE agent = ? AND cycle = ? AND ordinal = ?",
            agent.id(),
            cycle,
            ordinal);
    boolean isNew = known == 0;
    switch (change.call(i)) {
      case Change.ASK -> {
        if (!isNew) {
          return StoreFaults.callTaken(agent.name(), cycle, ordinal);
        }
        insertCall(agent, change, i, version, null);
      }
      case Change.OPEN -> {
        if (isNew) {
          insertCall(agent, change, i, null, version);
          return null;
        }
        int opened =
            sql.update(
                "UPDATE call SET time = iif(opened IS NULL, ?, time), opened = ifnull(opened, ?)"
                    + " WHERE agent = ? AND cycle = ? AND ordinal = ? AND closed IS NULL"
                    + " AND (opened IS NOT NULL OR approved = 1)",
                change.time(),
                version,
                agent.id(),
                cycle,
                ordinal);
        if (opened == 0) {
          return StoreFaults.noSuchIntent(agent.name(), cycle, ordinal, "may be made");
        }
      }
      default -> {
        int closed =
            sql.update(
                "UPDATE call SET time = ?, closed = ? WHERE agent = ? AND cycle = ? AND ordinal = ?"
                    + " AND closed IS NULL",
                change.time(),
                version,
                agent.id(),
                cycle,
                ordinal);
        if (closed == 0) {
          return StoreFaults.noSuchIntent(agent.name(), cycle, ordinal, "is open");
        }
      }
    }
    return null;
  }

  private void insertCall(
      SqliteRows.Agent agent, Change change, int i, @Nullable Long asked, @Nullable Long opened)
      throws SQLException {
    sql.update(
        "INSERT INTO call(agent, cycle, ordinal, request, note, approved, time, asked, opened,"
            + " incarnation) VALUES (?, ?, ?, ?, '', 0, ?, ?, ?, ?)",
        agent.id(),
        change.callCycle(i),
        change.callOrdinal(i),
        change.callRequest(i),
        change.time(),
        asked,
        opened,
        agent.incarnation());
  }

  private void append(SqliteRows.Agent agent, Change change, long version) throws SQLException {
    sql.update(
        "INSERT INTO journal(agent, version, cycle, ends, state, due, wake, time, head, delta, record)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        agent.id(),
        version,
        change.cycle(),
        change.ends(),
        change.state(),
        change.due(),
        change.wake(),
        change.time(),
        part(change.head()),
        part(change.delta()),
        part(change.record()));
    if (change.image().size() > 0) {
      sql.update(
          "INSERT INTO checkpoint(agent, version, cycle, image) VALUES (?, ?, ?, ?)",
          agent.id(),
          version,
          change.cycle(),
          part(change.image()));
    }
    long cycle = change.ends() ? change.cycle() : agent.cycle();
    long due = dueWithWaiting(agent.id(), change.due(), change.wake(), change.time());
    sql.update(
        "UPDATE agent SET version = ?, cycle = ?, state = ?, due = ?, wake = ? WHERE id = ?",
        version,
        cycle,
        change.state(),
        due,
        change.wake(),
        agent.id());
  }

  private static @Nullable Bytes part(dev.lkjagent.runtime.journal.Encoder encoder) {
    return encoder.size() == 0 ? null : Bytes.copyOf(encoder.array(), 0, encoder.size());
  }

  /** When an agent is due that may already have what it waits for. */
  private long dueWithWaiting(long agent, long due, int wake, long time) throws SQLException {
    boolean letter =
        (wake & Change.WAKE_ON_MESSAGE) != 0
            && sql.number(
                    "SELECT 1 FROM message WHERE agent = ? AND consumed IS NULL LIMIT 1", agent)
                == 1;
    boolean decision =
        (wake & Change.WAKE_ON_DECISION) != 0
            && sql.number(
                    "SELECT 1 FROM call WHERE agent = ? AND closed IS NULL AND decided IS NOT NULL LIMIT 1",
                    agent)
                == 1;
    return letter || decision ? Math.min(due, time) : due;
  }

  private void write(SqliteRows.Agent agent, Change change, int i, long version)
      throws SQLException {
    Space name = change.writeSpace(i);
    long space = name.shared() ? sharedSpace(name.name()) : agent.id();
    String tags = change.writeTags(i).utf8();
    if (change.isKept(i)) {
      Optional<Bytes> there = live(space, tags);
      if (there.equals(Optional.of(change.writeValue(i))) || live(agent.id(), tags).isPresent()) {
        return;
      }
      tags = there.isEmpty() ? tags : Change.earlier(new TagSet(tags)).canonical();
      space = agent.id();
    }
    retire(space, tags, version);
    if (!change.isRemoval(i)) {
      Bytes value = change.writeValue(i);
      insertEntry(space, tags, change.time(), version, null, value);
    }
  }

  private Optional<Bytes> live(long space, String tags) throws SQLException {
    return sql.first(
        "SELECT value FROM entry WHERE space = ? AND tags = ? AND until IS NULL",
        row -> Sql.bytes(row, 1),
        space,
        tags);
  }

  private long sharedSpace(String name) throws SQLException {
    long id = sql.number("SELECT id FROM shared_space WHERE name = ?", name);
    return id > 0 ? -id : -sql.insert("INSERT INTO shared_space(name) VALUES (?)", name);
  }

  private void insertEntry(
      long space, String tags, long time, long since, @Nullable Long until, Bytes value)
      throws SQLException {
    long id =
        sql.insert(
            "INSERT INTO entry(space, tags, time, since, until, value) VALUES (?, ?, ?, ?, ?, ?)",
            space,
            tags,
            time,
            since,
            until,
            value);
    if (until == null) {
      index(id, space, tags, value);
    }
  }

  private void index(long id, long space, String tags, Bytes value) throws SQLException {
    sql.update(
        "INSERT INTO entry_text(rowid, tags, text) VALUES (?, ?, ?)",
        id,
        SqliteSearch.tagTokens(space, tags),
        Terms.join(value.utf8()));
  }

  /** Ends the live entry of these tags, if there is one. */
  private void retire(long space, String tags, long version) throws SQLException {
    Optional<long[]> old =
        sql.first(
            "SELECT id, since FROM entry WHERE space = ? AND tags = ? AND until IS NULL",
            row -> new long[] {row.getLong(1), row.getLong(2)},
            space,
            tags);
    if (old.isEmpty()) {
      return;
    }
    long id = old.get()[0];
    sql.update("DELETE FROM entry_text WHERE rowid = ?", id);
    if (space < 0 || old.get()[1] == version) {
      sql.update("DELETE FROM entry WHERE id = ?", id);
    } else {
      sql.update("UPDATE entry SET until = ? WHERE id = ?", version, id);
    }
  }

  Message send(String name, String from, Bytes text, long time) throws SQLException {
    SqliteRows.Agent agent = SqliteRows.existing(sql, name);
    long id =
        sql.insert(
            "INSERT INTO message(agent, sender, body, time, arrived) VALUES (?, ?, ?, ?, ?)",
            agent.id(),
            from,
            text,
            time,
            agent.version());
    wake(agent, Change.WAKE_ON_MESSAGE, time);
    return new Message(id, from, text, time);
  }

  Intent decide(String name, long cycle, int ordinal, boolean approved, String note, long time)
      throws SQLException {
    SqliteRows.Agent agent = SqliteRows.existing(sql, name);
    int decided =
        sql.update(
            "UPDATE call SET approved = ?, note = ?, decided = ?, time = ? WHERE agent = ? AND cycle = ?"
                + " AND ordinal = ? AND decided IS NULL AND opened IS NULL AND closed IS NULL",
            approved,
            note,
            agent.version(),
            time,
            agent.id(),
            cycle,
            ordinal);
    if (decided == 0) {
      throw StoreFaults.noSuchIntent(name, cycle, ordinal, "waits for a decision").asException();
    }
    wake(agent, Change.WAKE_ON_DECISION, time);
    return SqliteRows.intent(sql, agent, cycle, ordinal).orElseThrow();
  }

  private void wake(SqliteRows.Agent agent, int flag, long time) throws SQLException {
    if ((agent.wake() & flag) != 0 && time < agent.due()) {
      sql.update("UPDATE agent SET due = ? WHERE id = ?", time, agent.id());
    }
  }

  Snapshot rewind(String name, long wanted) throws SQLException {
    SqliteRows.Agent agent = SqliteRows.existing(sql, name);
    long cycle = wanted == Store.LATEST ? agent.cycle() : wanted;
    long at = SqliteRows.versionOf(sql, agent, cycle);
    long id = agent.id();
    sql.update("DELETE FROM journal WHERE agent = ? AND cycle >= ? AND version > ?", id, cycle, at);
    sql.update("DELETE FROM checkpoint WHERE agent = ? AND version > ?", id, at);
    sql.update("UPDATE message SET consumed = NULL WHERE agent = ? AND consumed > ?", id, at);
    sql.update(
        "DELETE FROM call WHERE agent = ? AND min(ifnull(asked, opened), ifnull(opened, asked)) > ?",
        id,
        at);
    sql.update("UPDATE call SET opened = NULL WHERE agent = ? AND opened > ?", id, at);
    sql.update("UPDATE call SET closed = NULL WHERE agent = ? AND closed > ?", id, at);
    rewindStorage(id, at);
    become(agent, agent.version() + 1, cycle, at, agent.created());
    sql.update("UPDATE agent SET incarnation = version WHERE id = ?", id);
    return SqliteRows.snapshot(sql, SqliteRows.existing(sql, name), Store.LATEST);
  }

  private void rewindStorage(long space, long at) throws SQLException {
    List<Long> young =
        sql.list(
            "SELECT id FROM entry WHERE space = ? AND until IS NULL AND since > ?",
            row -> row.getLong(1),
            space,
            at);
    for (long id : young) {
      sql.update("DELETE FROM entry_text WHERE rowid = ?", id);
      sql.update("DELETE FROM entry WHERE id = ?", id);
    }
    sql.update("DELETE FROM entry WHERE space = ? AND until > ? AND since > ?", space, at, at);
    List<Long> revived =
        sql.list(
            "SELECT id FROM entry WHERE space = ? AND until > ?", row -> row.getLong(1), space, at);
    for (long id : revived) {
      sql.update("UPDATE entry SET until = NULL WHERE id = ?", id);
      Row row = sql.first(ROW, SqliteWriter::row, id).orElseThrow();
      index(id, space, row.tags, row.value);
    }
  }

  private static final String ROW =
      "SELECT id, since, ifnull(until, 9223372036854775807), tags, value FROM entry WHERE id = ?";

  private static Row row(java.sql.ResultSet row) throws SQLException {
    return new Row(
        row.getLong(1), row.getLong(2), row.getLong(3), row.getString(4), Sql.bytes(row, 5));
  }

  /** Sets an agent's row to what its line of commits says up to a version. */
  private void become(SqliteRows.Agent agent, long version, long cycle, long at, long created)
      throws SQLException {
    Optional<Commit> last = SqliteRows.lastCommit(sql, agent, Long.MAX_VALUE, at);
    int wake = last.map(Commit::wake).orElse(0);
    long due = last.map(Commit::due).orElse(created);
    sql.update(
        "UPDATE agent SET version = ?, cycle = ?, state = ?, due = ?, wake = ? WHERE id = ?",
        version,
        cycle,
        last.map(Commit::state).orElse(""),
        dueWithWaiting(agent.id(), due, wake, last.map(Commit::time).orElse(created)),
        wake,
        agent.id());
  }

  Snapshot fork(String name, long wanted, String newName, long time) throws SQLException {
    SqliteRows.Agent source = SqliteRows.existing(sql, name);
    long at = SqliteRows.versionOf(sql, source, wanted);
    checkFree(newName);
    long cycle = wanted == Store.LATEST ? source.cycle() : wanted;
    Checkpoint base = SqliteRows.checkpointUpTo(sql, source, at);
    long after = base == null ? 0 : base.version();
    long baseCycle = base == null ? 0 : base.cycle();
    List<Message> inbox = SqliteRows.inbox(sql, source, at);
    long version = Math.max(at, lowestVersion(newName));
    long id = insertAgent(newName, version, source.born(), time, name, cycle);
    sql.update("UPDATE agent SET earliest = ? WHERE id = ?", baseCycle, id);
    sql.update(
        "INSERT INTO journal(agent, version, cycle, ends, state, due, wake, time, head, delta, record)"
            + " SELECT ?, version, cycle, ends, state, due, wake, time, head, delta, record FROM journal"
            + " WHERE agent = ? AND cycle >= ? AND version >= ? AND version <= ? ORDER BY cycle, version",
        id,
        source.id(),
        baseCycle,
        after,
        at);
    sql.update(
        "INSERT INTO checkpoint(agent, version, cycle, image) SELECT ?, version, cycle, image"
            + " FROM checkpoint WHERE agent = ? AND version = ?",
        id,
        source.id(),
        after);
    for (Message message : inbox) {
      sql.update(
          "INSERT INTO message(agent, sender, body, time, arrived)"
              + " SELECT ?, sender, body, time, arrived FROM message WHERE id = ?",
          id,
          message.id());
    }
    sql.update(
        "INSERT INTO call SELECT ?1, cycle, ordinal, request, note, approved, time, asked,"
            + " iif(decided <= ?3, decided, NULL), iif(opened <= ?3, opened, NULL), NULL, ?4 FROM call"
            + " WHERE agent = ?2 AND (closed IS NULL OR closed > ?3)"
            + " AND min(ifnull(asked, opened), ifnull(opened, asked)) <= ?3",
        id,
        source.id(),
        at,
        lowestVersion(newName));
    copyStorage(source.id(), id, after, at);
    become(SqliteRows.existing(sql, newName), version, cycle, at, time);
    return SqliteRows.snapshot(sql, SqliteRows.existing(sql, newName), Store.LATEST);
  }

  private void copyStorage(long from, long to, long after, long at) throws SQLException {
    List<Long> ids = new ArrayList<>();
    sql.each(
        "SELECT id FROM entry WHERE space = ?1 AND until IS NULL AND since <= ?2 UNION ALL"
            + " SELECT id FROM entry WHERE space = ?1 AND until > ?3 AND since <= ?2 ORDER BY 1",
        row -> ids.add(row.getLong(1)),
        from,
        at,
        after);
    for (long id : ids) {
      Row row = sql.first(ROW, SqliteWriter::row, id).orElseThrow();
      long time = sql.number("SELECT time FROM entry WHERE id = ?", id);
      insertEntry(to, row.tags, time, row.since, row.until > at ? null : row.until, row.value);
    }
  }

  void delete(String name) throws SQLException {
    SqliteRows.Agent agent = SqliteRows.existing(sql, name);
    long id = agent.id();
    sql.update("INSERT OR REPLACE INTO gone VALUES (?, ?)", name, agent.version() + 1);
    List<Long> live =
        sql.list(
            "SELECT id FROM entry WHERE space = ? AND until IS NULL", row -> row.getLong(1), id);
    for (long entry : live) {
      sql.update("DELETE FROM entry_text WHERE rowid = ?", entry);
      sql.update("DELETE FROM entry WHERE id = ?", entry);
    }
    sql.update("DELETE FROM entry WHERE space = ? AND until IS NOT NULL", id);
    sql.update("DELETE FROM journal WHERE agent = ?", id);
    sql.update("DELETE FROM checkpoint WHERE agent = ?", id);
    sql.update("DELETE FROM message WHERE agent = ? AND consumed IS NULL", id);
    sql.update("DELETE FROM message WHERE agent = ? AND consumed IS NOT NULL", id);
    sql.update("DELETE FROM call WHERE agent = ?", id);
    sql.update("DELETE FROM agent WHERE id = ?", id);
  }

  long trim(String name, long cycle) throws SQLException {
    SqliteRows.Agent agent = SqliteRows.existing(sql, name);
    Checkpoint base =
        SqliteRows.checkpointUpTo(sql, agent, SqliteRows.versionOf(sql, agent, cycle));
    if (base == null) {
      return agent.earliest();
    }
    long id = agent.id();
    long at = base.version();
    sql.update(
        "DELETE FROM journal WHERE agent = ? AND cycle <= ? AND version < ?", id, base.cycle(), at);
    sql.update("DELETE FROM checkpoint WHERE agent = ? AND version < ?", id, at);
    sql.update("DELETE FROM message WHERE agent = ? AND consumed <= ?", id, at);
    sql.update("DELETE FROM call WHERE agent = ? AND closed <= ?", id, at);
    sql.update("DELETE FROM entry WHERE space = ? AND until <= ?", id, at);
    sql.update("UPDATE agent SET earliest = ? WHERE id = ?", base.cycle(), id);
    return base.cycle();
  }
}
