package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;

/** What SQLite's result codes mean to a user of the store. */
final class SqliteFaults {
  private static final int BUSY = 5;
  private static final int LOCKED = 6;
  private static final int READ_ONLY = 8;
  private static final int CORRUPT = 11;
  private static final int FULL = 13;
  private static final int TOO_BIG = 18;
  private static final int NOT_A_DATABASE = 26;

  private SqliteFaults() {}

  static Fault of(SQLException e, Path file, long maxBytes) {
    String said = " (SQLite says: " + e.getMessage() + ")";
    return switch (e.getErrorCode() & 0xFF) {
      case BUSY, LOCKED ->
          FaultCode.STORE_UNAVAILABLE.with(
              "another process writes to the store "
                  + file
                  + " for longer than the busy time-out"
                  + said);
      case READ_ONLY ->
          FaultCode.STORE_READ_ONLY.with(
              "the store "
                  + file
                  + " may not be written: give the process the right to write the file and"
                  + " its directory, or open the store to look only"
                  + said);
      case CORRUPT -> damaged(file, String.valueOf(e.getMessage()));
      case FULL ->
          FaultCode.STORE_FULL.with(
              maxBytes > 0
                  ? "the store "
                      + file
                      + " has reached its limit of "
                      + maxBytes
                      + " bytes: raise it, or trim"
                      + " and delete agents"
                      + said
                  : "the disk under the store " + file + " is full: make room, then go on" + said);
      case TOO_BIG ->
          FaultCode.VALUE_TOO_LARGE.with(
              "a value exceeds what one row of the store " + file + " holds" + said);
      case NOT_A_DATABASE -> foreign(file, "it is no SQLite database");
      default ->
          FaultCode.STORE_UNAVAILABLE.with(
              "the store "
                  + file
                  + " cannot be read or written: check its disk and its rights"
                  + said);
    };
  }

  static FaultException unreadable(Path file, IOException e) {
    return new FaultException(
        FaultCode.STORE_UNAVAILABLE.with(
            "the store " + file + " cannot be read: " + e + "; check its disk and its rights"),
        e);
  }

  /** The file has the right form, and what SQLite found in it is not what it wrote. */
  static Fault damaged(Path file, String found) {
    int line = found.indexOf('\n');
    return FaultCode.STORE_CORRUPT
        .with(
            "the store "
                + file
                + " is damaged: SQLite expected a whole database and found \""
                + (line < 0 ? found : found.substring(0, line))
                + "\"; keep a copy of it, and go back to a backup or recover it with the sqlite3 shell")
        .withDetail(found);
  }

  static Fault foreign(Path file, String why) {
    return FaultCode.STORE_FOREIGN.with(
        file + " is not a store: " + why + "; choose another path, or move the file away");
  }

  static Fault truncated(Path file, long expected, long actual) {
    return FaultCode.STORE_CORRUPT.with(
        "the store "
            + file
            + " was cut short: its header tells of "
            + expected
            + " bytes, it has "
            + actual
            + "; go back to a backup");
  }

  static Fault newer(Path file, int found, int known) {
    return FaultCode.STORE_NEWER.with(
        "the store "
            + file
            + " has schema "
            + found
            + ", this program knows up to "
            + known
            + ": use the version of the program that wrote it, or a later one");
  }

  static Fault older(Path file, int found, int known) {
    return FaultCode.STORE_OLDER.with(
        "the store "
            + file
            + " has schema "
            + found
            + ", this program reads "
            + known
            + ": open it to write once, by going on with one of its agents, and it is brought up to date");
  }

  static Fault leased(Path file, Host holder, long since, long expires, long now) {
    return FaultCode.STORE_LEASED.with(
        "the store "
            + file
            + " is in use by process "
            + holder.pid()
            + " on machine "
            + holder.machine()
            + " since "
            + Instant.ofEpochMilli(since)
            + ": stop that process, or wait until its lease ends in "
            + Math.max(0, expires - now) / 1000
            + " s if it is dead, or open the store to look only");
  }

  static Fault lost(Path file, long mine, long now) {
    return FaultCode.STORE_LEASED.with(
        "another host has taken the store "
            + file
            + " over (epoch "
            + now
            + ", this host had "
            + mine
            + "): this one was not seen for the time of its lease; nothing it had acknowledged is lost");
  }

  static Fault deleted(Path file, String rescue) {
    return FaultCode.STORE_DELETED.with(
        "the store's file " + file + " was deleted or replaced under the run; " + rescue);
  }
}
