package dev.lkjagent.testkit.model;

import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.RecordingModel;
import dev.lkjagent.runtime.model.ReplayModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Replies of a real endpoint, asked once and given again ever after: tests replay what stands in a
 * directory under version control, and only {@code -Dlkjagent.recordings=update} asks the endpoint.
 * A prompt that differs from the recorded ones is a fault that shows the difference line by line.
 */
public final class Recorded {
  /** The system property that, set to {@code update}, records anew. */
  public static final String PROPERTY = "lkjagent.recordings";

  private Recorded() {}

  /**
   * A model that replays, or records.
   *
   * @param directory where the recordings are; relative paths begin at the module
   * @param endpoint opens the real model; called only to record
   * @return the model
   * @throws AssertionError if there is nothing to replay
   */
  public static Model in(Path directory, Supplier<? extends Model> endpoint) {
    if ("update".equals(System.getProperty(PROPERTY))) {
      forget(directory);
      return new RecordingModel(directory, endpoint.get());
    }
    try {
      return ReplayModel.open(directory);
    } catch (FaultException nothing) {
      throw new AssertionError(
          nothing.fault().message() + ", here by running the test with -D" + PROPERTY + "=update",
          nothing);
    }
  }

  private static void forget(Path directory) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> old =
          files.filter(f -> f.toString().matches(".*[0-9a-f]{24}-[0-9]{3,}\\.json")).toList();
      for (Path file : old) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
