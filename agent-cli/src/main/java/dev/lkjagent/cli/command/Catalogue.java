package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.CommandFailure;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.runtime.loop.AgentTemplate;
import dev.lkjagent.runtime.program.Program;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What can be run by its name: agents and programs that are found on the class path. */
final class Catalogue {
  private static final int CLOSE = 3;

  /** What a shell may complete to the name of an agent or a program. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return new Catalogue().all().stream().map(row -> row[0]).iterator();
    }
  }

  private final List<AgentTemplate> templates = find(AgentTemplate.class);
  private final List<Program> programs = find(Program.class);

  private static <T> List<T> find(Class<T> type) {
    List<T> found = new ArrayList<>();
    try {
      ServiceLoader.load(type).forEach(found::add);
    } catch (ServiceConfigurationError e) {
      throw new CommandFailure(
          ExitCode.INPUT,
          "an agent on the class path cannot be loaded: " + e.getMessage(),
          "Repair its jar's META-INF/services, or take the jar from --class-path.",
          e);
    }
    return found;
  }

  /** What is found, in the order of names: the name and the description. */
  List<String[]> all() {
    List<String[]> rows = new ArrayList<>();
    templates.forEach(agent -> rows.add(new String[] {agent.name(), agent.description()}));
    programs.forEach(program -> rows.add(new String[] {program.name(), program.description()}));
    rows.sort(Comparator.comparing(row -> row[0]));
    return rows;
  }

  Optional<AgentTemplate> template(String name) {
    return templates.stream().filter(agent -> agent.name().equals(name)).findFirst();
  }

  Optional<Program> program(String name) {
    return programs.stream().filter(program -> program.name().equals(name)).findFirst();
  }

  /** Whether a program has an option of a name. */
  boolean takes(String option) {
    return programs.stream()
        .flatMap(program -> program.options().stream())
        .anyMatch(known -> known.name().equals(option));
  }

  /** The failure that says that there is nothing of a name, and what was probably meant. */
  CommandFailure unknown(String name) {
    List<String> names = all().stream().map(row -> row[0]).toList();
    @Nullable String near =
        names.stream()
            .min(Comparator.comparingInt(known -> distance(known, name)))
            .filter(known -> distance(known, name) <= CLOSE)
            .orElse(null);
    String known =
        names.isEmpty()
            ? "None was found on the class path; --class-path names jars with agents."
            : "Known are: " + names.stream().collect(Collectors.joining(", ")) + ".";
    return new CommandFailure(
        ExitCode.USAGE,
        "There is no agent \"" + name + "\".",
        near == null ? known : "Did you mean " + near + "? " + known);
  }

  /** How many letters must be put in, taken out or replaced to make one word of the other. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
