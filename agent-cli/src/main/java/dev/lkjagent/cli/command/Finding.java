package dev.lkjagent.cli.command;

import org.jspecify.annotations.Nullable;

/** One thing that was examined: how it is, and what to do if it is not well. */
record Finding(String subject, Level level, String text, @Nullable String wayOut) {
  /** How grave it is. */
  enum Level {
    OK("ok"),
    WARNING("warning"),
    BROKEN("broken");

    private final String word;

    Level(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  static Finding ok(String subject, String text) {
    return new Finding(subject, Level.OK, text, null);
  }

  static Finding warning(String subject, String text, String wayOut) {
    return new Finding(subject, Level.WARNING, text, wayOut);
  }

  static Finding broken(String subject, String text, String wayOut) {
    return new Finding(subject, Level.BROKEN, text, wayOut);
  }
}
