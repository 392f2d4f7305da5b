package dev.lkjagent.runtime.memory;

/** What an entry of working memory is, and with it where a prompt shows it. */
public enum EntryKind {
  /** Something that the agent wrote down. */
  NOTE(true),
  /** A copy of an entry of storage. */
  LOADED(true),
  /** A message that somebody sent. */
  MESSAGE(true),
  /** What the agent thought in one cycle. */
  THINKING(false),
  /** How the agent judged one cycle. */
  EVALUATION(false),
  /** What came of one action, or a fault that the agent has to know of. */
  EXECUTION(false);

  private static final EntryKind[] ALL = values();

  private final boolean paged;

  EntryKind(boolean paged) {
    this.paged = paged;
  }

  /**
   * Whether paging moves such entries to storage. Logs rotate instead.
   *
   * @return true for what a tag set names
   */
  public boolean paged() {
    return paged;
  }

  /**
   * The kind with a number.
   *
   * @param ordinal its ordinal, as it stands in images
   * @return the kind
   */
  public static EntryKind of(int ordinal) {
    return ALL[ordinal];
  }
}
