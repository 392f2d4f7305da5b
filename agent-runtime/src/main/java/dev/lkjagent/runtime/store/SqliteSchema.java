package dev.lkjagent.runtime.store;

import java.sql.SQLException;
import java.util.List;

/**
 * The tables of a {@link SqliteStore} and the steps that lead to them. Step n makes schema n of
 * schema n − 1, and schema 0 is an empty file. A released step is never changed.
 *
 * <p>{@code entry.space} is the id of the agent whose own space it is, or the negative id of a
 * shared one. An entry holds from version {@code since} to before version {@code until}, which is
 * null as long as it does. {@code entry_text} indexes the live entries only and stores no text:
 * column {@code tags} holds the token of the space and one token per tag, each behind the space's,
 * so that a list of postings never mixes spaces; column {@code text} the terms of the value (see
 * {@link Terms}). Its tokenizer splits at what {@link Terms} puts between terms, and nowhere else.
 *
 * <p>{@code agent.born} is the version that an agent had before its first commit; {@code gone} says
 * for the name of a deleted agent with which version the next one of that name begins. {@code
 * agent.incarnation} is the version with which its present line of cycles began, so it rises with
 * every rewind and no two agents of a name share one; a call keeps the one that it was announced
 * in.
 */
record SqliteSchema(List<List<String>> steps) {
  /** {@code LKJA}: marks the file as a store. */
  static final int APPLICATION_ID = 0x4C4B4A41;

  static final SqliteSchema CURRENT =
      new SqliteSchema(
          List.of(
              List.of(
                  """
                  CREATE TABLE lease(
                    id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL, holder TEXT,
                    machine TEXT, boot TEXT, pid_space TEXT, pid INTEGER, started TEXT,
                    since INTEGER, expires INTEGER)""",
                  "INSERT INTO lease(id, epoch) VALUES (1, 0)",
                  """
                  CREATE TABLE agent(
                    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,
                    version INTEGER NOT NULL, cycle INTEGER NOT NULL, state TEXT NOT NULL,
                    due INTEGER NOT NULL, wake INTEGER NOT NULL, created INTEGER NOT NULL,
                    earliest INTEGER NOT NULL, parent TEXT, parent_cycle INTEGER NOT NULL)""",
                  "CREATE INDEX agent_due ON agent(due, name)",
                  """
                  CREATE TABLE journal(
                    id INTEGER PRIMARY KEY, agent INTEGER NOT NULL, version INTEGER NOT NULL,
                    cycle INTEGER NOT NULL, ends INTEGER NOT NULL, state TEXT NOT NULL,
                    due INTEGER NOT NULL, wake INTEGER NOT NULL, time INTEGER NOT NULL,
                    head BLOB, delta BLOB, record BLOB)""",
                  "CREATE UNIQUE INDEX journal_line ON journal(agent, cycle, version)",
                  """
                  CREATE TABLE checkpoint(
                    id INTEGER PRIMARY KEY, agent INTEGER NOT NULL, version INTEGER NOT NULL,
                    cycle INTEGER NOT NULL, image BLOB NOT NULL)""",
                  "CREATE UNIQUE INDEX checkpoint_line ON checkpoint(agent, version)",
                  """
                  CREATE TABLE message(
                    id INTEGER PRIMARY KEY AUTOINCREMENT, agent INTEGER NOT NULL, sender TEXT NOT NULL,
                    body BLOB NOT NULL, time INTEGER NOT NULL, arrived INTEGER NOT NULL, consumed INTEGER)""",
                  "CREATE INDEX message_waiting ON message(agent) WHERE consumed IS NULL",
                  "CREATE INDEX message_consumed ON message(agent, consumed) WHERE consumed IS NOT NULL",
                  """
                  CREATE TABLE call(
                    agent INTEGER NOT NULL, cycle INTEGER NOT NULL, ordinal INTEGER NOT NULL,
                    request BLOB NOT NULL, note TEXT NOT NULL, approved INTEGER NOT NULL,
                    time INTEGER NOT NULL, asked INTEGER, decided INTEGER, opened INTEGER, closed INTEGER,
                    PRIMARY KEY (agent, cycle, ordinal)) WITHOUT ROWID""",
                  "CREATE INDEX call_open ON call(agent, cycle, ordinal) WHERE closed IS NULL",
                  "CREATE TABLE shared_space(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
                  """
                  CREATE TABLE entry(
                    id INTEGER PRIMARY KEY, space INTEGER NOT NULL, tags TEXT NOT NULL,
                    time INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER, value BLOB NOT NULL)""",
                  "CREATE UNIQUE INDEX entry_live ON entry(space, tags) WHERE until IS NULL",
                  "CREATE INDEX entry_dead ON entry(space, until) WHERE until IS NOT NULL",
                  """
                  CREATE VIRTUAL TABLE entry_text USING fts5(
                    tags, text, content = '', contentless_delete = 1,
                    tokenize = "ascii tokenchars '_'")"""),
              List.of(
                  "ALTER TABLE agent ADD COLUMN born INTEGER NOT NULL DEFAULT 0",
                  "CREATE TABLE gone(name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID"),
              List.of(
                  "ALTER TABLE agent ADD COLUMN incarnation INTEGER NOT NULL DEFAULT 0",
                  "ALTER TABLE call ADD COLUMN incarnation INTEGER NOT NULL DEFAULT 0")));

  SqliteSchema {
    steps = List.copyOf(steps);
  }

  int version() {
    return steps.size();
  }

  /** Leads a file of an older schema to this one, within the caller's transaction. */
  void migrate(Sql sql, int from) throws SQLException {
    for (List<String> step : steps.subList(from, steps.size())) {
      for (String statement : step) {
        sql.run(statement);
      }
    }
    sql.run("PRAGMA application_id = " + APPLICATION_ID);
    sql.run("PRAGMA user_version = " + version());
  }
}
