package dev.lkjagent.testkit;

/** Where the agents of a {@link Stage} are kept. */
public enum StoreKind {
  /** In memory. */
  MEMORY,
  /** In a file of SQLite in the stage's folder; needs its driver on the class path. */
  SQLITE
}
