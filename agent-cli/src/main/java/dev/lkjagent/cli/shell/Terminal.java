package dev.lkjagent.cli.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.Charset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a command writes: its result to {@link #out}, everything else to {@link #err}. Colours,
 * lines that are broken or cut to a width, and lines that are overwritten exist only where a person
 * is looking; a file or a pipe gets whole lines.
 *
 * <p>Used by the command's thread alone.
 */
public final class Terminal {
  /** The width of help and progress where nobody says how wide the terminal is. */
  public static final int COLUMNS = 80;

  /** The least width that is kept to, however narrow the terminal is. */
  public static final int NARROWEST = 60;

  /** The greatest width that is kept to: longer lines of prose are hard to read. */
  public static final int WIDEST = 160;

  private static final String ESC = "\u001b[";

  private final PrintWriter out;
  private final PrintWriter err;
  private final Sight sight;
  private final @Nullable Reader given;
  private final int width;
  private @Nullable BufferedReader in;
  private boolean lineOpen;

  /** What of the output a person sees as it is written. */
  public enum Sight {
    /** Nothing: both streams go to files or pipes. */
    NONE(false, false),
    /** The progress; the result goes to a file or a pipe. */
    PROGRESS(false, true),
    /** The result; the progress goes to a file or a pipe. */
    RESULT(true, false),
    /** Both, at a terminal that takes no colours or before a person who does not want them. */
    PLAIN(true, true),
    /** Both, at a terminal with colours. */
    COLOURS(true, true);

    private final boolean result;
    private final boolean progress;

    Sight(boolean result, boolean progress) {
      this.result = result;
      this.progress = progress;
    }
  }

  /**
   * A terminal over two streams, with the process's standard input.
   *
   * @param out takes results
   * @param err takes progress, warnings and errors
   * @param sight what a person sees of them
   */
  public Terminal(PrintWriter out, PrintWriter err, Sight sight) {
    this(out, err, sight, null);
  }

  /**
   * A terminal over three streams.
   *
   * @param out takes results
   * @param err takes progress, warnings and errors
   * @param sight what a person sees of them
   * @param in what is read; null for the process's standard input
   */
  public Terminal(PrintWriter out, PrintWriter err, Sight sight, @Nullable Reader in) {
    this(out, err, sight, in, COLUMNS);
  }

  /**
   * A terminal of some width over three streams.
   *
   * @param out takes results
   * @param err takes progress, warnings and errors
   * @param sight what a person sees of them
   * @param in what is read; null for the process's standard input
   * @param columns how wide it is; {@value #NARROWEST} to {@value #WIDEST} of them are used
   */
  public Terminal(PrintWriter out, PrintWriter err, Sight sight, @Nullable Reader in, int columns) {
    this.out = out;
    this.err = err;
    this.sight = sight;
    this.given = in;
    this.width = Math.max(NARROWEST, Math.min(WIDEST, columns));
  }

  /**
   * Asks for a line.
   *
   * @param prompt what to ask; goes to the standard error
   * @return the line, null at the end of the input
   * @throws IOException if the input can't be read
   */
  public @Nullable String ask(String prompt) throws IOException {
    err().print(prompt);
    err.flush();
    String line = input().readLine();
    if (!isWatched()) {
      err.println();
    }
    return line;
  }

  /**
   * What is read where no person is asked.
   *
   * @return the standard input, in the language's encoding
   */
  public BufferedReader input() {
    if (in == null) {
      String encoding = System.getProperty("stdin.encoding", System.getProperty("native.encoding"));
      Charset charset = encoding == null ? Charset.defaultCharset() : Charset.forName(encoding);
      in = new BufferedReader(given == null ? new InputStreamReader(System.in, charset) : given);
    }
    return in;
  }

  /**
   * Takes the command's result.
   *
   * @return the standard output
   */
  public PrintWriter out() {
    endProgress();
    return out;
  }

  /**
   * Takes whatever is not the result.
   *
   * @return the standard error
   */
  public PrintWriter err() {
    endProgress();
    return err;
  }

  /**
   * Whether a person sees the progress.
   *
   * @return true if lines of {@link #err} may be overwritten
   */
  public boolean isWatched() {
    return sight.progress;
  }

  /**
   * How wide help and progress are, before a person and in a file.
   *
   * @return {@value #NARROWEST} to {@value #WIDEST} columns
   */
  public int width() {
    return width;
  }

  /**
   * How wide the result may be.
   *
   * @return {@link #width} before a person; no limit in a file or a pipe, where a line is a line
   */
  public int columns() {
    return sight.result ? width : Integer.MAX_VALUE;
  }

  /**
   * A line of the result, cut to its width. Control characters, which could move a cursor, are
   * shown as U+FFFD.
   *
   * @param line the line
   * @return the line, with an ellipsis at its end if it was cut
   */
  public String cut(String line) {
    return cut(line, columns());
  }

  /**
   * A line cut to a width. Control characters are shown as U+FFFD.
   *
   * @param line the line
   * @param columns how many characters it may have
   * @return the line, with an ellipsis at its end if it was cut
   */
  public static String cut(String line, int columns) {
    StringBuilder shown = new StringBuilder();
    line.codePoints().forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c));
    if (shown.codePointCount(0, shown.length()) <= columns) {
      return shown.toString();
    }
    return shown.substring(0, shown.offsetByCodePoints(0, columns - 1)) + "…";
  }

  /**
   * Whether a person types what is read. The launcher knows and says so.
   *
   * @return true if the standard input and error are a terminal
   */
  public boolean isTypedInto() {
    return isWatched()
        && given == null
        && List.of(System.getProperty("lkjagent.terminals", "").split(",")).contains("in");
  }

  /**
   * Whether texts may be coloured.
   *
   * @return true if both streams go to a terminal that takes colours
   */
  public boolean hasColours() {
    return sight == Sight.COLOURS;
  }

  /**
   * Shows how far a command is: on a terminal in one line that the next call overwrites, elsewhere
   * as a line of its own.
   *
   * @param line what to show, cut to the width on a terminal
   */
  public void progress(String line) {
    if (isWatched()) {
      err.print("\r" + (line.length() < width ? line : line.substring(0, width - 1)));
      err.print(" ".repeat(Math.max(0, width - 1 - line.length())) + "\r");
      lineOpen = true;
    } else {
      err.println(line);
    }
    err.flush();
  }

  private void endProgress() {
    if (lineOpen) {
      lineOpen = false;
      err.print("\r" + " ".repeat(width - 1) + "\r");
      err.flush();
    }
  }

  /**
   * A text in red, for errors.
   *
   * @param text the text
   * @return the text, coloured if colours are on
   */
  public String red(String text) {
    return coloured("31", text);
  }

  /**
   * A text in green, for what is well.
   *
   * @param text the text
   * @return the text, coloured if colours are on
   */
  public String green(String text) {
    return coloured("32", text);
  }

  /**
   * A text in yellow, for warnings.
   *
   * @param text the text
   * @return the text, coloured if colours are on
   */
  public String yellow(String text) {
    return coloured("33", text);
  }

  /**
   * A text in bold, for headings.
   *
   * @param text the text
   * @return the text, bold if colours are on
   */
  public String bold(String text) {
    return coloured("1", text);
  }

  private String coloured(String code, String text) {
    return hasColours() ? ESC + code + "m" + text + ESC + "0m" : text;
  }
}
