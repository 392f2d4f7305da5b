package dev.lkjagent.examples;

import dev.lkjagent.cli.Main;
import dev.lkjagent.cli.shell.Terminal;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
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

  /** Runs the command line. */
  public static Started with(String... args) {
    return typing("", args);
  }
}
