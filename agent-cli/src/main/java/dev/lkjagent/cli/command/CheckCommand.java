package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.CommandFailure;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Failures;
import dev.lkjagent.cli.shell.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says of files whether they are JSON, XML or replies, and where they are not. */
@Command(
    name = "check",
    description = "Checks whether files are valid JSON or XML, or replies that can be read.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  lkjagent check memory.json",
      "  lkjagent check --xml reply.txt feed.xml",
      "  lkjagent check --manifest tests/MANIFEST.tsv",
      "",
      "Writes a line for each file: its name and ACCEPT; or REJECT, a code, the line",
      "and column, and a message; HANG after 5 seconds; CRASH after a defect; ERROR if",
      "there was not enough memory or the file could not be read. Columns are separated",
      "by tabs. Without an option, a file's name or its first sign tells its form.",
      "Ends with 0 if all were accepted, with 1 if not."
    })
public final class CheckCommand implements Callable<Integer> {
  private final Terminal terminal;

  @ArgGroup private @Nullable Form form;

  @Option(
      names = "--manifest",
      paramLabel = "FILE",
      description =
          "Check the files that a table with tabs and a header lists: the column id names them, the"
              + " column path is relative to the table.")
  private @Nullable Path manifest;

  @Parameters(paramLabel = "FILE", arity = "0..*", description = "Files to check.")
  private List<Path> files = new ArrayList<>();

  /** At most one of them. */
  static final class Form {
    @Option(names = "--json", description = "All files are JSON.")
    private boolean json;

    @Option(names = "--xml", description = "All files are XML.")
    private boolean xml;

    @Option(names = "--reply", description = "All files are replies of a language model.")
    private boolean reply;

    TextForm wanted() {
      if (json) {
        return TextForm.JSON;
      }
      if (xml) {
        return TextForm.XML;
      }
      if (reply) {
        return TextForm.REPLY;
      }
      throw new IllegalStateException("a group of options without any of them");
    }
  }

  /**
   * The command.
   *
   * @param terminal takes the verdicts
   */
  public CheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<Case> cases = new ArrayList<>();
    if (manifest != null) {
      cases.addAll(listed(manifest));
    }
    files.forEach(file -> cases.add(new Case(file.toString(), file)));
    if (cases.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE, "there is nothing to check", "Name files, or a table with --manifest.");
    }
    TextForm wanted = form == null ? null : form.wanted();
    boolean accepted = true;
    try (Examiner examiner = new Examiner()) {
      for (Case one : cases) {
        Verdict verdict = examiner.examine(one.path(), wanted);
        accepted &= verdict.kind() == Verdict.Kind.ACCEPT;
        terminal.out().println(one.name() + '\t' + verdict.line());
      }
    }
    terminal.out().flush();
    return (accepted ? ExitCode.OK : ExitCode.NO).number();
  }

  private record Case(String name, Path path) {}

  private static List<Case> listed(Path manifest) {
    List<String> lines;
    try {
      lines = Files.readAllLines(manifest, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.INPUT,
          "the table " + manifest + " " + Failures.reason(e) + ".",
          "Check its name.",
          e);
    }
    List<String> header = lines.isEmpty() ? List.of() : Arrays.asList(lines.get(0).split("\t", -1));
    int id = header.indexOf("id");
    int path = header.indexOf("path");
    if (id < 0 || path < 0) {
      throw new CommandFailure(
          ExitCode.INPUT,
          "the table " + manifest + " has no header with the columns id and path",
          "Its first line must name the columns, separated by tabs.");
    }
    List<Case> cases = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      if (line.isBlank()) {
        continue;
      }
      String[] columns = line.split("\t", -1);
      if (columns.length <= Math.max(id, path)) {
        throw new CommandFailure(
            ExitCode.INPUT,
            "the table " + manifest + " has a row that is too short: " + line,
            "Every row needs the columns id and path.");
      }
      cases.add(new Case(columns[id], manifest.resolveSibling(columns[path])));
    }
    return cases;
  }
}
