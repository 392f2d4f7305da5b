package dev.lkjagent.cli.command;

import java.util.Locale;

/** What a text is meant to be. */
enum TextForm {
  /** JSON as RFC 8259 has it. */
  JSON,
  /** XML, well-formed and without a document type. */
  XML,
  /** What a language model said. */
  REPLY;

  /** The form that a file's name says, or its first byte that is not a blank. */
  static TextForm guess(String name, byte[] text) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".json")) {
      return JSON;
    }
    if (lower.endsWith(".xml")) {
      return XML;
    }
    int i = text.length > 2 && text[0] == (byte) 0xEF ? 3 : 0;
    while (i < text.length && text[i] >= 0 && text[i] <= ' ') {
      i++;
    }
    return i < text.length && text[i] == '<' ? XML : JSON;
  }
}
