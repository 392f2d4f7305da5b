package dev.lkjagent.runtime.loop;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tree of prompts from a configuration as the text that a model reads: members become XML
 * elements, the form in which everything else in a prompt is written, and examples of replies come
 * out as replies. A text alone stays as it is. Names that XML cannot take become an attribute.
 */
final class PromptTree {
  private static final String NAME = "[A-Za-z_][A-Za-z0-9_.-]*";

  private PromptTree() {}

  static String text(@Nullable Object tree) {
    if (tree instanceof Map<?, ?> || tree instanceof Collection<?>) {
      StringBuilder out = new StringBuilder();
      write(tree, "", out);
      return out.toString();
    }
    return tree == null ? "" : tree.toString();
  }

  private static void write(@Nullable Object tree, String indent, StringBuilder out) {
    if (tree instanceof Map<?, ?> members) {
      members.forEach((name, value) -> member(String.valueOf(name), value, indent, out));
    } else if (tree instanceof Collection<?> items) {
      items.forEach(item -> member("item", item, indent, out));
    }
  }

  private static void member(
      String name, @Nullable Object value, String indent, StringBuilder out) {
    boolean isName = name.matches(NAME);
    out.append(indent).append('<');
    out.append(isName ? name : "entry name=\"" + escaped(name).replace("\"", "&quot;") + "\"");
    out.append('>');
    if (value instanceof Map<?, ?> || value instanceof Collection<?>) {
      out.append('\n');
      write(value, indent + "  ", out);
      out.append(indent);
    } else if (value != null) {
      out.append(escaped(value.toString()));
    }
    out.append("</").append(isName ? name : "entry").append(">\n");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
