package dev.lkjagent.runtime.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds raw values against the schema, fills in defaults, and notes what is wrong and what came
 * from where.
 */
final class ConfigChecker {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final List<String> problems;
  private final List<EffectiveSetting> settings = new ArrayList<>();

  ConfigChecker(List<String> problems) {
    this.problems = problems;
  }

  List<EffectiveSetting> settings() {
    return settings;
  }

  ObjectNode section(Schema.Section schema, String path, Raw raw) {
    ObjectNode node = NODES.objectNode();
    Raw given = Raw.opened(raw);
    if (!(given instanceof Raw.Members members)) {
      problems.add(given.at() + ": " + path + " is " + given.kind() + " and must be an object");
      return node;
    }
    members
        .byName()
        .forEach(
            (name, member) -> {
              if (!schema.keys().containsKey(name)) {
                problems.add(unknown(schema, path, name, member.key()));
              }
            });
    for (Schema.Key key : schema.keys().values()) {
      Raw.Member member = members.byName().get(key.name());
      String full = path.isEmpty() ? key.name() : path + "." + key.name();
      node.set(key.name(), value(key, full, withDefault(key, member)));
    }
    return node;
  }

  /** A key's own default, below what was given for it. */
  private Raw withDefault(Schema.Key key, Raw.@Nullable Member member) {
    Raw standard;
    if (key.schema() instanceof Schema.Leaf) {
      standard = new Raw.Text(key.setting().value(), Origin.DEFAULT);
    } else if (key.setting().value().isEmpty()) {
      standard = Raw.empty();
    } else {
      standard = Raw.opened(new Raw.Text(key.setting().value(), Origin.DEFAULT));
    }
    if (member == null) {
      return standard;
    }
    Raw given = member.value();
    return Raw.overlay(standard, key.schema() instanceof Schema.Leaf ? given : Raw.opened(given));
  }

  private JsonNode value(Schema.Key key, String path, Raw raw) {
    // A closed set of six forms; patterns in switches are not in Java 17.
    Schema schema = key.schema();
    if (schema instanceof Schema.Section section) {
      return section(section, path, raw);
    }
    JsonNode node;
    if (schema instanceof Schema.Leaf leaf) {
      node = leaf(leaf.kind(), key, path, raw);
      settings.add(new EffectiveSetting(path, Secrets.mask(node.toString()), raw.at()));
      return node;
    }
    if (schema instanceof Schema.Sections sections) {
      node = list(sections, path, raw);
      settings.add(new EffectiveSetting(path, node.toString(), raw.at()));
      return node;
    }
    if (!(raw instanceof Raw.Members members)) {
      problems.add(raw.at() + ": " + path + " is " + raw.kind() + " and must be an object");
      return NODES.objectNode();
    }
    if (schema instanceof Schema.Counts) {
      return counts(path, members);
    }
    return schema instanceof Schema.Texts ? texts(path, members) : tree(path, raw);
  }

  private ArrayNode list(Schema.Sections sections, String path, Raw raw) {
    ArrayNode node = NODES.arrayNode();
    if (!(raw instanceof Raw.Items items)) {
      problems.add(raw.at() + ": " + path + " is " + raw.kind() + " and must be an array");
      return node;
    }
    // Items have no lines of their own in the list of settings: the list is replaced as a whole.
    ConfigChecker inner = new ConfigChecker(problems);
    for (int i = 0; i < items.items().size(); i++) {
      String full = path + "[" + i + "]";
      Raw item = Raw.opened(items.items().get(i));
      if (isComplete(sections.each(), full, item)) {
        node.add(inner.section(sections.each(), full, item));
      }
    }
    return node;
  }

  /** Keys of items have no defaults. */
  private boolean isComplete(Schema.Section schema, String path, Raw item) {
    if (item instanceof Raw.Members members) {
      for (String name : schema.keys().keySet()) {
        if (!members.byName().containsKey(name)) {
          problems.add(item.at() + ": " + path + " lacks " + name);
          return false;
        }
      }
    }
    return true;
  }

  private ObjectNode counts(String path, Raw.Members members) {
    ObjectNode node = NODES.objectNode();
    members
        .byName()
        .forEach(
            (name, member) -> {
              Raw raw = member.value();
              String full = path + "." + name;
              if (scalar(Schema.Kind.WHOLE, raw) instanceof Long count
                  && count >= 0
                  && count <= Integer.MAX_VALUE) {
                node.put(name, count);
                settings.add(new EffectiveSetting(full, count.toString(), raw.at()));
              } else {
                problems.add(
                    raw.at()
                        + ": "
                        + full
                        + " is "
                        + raw.kind()
                        + " and must be a whole number from 0 to "
                        + Integer.MAX_VALUE);
              }
            });
    return node;
  }

  private ObjectNode texts(String path, Raw.Members members) {
    ObjectNode node = NODES.objectNode();
    members
        .byName()
        .forEach(
            (name, member) -> {
              Raw raw = member.value();
              String full = path + "." + name;
              if (scalar(Schema.Kind.TEXT, raw) instanceof String text) {
                node.put(name, text);
                settings.add(new EffectiveSetting(full, text, raw.at()));
              } else {
                problems.add(raw.at() + ": " + full + " is " + raw.kind() + " and must be a text");
              }
            });
    return node;
  }

