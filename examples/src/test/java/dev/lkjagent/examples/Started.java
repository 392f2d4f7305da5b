package dev.lkjagent.examples;

import dev.lkjagent.cli.Main;
import dev.lkjagent.cli.shell.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A sample, started inside the test as people start it, and what it wrote. */
public record Started(int status, String out, String err) {
  /** Runs the command line with what is typed into it. */
  public static Started typing(String typed, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Terminal terminal =
        new Terminal(
            new PrintWriter(out),
            new PrintWriter(err),
            Terminal.Sight.RESULT,
            new StringReader(typed));
    int status = Main.run(terminal, Map.of(), args);
    return new Started(status, out.toString(), err.toString());
  }

  /** Runs the command line in a process of its own. */
  public static Started apart(String... args) throws IOException, InterruptedException {
    Path out = Files.createTempFile("lkjagent", ".out");
    Path err = Files.createTempFile("lkjagent", ".err");
    try {
      Process process =
          new ProcessBuilder(javaCommand(args))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      return new Started(process.waitFor(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** The words that start the command line in a process of its own. */
  public static List<String> javaCommand(String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(args));
    return command;
  }

  /**
   * What goes before a command that takes interrupts: a build that runs in the background has
   * SIGINT ignored, and GNU's env takes that back.
   */
  public static List<String> withDefaultInterrupts() throws IOException {
    List<String> env = List.of("env", "--default-signal=INT");
    List<String> trial = new ArrayList<>(env);
    trial.add("true");
    try {
      Process tried = new ProcessBuilder(trial).redirectErrorStream(true).start();
      tried.getInputStream().readAllBytes();
      return tried.waitFor() == 0 ? env : List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Runs the command line. */
  public static Started with(String... args) {
    return typing("", args);
  }
}
