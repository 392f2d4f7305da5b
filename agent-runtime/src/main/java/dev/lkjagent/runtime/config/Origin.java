package dev.lkjagent.runtime.config;

import java.util.Objects;

/**
 * Where a value of the configuration came from.
 *
 * @param source which of the four sources
 * @param place the place in it: {@code file:line:column}, a variable's name, a flag; empty for
 *     defaults
 */
public record Origin(Source source, String place) {
  /** A built-in default. */
  public static final Origin DEFAULT = new Origin(Source.DEFAULT, "");

  /**
   * Checks that nothing is null.
   *
   * @param source which of the four sources
   * @param place the place in it: {@code file:line:column}, a variable's name, a flag; empty for
   *     defaults
   */
  public Origin {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(place, "place");
  }

  /** The sources, each going before those above it. */
  public enum Source {
    /** Built in. */
    DEFAULT,
    /** A configuration file. */
    FILE,
    /** An environment variable. */
    ENVIRONMENT,
    /** A flag of the command line, or a call in code. */
    FLAG
  }

  static Origin file(String name, long line, long column) {
    return new Origin(Source.FILE, name + ":" + line + ":" + column);
  }

  static Origin variable(String name) {
    return new Origin(Source.ENVIRONMENT, name);
  }

  static Origin flag(String flag) {
    return new Origin(Source.FLAG, flag);
  }

  /**
   * For people: {@code default}, {@code a.json:3:7}, {@code variable X}, {@code flag --set a.b}.
   */
  @Override
  public String toString() {
    return switch (source) {
      case DEFAULT -> "default";
      case FILE -> place;
      case ENVIRONMENT -> "variable " + place;
      case FLAG -> "flag " + place;
    };
  }
}
