package dev.lkjagent.cli;

import dev.lkjagent.cli.shell.Terminal;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.Map;

/** One run of the command line inside the test, and what it wrote. */
public final class Session {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final int status;

  private Session(
      Map<String, String> environment, Terminal.Sight sight, String typed, String... args) {
    Terminal terminal =
        new Terminal(new PrintWriter(out), new PrintWriter(err), sight, new StringReader(typed));
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try {
      status = Main.run(terminal, environment, args);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  /** Runs a command whose output goes to a file. */
  public static Session run(String... args) {
    return new Session(Map.of(), Terminal.Sight.NONE, "", args);
  }

  /** Runs a command with variables in its environment. */
  public static Session run(Map<String, String> environment, String... args) {
    return new Session(environment, Terminal.Sight.NONE, "", args);
  }

  /** Runs a command whose result a person sees, without colours. */
  public static Session look(String... args) {
    return new Session(Map.of(), Terminal.Sight.RESULT, "", args);
  }

  /** Runs a command on a terminal with colours. */
  public static Session watch(String... args) {
    return new Session(Map.of(), Terminal.Sight.COLOURS, "", args);
  }

  /** Runs a command whose input comes from a pipe. */
  public static Session type(String typed, String... args) {
    return new Session(Map.of(), Terminal.Sight.NONE, typed, args);
  }

  public int status() {
    return status;
  }

  public String out() {
    return out.toString();
  }

  public String err() {
    return err.toString();
  }
}
