package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.CommandFailure;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.runtime.loop.Assembly;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.Models;
import dev.lkjagent.runtime.program.Program;
import dev.lkjagent.runtime.program.ProgramOption;
import dev.lkjagent.runtime.program.ProgramRun;
import dev.lkjagent.runtime.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A program, started from the command line. */
final class ProgramStart implements ProgramRun {
  private final Program program;
  private final Terminal terminal;
  private final Assembly assembly;
  private final StoreOption store;
  private final @Nullable Path input;
  private final @Nullable String question;
  private final boolean fresh;
  private final Interruption interruption;
  private final Map<String, String> given;

  ProgramStart(
      Program program,
      Terminal terminal,
      Assembly assembly,
      StoreOption store,
      @Nullable Path input,
      @Nullable String question,
      boolean fresh,
      List<String> arguments,
      Interruption interruption) {
    this.program = program;
    this.terminal = terminal;
    this.assembly = assembly;
    this.store = store;
    this.input = input;
    this.question = question;
    this.fresh = fresh;
    this.interruption = interruption;
    this.given = read(program, arguments);
  }

  /** Takes {@code --name value}, {@code --name=value} and {@code --name} apart. */
  private static Map<String, String> read(Program program, List<String> arguments) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      ProgramOption option =
          program.options().stream()
              .filter(known -> known.name().equals(name))
              .findFirst()
              .orElseThrow(() -> unknown(program, argument));
      if (option.valueName() == null) {
        if (equals >= 0) {
          throw new CommandFailure(
              ExitCode.USAGE, name + " takes no value.", "Write it alone: " + name);
        }
        values.put(name, "");
      } else if (equals >= 0) {
        values.put(name, argument.substring(equals + 1));
      } else if (i + 1 < arguments.size()) {
        values.put(name, arguments.get(++i));
      } else {
        throw new CommandFailure(
            ExitCode.USAGE,
            name + " needs a value.",
            "Write it as " + name + " " + option.valueName() + ".");
      }
    }
    return values;
  }

  private static CommandFailure unknown(Program program, String argument) {
    String own =
        program.options().stream()
            .map(o -> o.name() + (o.valueName() == null ? "" : " " + o.valueName()))
            .collect(Collectors.joining(", "));
    return new CommandFailure(
        ExitCode.USAGE,
        program.name() + " does not take \"" + argument + "\".",
        (own.isEmpty() ? "It has no options of its own" : "Of its own it takes " + own)
            + "; lkjagent run --help shows those of every run.");
  }

  @Override
  public Assembly assembly() {
    return assembly;
  }

  @Override
  public Model openModel(String standard) {
    String endpoint =
        assembly.isSet("llm.endpoint") ? assembly.config().llm().endpoint() : standard;
    return Models.of(endpoint, assembly.config().llm(), System::getenv);
  }

  @Override
  public Store openStore() throws IOException {
    Path file = store.fileToWrite(program.name());
    if (fresh) {
      if (store.isGiven()) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "--fresh empties the store of " + program.name() + ", and --store names another file.",
            "Delete " + file + " yourself, or leave one of the two out.");
      }
      StoreFile.delete(file);
    }
    return interruption.closes(assembly.store(file));
  }

  @Override
  public @Nullable Path input() {
    return input;
  }

  @Override
  public @Nullable String question() {
    return question;
  }

  @Override
  public String option(String name) {
    ProgramOption option =
        program.options().stream()
            .filter(known -> known.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(name + " is not declared"));
    return given.getOrDefault(name, option.standard());
  }

  @Override
  public long number(String name) {
    String text = option(name);
    try {
      long number = Long.parseLong(text.replace("_", ""));
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw noNumber(name, text, e);
    }
    throw noNumber(name, text, null);
  }

  private static CommandFailure noNumber(String name, String text, @Nullable Exception cause) {
    return new CommandFailure(
        ExitCode.USAGE,
        name + " is \"" + text + "\".",
        "It takes a whole number of at least 1.",
        cause);
  }

  @Override
  public boolean flag(String name) {
    return given.containsKey(name);
  }

  @Override
  public PrintWriter out() {
    return terminal.out();
  }

  @Override
  public void progress(String line) {
    terminal.progress(line);
  }

  @Override
  public @Nullable String ask(String prompt) throws IOException {
    return terminal.ask(prompt);
  }

  @Override
  public <T extends AutoCloseable> T closeOnInterrupt(T resource) {
    return interruption.closes(resource);
  }
}
