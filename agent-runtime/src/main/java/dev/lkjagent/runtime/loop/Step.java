package dev.lkjagent.runtime.loop;

/** Where a cycle is. */
enum Step {
  REST,
  BEGIN,
  ASK,
  ASKING,
  READ,
  ANNOUNCE,
  ANNOUNCING,
  ACT,
  ACTING,
  SETTLE,
  COMMIT,
  COMMITTING,
  COMMITTED
}
