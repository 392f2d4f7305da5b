package dev.lkjagent.examples.shared;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A second Java process on the class path of this one, which can be killed at any time. */
public final class JavaChild implements AutoCloseable {
  private final Process process;
  private final BufferedReader said;

  /**
   * Starts one. What it says to its error stream is dropped.
   *
   * @param main the class whose main method it runs
   * @param arguments what that is given
   * @throws IOException if it can't be started
   */
  public JavaChild(Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    said = process.inputReader();
  }

  /**
   * Waits for what it says next.
   *
   * @return a line of its standard output; null when it has ended
   * @throws IOException if it can't be read
   */
  public @Nullable String nextLine() throws IOException {
    return said.readLine();
  }

  /** Kills it, as a loss of power would, and waits until it is gone. */
  @Override
  public void close() throws IOException {
    process.toHandle().destroyForcibly();
    said.close();
    process.onExit().join();
  }
}
