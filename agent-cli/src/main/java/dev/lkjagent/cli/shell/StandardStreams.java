package dev.lkjagent.cli.shell;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The process's own output. When whoever reads it goes away, the process ends as a signal would end
 * it: whatever is open is closed, and no more is written. What cannot be written for another reason
 * is told at the end.
 */
public final class StandardStreams {
  private final Outlet out = new Outlet(new FileOutputStream(FileDescriptor.out), this::leave);
  private final Outlet err = new Outlet(new FileOutputStream(FileDescriptor.err), this::leave);

  /** The streams of this process. */
  public StandardStreams() {}

  /**
   * A terminal over the streams. The launcher knows which of them are terminals, and how wide, and
   * says so; without it there are none.
   *
   * @param environment the environment's variables
   * @return the terminal
   */
  public Terminal terminal(Map<String, String> environment) {
    List<String> watched = List.of(System.getProperty("lkjagent.terminals", "").split(","));
    return new Terminal(
        writer(out),
        writer(err),
        sight(watched.contains("out"), watched.contains("err"), environment),
        null,
        columns(environment.get("COLUMNS"), System.getProperty("lkjagent.columns")));
  }

  /** What the user says counts first, then what the launcher saw; 80 if both know nothing. */
  static int columns(@Nullable String wanted, @Nullable String seen) {
    for (String text : new String[] {wanted, seen}) {
      if (text != null && text.matches("0*[1-9]\\d{0,4}")) {
        return Integer.parseInt(text);
      }
    }
    return Terminal.COLUMNS;
  }

  static Terminal.Sight sight(boolean result, boolean progress, Map<String, String> environment) {
    if (!result || !progress) {
      return result
          ? Terminal.Sight.RESULT
          : progress ? Terminal.Sight.PROGRESS : Terminal.Sight.NONE;
    }
    boolean colours =
        environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !"dumb".equals(environment.get("TERM"));
    return colours ? Terminal.Sight.COLOURS : Terminal.Sight.PLAIN;
  }

  private static PrintWriter writer(Outlet stream) {
    String encoding = System.getProperty("stdout.encoding", System.getProperty("native.encoding"));
    Charset known = encoding == null ? Charset.defaultCharset() : Charset.forName(encoding);
    // Where no language is set, results are data: a question mark for every other letter helps no
    // one.
    Charset charset = known.equals(US_ASCII) ? UTF_8 : known;
    return new PrintWriter(new OutputStreamWriter(stream, charset), true);
  }

  /** Not on the thread that wrote, which may hold what is to be closed. */
  private void leave() {
    out.mute();
    err.mute();
    new Thread(() -> System.exit(ExitCode.BROKEN_PIPE.number()), "lkjagent-leave").start();
  }

  /**
   * What the process answers, once everything is written.
   *
   * @param terminal takes the reason if the result could not be written
   * @param status what the command answered
   * @return the status, or that of the output if the command was content and the output failed
   */
  public int end(Terminal terminal, int status) {
    if (out.isAbandoned() || err.isAbandoned()) {
      return ExitCode.BROKEN_PIPE.number();
    }
    if (out.failure() == null) {
      return status;
    }
    terminal
        .err()
        .println(
            terminal.red("error:")
                + " the output cannot be written: "
                + out.failure().getMessage()
                + ".");
    terminal.err().println("What was written is not whole: make room, or write elsewhere.");
    return status == ExitCode.OK.number() ? ExitCode.INPUT.number() : status;
  }
}
