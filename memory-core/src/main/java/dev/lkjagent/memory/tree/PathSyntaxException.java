package dev.lkjagent.memory.tree;

/** A path that can't be compiled; the message shows the path with a mark under the character. */
public final class PathSyntaxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final int index;

  PathSyntaxException(String problem, String path, int index) {
    super(
        problem
            + " at character "
            + (index + 1)
            + "\n  "
            + path
            + "\n  "
            + " ".repeat(index)
            + "^");
    this.index = index;
  }

  /**
   * Answers where the path is wrong.
   *
   * @return the index of a character, from 0
   */
  public int index() {
    return index;
  }
}
