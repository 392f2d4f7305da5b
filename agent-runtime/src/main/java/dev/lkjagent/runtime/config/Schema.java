package dev.lkjagent.runtime.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What may be set: the records below {@link Config} with their {@link Setting}s, as a tree. */
sealed interface Schema {
  /** The whole configuration. */
  Section ROOT = section(Config.class);

  /** Keys with fixed names. */
  record Section(Map<String, Key> keys) implements Schema {}

  /** A list of sections. */
  record Sections(Section each) implements Schema {}

  /** Any JSON object. */
  record Tree() implements Schema {}

  /** An object whose names are free and whose values are whole numbers. */
  record Counts() implements Schema {}

  /** An object whose names are free and whose values are texts. */
  record Texts() implements Schema {}

  /** One value. */
  record Leaf(Kind kind) implements Schema {}

  /** The kinds of values. */
  enum Kind {
    TEXT("a string"),
    WHOLE("a whole number"),
    NUMBER("a number"),
    SWITCH("true or false");

    final String expected;

    Kind(String expected) {
      this.expected = expected;
    }
  }

  /** A name with what belongs to it; the upper bound is what the Java type can hold. */
  record Key(String name, Setting setting, long max, Schema schema) {}

  static Section section(Class<?> type) {
    Map<String, Key> keys = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String name = snakeCase(component.getName());
      Setting setting =
          Objects.requireNonNull(
              component.getAnnotation(Setting.class), () -> type + "." + name + " lacks @Setting");
      long max = component.getType() == int.class ? Integer.MAX_VALUE : Long.MAX_VALUE;
      keys.put(
          name,
          new Key(name, setting, Math.min(max, setting.max()), of(component.getGenericType())));
    }
    return new Section(keys);
  }

  private static Schema of(Type type) {
    if (type instanceof Class<?> simple) {
      if (simple.isRecord()) {
        return section(simple);
      }
      if (simple == String.class) {
        return new Leaf(Kind.TEXT);
      }
      if (simple == int.class || simple == long.class) {
        return new Leaf(Kind.WHOLE);
      }
      if (simple == double.class) {
        return new Leaf(Kind.NUMBER);
      }
      if (simple == boolean.class) {
        return new Leaf(Kind.SWITCH);
      }
    } else if (type instanceof ParameterizedType generic) {
      Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
      if (generic.getRawType() == List.class && last instanceof Class<?> item && item.isRecord()) {
        return new Sections(section(item));
      }
      if (generic.getRawType() == Map.class) {
        return last == Integer.class
            ? new Counts()
            : last == String.class ? new Texts() : new Tree();
      }
    }
    throw new IllegalArgumentException("no configuration can be bound to " + type);
  }

  /** {@code maxTokens} to {@code max_tokens}, as Jackson's strategy of that name does. */
  private static String snakeCase(String camelCase) {
    return camelCase.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  /** The allowed name closest to a wrong one, or null if none is close. */
  static @Nullable String closest(String wrong, Iterable<String> names) {
    String best = null;
    int bestDistance = Math.max(1, wrong.length() / 3) + 1;
    for (String name : names) {
      int distance = distance(wrong.toLowerCase(Locale.ROOT), name);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = name;
      }
    }
    return best;
  }

  /** Levenshtein's distance, with a neighbouring swap as one step (optimal string alignment). */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + change, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
