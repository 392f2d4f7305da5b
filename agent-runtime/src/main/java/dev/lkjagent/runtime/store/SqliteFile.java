package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The file of a {@link SqliteStore}: what it is, whether it is whole, and connections to it. */
final class SqliteFile {
  private static final String MAGIC = "SQLite format 3\0";
  private static final int HEADER_BYTES = 100;
  private static final int PAGE_SIZE_AT = 16;
  private static final int PAGE_COUNT_AT = 28;
  private static final int CHANGE_COUNTER_AT = 24;
  private static final int VERSION_VALID_FOR_AT = 92;

  /** How long the log grows before it is moved to the file: pages written often are moved once. */
  private static final int LOG_PAGES = 4_000;

  private static final long QUICK_CHECK_MAX_BYTES = 256L << 20;

  private final Path path;
  private final SqliteOptions options;
  private final SqliteSchema schema;

  SqliteFile(Path path, SqliteOptions options, SqliteSchema schema) {
    this.path = path.toAbsolutePath();
    this.options = options;
    this.schema = schema;
  }

  Path path() {
    return path;
  }

  Path log() {
    return path.resolveSibling(path.getFileName() + "-wal");
  }

  /** The index of the log, which SQLite shares between processes. */
  Path sharedMemory() {
    return path.resolveSibling(path.getFileName() + "-shm");
  }

  Fault fault(SQLException e) {
    return SqliteFaults.of(e, path, options.maxBytes());
  }

  /** Throws if the file is there and is not a database, or was cut short. */
  void checkHeader() {
    try {
      if (!Files.exists(path) || Files.size(path) == 0) {
        if (options.readOnly()) {
          throw SqliteFaults.foreign(path, "it does not exist or is empty").asException();
        }
        return;
      }
      byte[] header;
      try (InputStream in = Files.newInputStream(path)) {
        header = in.readNBytes(HEADER_BYTES);
      }
      if (header.length < HEADER_BYTES
          || !new String(header, 0, MAGIC.length(), StandardCharsets.ISO_8859_1).equals(MAGIC)) {
        throw SqliteFaults.foreign(path, "it is no SQLite database").asException();
      }
      ByteBuffer fields = ByteBuffer.wrap(header);
      int pageSize = fields.getShort(PAGE_SIZE_AT) & 0xFFFF;
      long bytes =
          (fields.getInt(PAGE_COUNT_AT) & 0xFFFFFFFFL) * (pageSize == 1 ? 1 << 16 : pageSize);
      boolean countIsValid =
          fields.getInt(CHANGE_COUNTER_AT) == fields.getInt(VERSION_VALID_FOR_AT);
      boolean hasLog = Files.exists(log()) && Files.size(log()) > 0;
      if (countIsValid && !hasLog && Files.size(path) < bytes) {
        throw SqliteFaults.truncated(path, bytes, Files.size(path)).asException();
      }
    } catch (IOException e) {
      throw SqliteFaults.unreadable(path, e);
    }
  }

  /** Connects; the caller closes. */
  Sql connect(boolean toWrite) throws SQLException {
    try {
      Class.forName("org.sqlite.JDBC");
    } catch (ClassNotFoundException e) {
      throw new FaultException(
          FaultCode.STORE_DRIVER_MISSING.with(
              "the SQLite store needs the artifact org.xerial:sqlite-jdbc on the class path, which is an"
                  + " optional dependency: add it, or use the in-memory store"),
          e);
    }
    Sql sql = new Sql(DriverManager.getConnection("jdbc:sqlite:" + path));
    try {
      sql.run("PRAGMA busy_timeout = " + options.busyTimeout().toMillis());
      sql.run("PRAGMA temp_store = MEMORY");
      sql.run("PRAGMA cache_size = -8192");
      if (toWrite) {
        sql.run("PRAGMA synchronous = FULL");
      } else {
        sql.run("PRAGMA query_only = 1");
      }
      return sql;
    } catch (SQLException | RuntimeException e) {
      sql.close();
      throw e;
    }
  }

  /** Throws if another program's database, or a newer one, is in the file. Answers its schema. */
  int checkSchema(Sql sql) throws SQLException {
    long id = sql.number("PRAGMA application_id");
    long tables = sql.number("SELECT count(*) FROM sqlite_schema");
    if (id != SqliteSchema.APPLICATION_ID && (tables > 0 || id != 0)) {
      throw SqliteFaults.foreign(path, "it is a database of another program").asException();
    }
    int version = (int) sql.number("PRAGMA user_version");
    if (version > schema.version()) {
      throw SqliteFaults.newer(path, version, schema.version()).asException();
    }
    return version;
  }

  void migrate(Sql sql, int from) throws SQLException {
    schema.migrate(sql, from);
  }

  int schemaVersion() {
    return schema.version();
  }

  /** Sets what outlives a connection or concerns the writer only. */
  void prepareToWrite(Sql sql) throws SQLException {
    sql.run("PRAGMA journal_mode = WAL");
    sql.run("PRAGMA wal_autocheckpoint = " + LOG_PAGES);
    sql.run("PRAGMA journal_size_limit = 67108864");
    if (options.maxBytes() > 0) {
      long pageSize = sql.number("PRAGMA page_size");
      sql.run("PRAGMA max_page_count = " + Math.max(1, options.maxBytes() / pageSize));
    }
  }

  /** Checks the structure as thoroughly as the options say; throws if it is damaged. */
  void checkStructure(Sql sql) throws SQLException {
    long bytes = sql.number("PRAGMA page_count") * sql.number("PRAGMA page_size");
    boolean quick = options.check() == SqliteOptions.Check.QUICK && bytes <= QUICK_CHECK_MAX_BYTES;
    List<String> problems = new ArrayList<>();
    if (options.check() == SqliteOptions.Check.FULL) {
      problems.addAll(problems(sql, true));
    } else if (quick) {
      problems.addAll(problems(sql, false));
    }
    if (!problems.isEmpty()) {
      throw SqliteFaults.damaged(path, String.join("\n", problems)).asException();
    }
  }

  /** What is wrong with the structure; nothing if all is well. */
  static List<String> problems(Sql sql, boolean thorough) throws SQLException {
    List<String> said =
        sql.list(
            thorough ? "PRAGMA integrity_check(20)" : "PRAGMA quick_check(20)",
            row -> row.getString(1));
    return said.equals(List.of("ok")) ? List.of() : said;
  }
}
