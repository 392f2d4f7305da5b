package dev.lkjagent.runtime.action;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The actions that every agent has. They touch nothing but its own memory and storage. */
@SuppressWarnings("ImmutableEnumChecker") // the lists are List.of
public enum CoreAction {
  /** Writes an entry of working memory. */
  WORKING_MEMORY_ADD(
      "tags, value: note something in working memory; the same tags replace", "memory_add"),
  /** Removes entries of working memory. */
  WORKING_MEMORY_REMOVE("tags: take the entry out of working memory", "memory_remove"),
  /** Protects an entry from paging. */
  WORKING_MEMORY_PIN("tags: keep the entry in working memory even when memory is full"),
  /** Lifts that protection. */
  WORKING_MEMORY_UNPIN("tags: let the entry be moved to storage when memory is full"),
  /** Writes an entry of storage. */
  STORAGE_SAVE(
      "tags[, value]: keep something for good; without value, the working-memory entry of these tags"),
  /** Copies entries of storage into working memory. */
  STORAGE_LOAD("tags: copy all stored entries that carry all these tags into working memory"),
  /** Looks for entries of storage. */
  STORAGE_SEARCH(
      "tags and/or value: list stored entries by tags (a leading - excludes, several groups by | are"
          + " alternatives) and by words of their text"),
  /** Removes an entry of storage. */
  STORAGE_REMOVE("tags: delete the stored entry with exactly these tags"),
  /** Says something without ending the run. */
  REPLY("value: say something to whoever runs you"),
  /** Ends the run. */
  FINISH("value: end the run with this result"),
  /** Rests until a time, or until a message comes. */
  WAIT(
      "value: rest for so many seconds, or until such a time as 2030-01-31T08:00:00Z, or until a"
          + " message comes");

  private static final CoreAction[] ALL = values();
  private static final byte[][] NAMES = new byte[ALL.length + 2][];
  private static final CoreAction[] BY_NAME = new CoreAction[ALL.length + 2];

  static {
    int n = 0;
    for (CoreAction action : ALL) {
      for (String name : action.names()) {
        NAMES[n] = name.getBytes(StandardCharsets.UTF_8);
        BY_NAME[n++] = action;
      }
    }
  }

  private final String description;
  private final byte[] utf8;
  private final List<String> names;

  CoreAction(String description, String... aliases) {
    this.description = description;
    String[] all = Arrays.copyOf(aliases, aliases.length + 1);
    System.arraycopy(aliases, 0, all, 1, aliases.length);
    all[0] = name().toLowerCase(java.util.Locale.ROOT);
    names = List.of(all);
    utf8 = all[0].getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What it takes and does, for the model.
   *
   * @return a line
   */
  public String description() {
    return description;
  }

  /**
   * The name proper.
   *
   * @return UTF-8, not to be changed
   */
  public byte[] utf8() {
    return utf8;
  }

  /**
   * The names that replies may use.
   *
   * @return the name proper first
   */
  public List<String> names() {
    return names;
  }

  /**
   * Finds one by the bytes of a name.
   *
   * @param bytes hold the name
   * @param from where it begins
   * @param to where it ends
   * @return the action, null if there is none
   */
  public static @Nullable CoreAction find(byte[] bytes, int from, int to) {
    for (int i = 0; i < NAMES.length; i++) {
      if (Arrays.equals(NAMES[i], 0, NAMES[i].length, bytes, from, to)) {
        return BY_NAME[i];
      }
    }
    return null;
  }
}
