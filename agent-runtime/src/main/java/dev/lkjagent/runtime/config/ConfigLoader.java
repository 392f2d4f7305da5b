package dev.lkjagent.runtime.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lays the sources of a configuration over one another, checks the result and binds it. Sources are
 * named in any order; defaults come first, then the file, then variables, then flags in their
 * order.
 *
 * <pre>
 *   LoadedConfig loaded = new ConfigLoader()
 *       .file(Path.of("lkjagent.json"))
 *       .environment(System.getenv())
 *       .set("agent.iterate.max_iterations", "20", "--set agent.iterate.max_iterations")
 *       .load();
 * </pre>
 */
public final class ConfigLoader {
  /**
   * What the name of a variable begins with: {@code LKJAGENT_CFG_llm__model} sets {@code
   * llm.model}.
   */
  public static final String VARIABLE_PREFIX = "LKJAGENT_CFG_";

  private static final JsonMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private final List<String> problems = new ArrayList<>();
  private Raw file = Raw.empty();
  private Raw variables = Raw.empty();
  private Raw flags = Raw.empty();

  /** A loader without sources: it loads the defaults. */
  public ConfigLoader() {}

  /**
   * Takes a file in.
   *
   * @param path a JSON file
   * @return this
   */
  public ConfigLoader file(Path path) {
    try {
      return json(Files.readAllBytes(path), path.toString());
    } catch (IOException unreadable) {
      problems.add(path + ": " + reason(path, unreadable));
      return this;
    }
  }

  private static String reason(Path path, IOException unreadable) {
    if (unreadable instanceof NoSuchFileException) {
      return "does not exist";
    }
    if (unreadable instanceof AccessDeniedException) {
      return "may not be read by this user; change its permissions";
    }
    return Files.isDirectory(path)
        ? "is a folder; name the JSON file in it"
        : "cannot be read (" + unreadable.getMessage() + ")";
  }

  /**
   * Takes the text of a file in.
   *
   * @param json the text, in UTF-8
   * @param name what to call it in messages
   * @return this
   */
  public ConfigLoader json(byte[] json, String name) {
    Raw read = Raw.parse(json, at -> Origin.file(name, at.getLineNr(), at.getColumnNr()), problems);
    if (read instanceof Raw.Members) {
      file = Raw.overlay(file, read);
    } else if (read != null) {
      problems.add(read.at() + ": the file is " + read.kind() + " and must be an object");
    }
    return this;
  }

  /**
   * Takes in the variables whose names begin with {@link #VARIABLE_PREFIX}. Two underscores stand
   * for a dot; where names are upper-case by custom, known keys are found in lower case too.
   *
   * @param environment variables by name
   * @return this
   */
  public ConfigLoader environment(Map<String, String> environment) {
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith(VARIABLE_PREFIX)) {
                List<String> path =
                    List.of(name.substring(VARIABLE_PREFIX.length()).split("__", -1));
                variables =
                    Raw.overlay(variables, given(known(path), value, Origin.variable(name)));
              }
            });
    return this;
  }

  /**
   * Sets one value.
   *
   * @param path the key with dots; a segment that contains a dot stands in double quotes
   * @param value the value as text; JSON for sections, lists and objects
   * @param flag what to call this source in messages
   * @return this
   */
  public ConfigLoader set(String path, String value, String flag) {
    flags = Raw.overlay(flags, given(segments(path), value, Origin.flag(flag)));
    return this;
  }

  /**
   * Sets one value as it is written on a command line.
   *
   * @param assignment {@code a.b=c}
   * @return this
   */
  public ConfigLoader set(String assignment) {
    int equals = assignment.indexOf('=');
    if (equals < 1) {
      problems.add("flag --set: \"" + assignment + "\" is not of the form a.b=c");
      return this;
    }
    String path = assignment.substring(0, equals);
    return set(path, assignment.substring(equals + 1), "--set " + path);
  }

  /**
   * Checks and binds everything.
   *
   * @return the configuration and the origin of each value
   * @throws FaultException of code {@link FaultCode#CONFIG_INVALID} that names everything that is
   *     wrong, each with its place
   */
  public LoadedConfig load() {
    List<String> found = new ArrayList<>(problems);
    ConfigChecker checker = new ConfigChecker(found);
    Raw given = Raw.overlay(file, Raw.overlay(variables, flags));
    ObjectNode checked = checker.section(Schema.ROOT, "", given);
    if (found.isEmpty()) {
      Config config = bound(checked);
      ConfigRules.check(config, checker.settings(), found);
      if (found.isEmpty()) {
        return new LoadedConfig(config, checker.settings());
      }
    }
    throw FaultCode.CONFIG_INVALID
        .with(
            found.size() == 1
                ? found.get(0)
                : found.size() + " errors in the configuration:\n  " + String.join("\n  ", found))
        .asException();
  }

  private static Config bound(ObjectNode checked) {
    try {
      return MAPPER.treeToValue(checked, Config.class);
    } catch (JsonProcessingException schemaAndRecordsDiffer) {
      throw new IllegalStateException(schemaAndRecordsDiffer);
    }
  }

  /** A text at the end of a path; opened if the key there is not a single value. */
  private static Raw given(List<String> path, String value, Origin origin) {
    Schema schema = Schema.ROOT;
    for (String segment : path) {
      Schema.Key key =
          schema instanceof Schema.Section section ? section.keys().get(segment) : null;
      schema = key == null ? new Schema.Leaf(Schema.Kind.TEXT) : key.schema();
    }
    Raw text = new Raw.Text(value, origin);
    return Raw.at(path, schema instanceof Schema.Leaf ? text : Raw.opened(text));
  }

  private static List<String> known(List<String> path) {
    List<String> lower = new ArrayList<>();
    Schema schema = Schema.ROOT;
    for (String segment : path) {
      String small = segment.toLowerCase(Locale.ROOT);
      if (schema instanceof Schema.Section section) {
        boolean exact = section.keys().containsKey(segment);
        lower.add(exact || !section.keys().containsKey(small) ? segment : small);
        Schema.Key key = section.keys().get(exact ? segment : small);
        schema = key == null ? new Schema.Tree() : key.schema();
      } else {
        lower.add(segment);
      }
    }
    return lower;
  }

  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    StringBuilder segment = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '.' && !quoted) {
        segments.add(segment.toString());
        segment.setLength(0);
      } else {
        segment.append(c);
      }
    }
    segments.add(segment.toString());
    return segments;
  }
}
