package dev.lkjagent.memory.tree;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads paths in dot notation.
 *
 * <pre>
 *   path  = "" | first { "." name | index | key }
 *   first = name | index | key
 *   name  = one or more characters other than . [ ] " and '
 *   index = "[" digits "]"
 *   key   = "[" quote characters quote "]"       a backslash takes the next character as it is
 * </pre>
 */
final class DotNotation {
  private final String path;
  private final List<Path.Step> steps = new ArrayList<>();
  private int at;

  private DotNotation(String path) {
    this.path = path;
  }

  static List<Path.Step> parse(String path) {
    return new DotNotation(path).parse();
  }

  private List<Path.Step> parse() {
    while (at < path.length()) {
      char c = path.charAt(at);
      if (c == '[') {
        at++;
        bracket();
      } else {
        if (!steps.isEmpty()) {
          if (c != '.') {
            throw wrong("a '.' or '[' belongs here");
          }
          at++;
        }
        name();
      }
    }
    return steps;
  }

  private void name() {
    int start = at;
    while (at < path.length() && ".[]\"'".indexOf(path.charAt(at)) < 0) {
      at++;
    }
    if (at == start) {
      throw wrong(
          at == path.length()
              ? "the path ends where a name belongs"
              : "a name belongs here; one with '" + path.charAt(at) + "' in it is written [\"…\"]");
    }
    steps.add(new Path.Step(path.substring(start, at), Path.Step.NO_INDEX, true));
  }

  private void bracket() {
    char c = at < path.length() ? path.charAt(at) : ' ';
    if (c == '"' || c == '\'') {
      at++;
      quoted(c);
    } else {
      number();
    }
    if (at == path.length() || path.charAt(at) != ']') {
      throw wrong("']' belongs here");
    }
    at++;
  }

  private void quoted(char quote) {
    StringBuilder name = new StringBuilder();
    while (at < path.length() && path.charAt(at) != quote) {
      if (path.charAt(at) == '\\' && at + 1 < path.length()) {
        at++;
      }
      name.append(path.charAt(at++));
    }
    if (at == path.length()) {
      throw wrong("the quote is not closed");
    }
    at++;
    steps.add(new Path.Step(name.toString(), Path.Step.NO_INDEX, true));
  }

  private void number() {
    int start = at;
    long index = 0;
    while (at < path.length()
        && Character.digit(path.charAt(at), 10) >= 0
        && path.charAt(at) < 128) {
      index = index * 10 + path.charAt(at) - '0';
      if (index > Integer.MAX_VALUE) {
        throw wrong("the index is too large");
      }
      at++;
    }
    if (at == start) {
      throw wrong("an index or a quoted name belongs here");
    }
    steps.add(new Path.Step("", (int) index, false));
  }

  private PathSyntaxException wrong(String problem) {
    return new PathSyntaxException(problem, path, at);
  }
}
