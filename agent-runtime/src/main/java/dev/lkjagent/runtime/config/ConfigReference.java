package dev.lkjagent.runtime.config;

import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultPolicies;
import java.util.Map;

/** Writes {@code docs/configuration.md} from the {@link Setting}s. */
public final class ConfigReference {
  private final StringBuilder out = new StringBuilder();

  private ConfigReference() {}

  /**
   * The reference of all keys.
   *
   * @return a page of Markdown
   */
  public static String markdown() {
    ConfigReference page = new ConfigReference();
    page.out.append(
        """
        # Configuration

        Generated from the settings in the code; a test fails when it differs.

        Every key has a default, so an empty file is a complete one. Sources, each going before those
        above it:

        1. the defaults below
        2. a JSON file: `--config FILE`, or `lkjagent.json` in the current folder
        3. environment variables: `LKJAGENT_CFG_llm__model=qwen3` (two underscores stand for a dot)
        4. flags: `--set llm.model=qwen3`

        A variable or flag for a list or an object is written as JSON. A key that is not known, a value
        of the wrong type or out of range is an error that names the key and its place. `lkjagent config`
        prints what is in effect and where each value came from.

        The endpoint's key is not part of the configuration: `llm.api_key_env` names the environment
        variable that holds it, `llm.api_key_file` a file.
        """);
    page.section(Schema.ROOT, "", "");
    page.faults();
    return page.out.toString();
  }

  private void faults() {
    out.append(
        """

        ## Faults

        What a run does about each kind of fault; `agent.faults.policy` puts another policy in the
        place of the first.

        | Code | Policies | Meaning |
        |---|---|---|
        """);
    for (FaultCode code : FaultCode.values()) {
      String standard = FaultPolicies.word(code.defaultPolicy());
      out.append("| `").append(code).append("` | `").append(standard).append('`');
      code.policies().stream()
          .filter(policy -> policy != code.defaultPolicy())
          .forEach(policy -> out.append(", `").append(FaultPolicies.word(policy)).append('`'));
      out.append(" | ").append(code.meaning()).append(" |\n");
    }
  }

  private void section(Schema.Section section, String path, String overrides) {
    boolean table = false;
    for (Schema.Key key : section.keys().values()) {
      if (key.schema() instanceof Schema.Section) {
        continue;
      }
      if (!table) {
        out.append("\n| Key | Type | Default | Meaning |\n|---|---|---|---|\n");
        table = true;
      }
      String full = path.isEmpty() ? key.name() : path + "." + key.name();
      out.append("| `").append(full).append("` | ").append(type(key)).append(" | ");
      out.append(code(standard(key, overrides)))
          .append(" | ")
          .append(key.setting().doc())
          .append(" |\n");
    }
    for (Map.Entry<String, Schema.Key> entry : section.keys().entrySet()) {
      if (entry.getValue().schema() instanceof Schema.Section inner) {
        String full = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
        out.append(path.isEmpty() ? "\n## `" : "\n### `").append(full).append("`\n\n");
        out.append(entry.getValue().setting().doc()).append('\n');
        section(inner, full, entry.getValue().setting().value());
      }
    }
  }

  /** The key's default, or what the section that it lies in says instead. */
  private static String standard(Schema.Key key, String overrides) {
    if (Raw.opened(new Raw.Text(overrides, Origin.DEFAULT)) instanceof Raw.Members members) {
      Raw.Member member = members.byName().get(key.name());
      if (member != null && member.value() instanceof Raw.Scalar scalar) {
        return String.valueOf(scalar.value());
      }
    }
    return key.setting().value();
  }

  private static String code(String text) {
    return text.isEmpty() ? "(empty)" : "`" + text.replace("|", "\\|") + "`";
  }

  private static String type(Schema.Key key) {
    Schema schema = key.schema();
    if (schema instanceof Schema.Sections sections) {
      return "list of {" + String.join(", ", sections.each().keys().keySet()) + "}";
    }
    if (schema instanceof Schema.Counts) {
      return "object of numbers";
    }
    if (schema instanceof Schema.Texts) {
      return "object of texts";
    }
    if (!(schema instanceof Schema.Leaf leaf)) {
      return "object, any keys";
    }
    String[] words = key.setting().oneOf();
    return switch (leaf.kind()) {
      case TEXT -> words.length == 0 ? "text" : "`" + String.join("`, `", words) + "`";
      case WHOLE -> "whole number" + range(key);
      case NUMBER -> "number" + range(key);
      case SWITCH -> "`true`, `false`";
    };
  }

  private static String range(Schema.Key key) {
    return key.setting().max() == Long.MAX_VALUE
        ? " ≥ " + key.setting().min()
        : " " + key.setting().min() + "–" + key.setting().max();
  }
}