  private JsonNode leaf(Schema.Kind kind, Schema.Key key, String path, Raw raw) {
    Object value = scalar(kind, raw);
    if (value == null) {
      problems.add(
          raw.at()
              + ": "
              + path
              + " is "
              + raw.kind()
              + " and must be "
              + kind.expected
              + (raw instanceof Raw.Scalar scalar && scalar.value() == null
                  ? "; leave the key out for its default"
                  : ""));
      return NODES.nullNode();
    }
    if (value instanceof String text) {
      List<String> allowed = Arrays.asList(key.setting().oneOf());
      if (!allowed.isEmpty() && !allowed.contains(text)) {
        String meant = Schema.closest(text, allowed);
        problems.add(
            raw.at()
                + ": "
                + path
                + " is \""
                + text
                + "\" and must be one of "
                + String.join(", ", allowed)
                + (meant == null ? "" : "; did you mean " + meant + "?"));
      }
      return NODES.textNode(text);
    }
    if (value instanceof Boolean flag) {
      return NODES.booleanNode(flag);
    }
    double number = ((Number) value).doubleValue();
    long min = key.setting().min();
    if (number < min || number > key.max() || Double.isNaN(number)) {
      problems.add(
          raw.at()
              + ": "
              + path
              + " is "
              + value
              + " and must lie between "
              + min
              + " and "
              + key.max());
    }
    return value instanceof Double real ? NODES.numberNode(real) : NODES.numberNode((Long) value);
  }

  private static @Nullable Object scalar(Schema.Kind kind, Raw raw) {
    if (raw instanceof Raw.Text text) {
      return ofText(kind, text.text());
    }
    if (!(raw instanceof Raw.Scalar scalar)) {
      return null;
    }
    Object value = scalar.value();
    return switch (kind) {
      case TEXT -> value instanceof String ? value : null;
      case WHOLE -> value instanceof Long ? value : null;
      case NUMBER ->
          value instanceof Long whole
              ? Double.valueOf(whole)
              : value instanceof Double ? value : null;
      case SWITCH -> value instanceof Boolean ? value : null;
    };
  }

  private static @Nullable Object ofText(Schema.Kind kind, String text) {
    try {
      return switch (kind) {
        case TEXT -> text;
        case WHOLE -> Long.valueOf(text.strip());
        case NUMBER -> Double.valueOf(text.strip());
        case SWITCH ->
            text.strip().equals("true")
                ? Boolean.TRUE
                : text.strip().equals("false") ? Boolean.FALSE : null;
      };
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }

  /** A free value, with a line of its own for each of its leaves. */
  private JsonNode tree(String path, Raw raw) {
    if (raw instanceof Raw.Members members) {
      ObjectNode node = NODES.objectNode();
      for (Map.Entry<String, Raw.Member> member : members.byName().entrySet()) {
        String name = member.getKey();
        String segment = name.isEmpty() || name.indexOf('.') >= 0 ? "\"" + name + "\"" : name;
        node.set(name, tree(path + "." + segment, member.getValue().value()));
      }
      return node;
    }
    JsonNode node;
    if (raw instanceof Raw.Items items) {
      ConfigChecker inner = new ConfigChecker(problems);
      ArrayNode array = NODES.arrayNode();
      items.items().forEach(item -> array.add(inner.tree(path, item)));
      node = array;
    } else if (raw instanceof Raw.Text text) {
      if (Raw.opened(text) instanceof Raw.Members members) {
        return tree(path, members);
      }
      node = NODES.textNode(text.text());
    } else {
      Object value = ((Raw.Scalar) raw).value();
      node =
          value == null
              ? NODES.nullNode()
              : value instanceof Long whole
                  ? NODES.numberNode(whole)
                  : value instanceof Double real
                      ? NODES.numberNode(real)
                      : value instanceof Boolean flag
                          ? NODES.booleanNode(flag)
                          : NODES.textNode((String) value);
    }
    settings.add(new EffectiveSetting(path, Secrets.maskNamed(path, node.toString()), raw.at()));
    return node;
  }

  private static String unknown(Schema.Section schema, String path, String name, Origin key) {
    String full = path.isEmpty() ? name : path + "." + name;
    StringBuilder says = new StringBuilder(key + ": " + full + " is not a known key");
    String meant = Schema.closest(name, schema.keys().keySet());
    if (name.equals("api_key") || name.equals("apiKey")) {
      says.append(
              "; a key never stands in a configuration: put it into the environment variable that")
          .append(" llm.api_key_env names, or into the file that llm.api_key_file names");
    } else if (meant != null) {
      says.append("; did you mean ")
          .append(path.isEmpty() ? meant : path + "." + meant)
          .append('?');
    } else {
      String elsewhere = elsewhere(Schema.ROOT, "", name);
      says.append(
          elsewhere != null
              ? "; did you mean " + elsewhere + "?"
              : "; known here are " + String.join(", ", schema.keys().keySet()));
    }
    return says.toString();
  }

  private static @Nullable String elsewhere(Schema.Section section, String path, String name) {
    for (Schema.Key key : section.keys().values()) {
      String full = path.isEmpty() ? key.name() : path + "." + key.name();
      if (key.name().equals(name)) {
        return full;
      }
      if (key.schema() instanceof Schema.Section inner) {
        String found = elsewhere(inner, full, name);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }
}
