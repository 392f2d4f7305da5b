package dev.lkjagent.runtime.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One connection with its prepared statements. One thread at a time. */
final class Sql implements AutoCloseable {
  /** Makes a value of a row. */
  interface Mapper<T> {
    T map(ResultSet row) throws SQLException;
  }

  /** Takes a row. */
  interface Visitor {
    void visit(ResultSet row) throws SQLException;
  }

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Sql(Connection connection) {
    this.connection = connection;
  }

  /** Runs a statement that answers nothing of interest and is not worth preparing. */
  void run(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  int update(String sql, @Nullable Object... arguments) throws SQLException {
    try {
      return bind(sql, arguments).executeUpdate();
    } catch (SQLException e) {
      forget(sql, e);
      throw e;
    }
  }

  /** Inserts a row and answers its number. */
  long insert(String sql, @Nullable Object... arguments) throws SQLException {
    update(sql, arguments);
    return number("SELECT last_insert_rowid()");
  }

  void each(String sql, Visitor visitor, @Nullable Object... arguments) throws SQLException {
    visit(sql, Long.MAX_VALUE, visitor, arguments);
  }

  <T> List<T> list(String sql, Mapper<T> mapper, @Nullable Object... arguments)
      throws SQLException {
    List<T> all = new ArrayList<>();
    each(sql, row -> all.add(mapper.map(row)), arguments);
    return all;
  }

  <T> Optional<T> first(String sql, Mapper<T> mapper, @Nullable Object... arguments)
      throws SQLException {
    List<T> found = new ArrayList<>(1);
    visit(sql, 1, row -> found.add(mapper.map(row)), arguments);
    return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
  }

  /** The first column of the first row, or -1 if there is no row or it is null. */
  long number(String sql, @Nullable Object... arguments) throws SQLException {
    return first(sql, Sql::firstColumn, arguments).orElse(-1L);
  }

  private static long firstColumn(ResultSet row) throws SQLException {
    long value = row.getLong(1);
    return row.wasNull() ? -1 : value;
  }

  private void visit(String sql, long max, Visitor visitor, @Nullable Object... arguments)
      throws SQLException {
    try (ResultSet rows = bind(sql, arguments).executeQuery()) {
      for (long i = 0; i < max && rows.next(); i++) {
        visitor.visit(rows);
      }
    } catch (SQLException e) {
      forget(sql, e);
      throw e;
    }
  }

  /** The driver closes a statement that failed; the next use prepares it anew. */
  private void forget(String sql, SQLException because) {
    PreparedStatement statement = prepared.remove(sql);
    if (statement != null) {
      try {
        statement.close();
      } catch (SQLException e) {
        because.addSuppressed(e);
      }
    }
  }

  /** Closes all prepared statements, for what cannot run beside one. */
  void forgetAll() throws SQLException {
    for (PreparedStatement statement : prepared.values()) {
      statement.close();
    }
    prepared.clear();
  }

  private PreparedStatement bind(String sql, @Nullable Object... arguments) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    for (int i = 0; i < arguments.length; i++) {
      Object argument = arguments[i];
      if (argument == null) {
        statement.setNull(i + 1, Types.NULL);
      } else if (argument instanceof Long number) {
        statement.setLong(i + 1, number);
      } else if (argument instanceof Integer number) {
        statement.setInt(i + 1, number);
      } else if (argument instanceof Boolean flag) {
        statement.setInt(i + 1, flag ? 1 : 0);
      } else if (argument instanceof String text) {
        statement.setString(i + 1, text);
      } else if (argument instanceof Bytes bytes) {
        statement.setBytes(i + 1, bytes.toArray());
      } else {
        throw new IllegalArgumentException("no column takes a " + argument.getClass());
      }
    }
    return statement;
  }

  /** A column of bytes; null counts as none. */
  static Bytes bytes(ResultSet row, int column) throws SQLException {
    byte[] value = row.getBytes(column);
    return value == null ? Bytes.EMPTY : Bytes.wrap(value);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
