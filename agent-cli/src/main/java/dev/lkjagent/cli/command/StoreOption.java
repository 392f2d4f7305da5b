package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.CommandFailure;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.runtime.store.SqliteOptions;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names a store's file. */
final class StoreOption {
  @Option(
      names = "--store",
      paramLabel = "FILE",
      description = "The store's file (default: .lkjagent/AGENT.db in your home folder).")
  private @Nullable Path given;

  StoreOption() {}

  /** As if this file had been named. */
  StoreOption(Path file) {
    given = file;
  }

  /** Whether a file was named. */
  boolean isGiven() {
    return given != null;
  }

  /** The folder of the files that nobody named. */
  static Path home() {
    return Path.of(System.getProperty("user.home"), ".lkjagent");
  }

  /** The file in which an agent or program is kept. */
  Path file(String name) {
    return given == null ? home().resolve(name + ".db") : given.toAbsolutePath();
  }

  private static void refuseFolder(Path file) {
    if (Files.isDirectory(file)) {
      throw new CommandFailure(
          ExitCode.INPUT,
          "the store " + file + " is a folder, not a file.",
          "Name a file in it: --store " + file.resolve("agents.db") + ".");
    }
  }

  /** The file, in a folder that exists. */
  Path fileToWrite(String name) throws IOException {
    Path file = file(name);
    refuseFolder(file);
    Path folder = file.getParent();
    if (folder != null) {
      try {
        Files.createDirectories(folder);
      } catch (FileAlreadyExistsException e) {
        throw new CommandFailure(
            ExitCode.INPUT,
            "the store " + file + " cannot be made: " + e.getFile() + " is a file, not a folder.",
            "Name another with --store FILE.",
            e);
      }
    }
    return file;
  }

  /** Opens a store that must be there, beside whoever writes to it. */
  Store openToLook(String name) {
    Path file = existing(name);
    return SqliteStore.open(file, SqliteOptions.DEFAULT.lookingOnly());
  }

  /** Opens a store that must be there, to write to it. */
  Store openToWrite(String name) {
    return SqliteStore.open(existing(name));
  }

  private Path existing(String name) {
    Path file = file(name);
    if (!Files.exists(file)) {
      throw new CommandFailure(
          ExitCode.INPUT,
          "there is no store " + file + ".",
          given == null
              ? "Name it with --store FILE, or run the agent first."
              : "Check the path; lkjagent inspect lists the stores in your home folder.");
    }
    refuseFolder(file);
    return file;
  }
}
