package dev.lkjagent.runtime.journal;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of items in a journal record. Numbers and fields are part of the format: a kind is
 * never renumbered, and a new one raises {@link JournalWriter#VERSION}.
 */
public enum Kind {
  /** The prompt: its length, and its CRC-32C and CRC-32 as the trace hash takes them. */
  PROMPT(1, "nb"),
  /** A piece of the reply, as far as reading went; pieces join without a seam. */
  REPLY(2, "b"),
  /** A tool call that came outside the reply's text: ordinal, id, name, arguments. */
  TOOL_CALL(3, "nbbb"),
  /** The endpoint's usage: tokens of prompt, of reply, and of the prompt those from its cache. */
  USAGE(4, "nnn"),
  /** The endpoint reported no usage. */
  NO_USAGE(5, ""),
  /** Why the reply ended. */
  FINISH(6, "b"),
  /** What an action answered: ordinal, 0 for success or 1 for a fault, the text. */
  RESULT(7, "nnb"),
  /** What the wall clock said, in milliseconds since the epoch. */
  TIME(8, "n"),
  /** A message that was shown: id, time, sender, text. */
  MESSAGE(10, "nnbb"),
  /** What a person decided: cycle and ordinal of the call, 1 if approved, note. */
  DECISION(11, "nnnb"),
  /** Memory ran short: bytes asked for, and what ran dry. */
  PRESSURE(12, "nb"),
  /** The model is asked again: attempt, pause in milliseconds, code of the fault. */
  RETRY(13, "nnb"),
  /** A fault: its offset plus one or 0, its code, its message. */
  FAULT(14, "nbb"),
  /** An entry was paged out: tags, reason. */
  EVICTION(15, "bb"),
  /** An input of a user's own: its name, its bytes. */
  OTHER(16, "bb");

  private static final @Nullable Kind[] BY_NUMBER = new Kind[OTHER.number + 1];

  static {
    for (Kind kind : values()) {
      BY_NUMBER[kind.number] = kind;
    }
  }

  private final int number;
  private final String fields;

  Kind(int number, String fields) {
    this.number = number;
    this.fields = fields;
  }

  /** The number that stands for it in a record. */
  int number() {
    return number;
  }

  /** Its fields in order: {@code n} for a number, {@code b} for bytes. */
  String fields() {
    return fields;
  }

  static @Nullable Kind of(int number) {
    return number > 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }
}
