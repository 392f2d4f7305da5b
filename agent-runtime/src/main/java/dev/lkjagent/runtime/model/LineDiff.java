package dev.lkjagent.runtime.model;

import java.util.ArrayList;
import java.util.List;

/**
 * How one text differs from another, line by line: what is common at both ends is left out but for
 * some context, and the middle is aligned by the longest common subsequence if it is short enough
 * for that.
 */
public final class LineDiff {
  private static final int CONTEXT_LINES = 2;
  private static final int SHOWN_LINES = 40;
  private static final int SHOWN_CHARS = 160;
  private static final int ALIGNED_LINES = 1_000;

  private final int distance;
  private final String text;

  private LineDiff(int distance, String text) {
    this.distance = distance;
    this.text = text;
  }

  /**
   * How many lines differ.
   *
   * @return the number of lines that one text has and the other has not; 0 if they are the same
   */
  public int distance() {
    return distance;
  }

  /**
   * The difference for people: lines that begin with {@code -} are only in the first text, with
   * {@code +} only in the second.
   *
   * @return a bounded number of lines of bounded length
   */
  public String text() {
    return text;
  }

  /**
   * Compares two texts.
   *
   * @param before the lines of the first
   * @param after the lines of the second
   * @return the difference
   */
  public static LineDiff of(List<String> before, List<String> after) {
    int same = 0;
    int shorter = Math.min(before.size(), after.size());
    while (same < shorter && before.get(same).equals(after.get(same))) {
      same++;
    }
    int tail = 0;
    while (tail < shorter - same
        && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
      tail++;
    }
    List<String> old = before.subList(same, before.size() - tail);
    List<String> now = after.subList(same, after.size() - tail);
    List<String> changes = changes(old, now);
    List<String> shown = new ArrayList<>();
    for (int i = Math.max(0, same - CONTEXT_LINES); i < same; i++) {
      shown.add("  " + before.get(i));
    }
    shown.addAll(changes);
    for (int i = 0; i < Math.min(tail, CONTEXT_LINES); i++) {
      shown.add("  " + before.get(before.size() - tail + i));
    }
    int distance = (int) changes.stream().filter(line -> line.charAt(0) != ' ').count();
    return new LineDiff(distance, joined(same, shown));
  }

  private static List<String> changes(List<String> old, List<String> now) {
    List<String> changes = new ArrayList<>();
    int i = 0;
    int j = 0;
    if (old.size() <= ALIGNED_LINES && now.size() <= ALIGNED_LINES) {
      int[][] common = common(old, now);
      while (i < old.size() && j < now.size()) {
        if (old.get(i).equals(now.get(j))) {
          changes.add("  " + old.get(i++));
          j++;
        } else if (common[i + 1][j] >= common[i][j + 1]) {
          changes.add("- " + old.get(i++));
        } else {
          changes.add("+ " + now.get(j++));
        }
      }
    }
    for (; i < old.size(); i++) {
      changes.add("- " + old.get(i));
    }
    for (; j < now.size(); j++) {
      changes.add("+ " + now.get(j));
    }
    return changes;
  }

  /** The lengths of the longest common subsequences of all pairs of tails. */
  private static int[][] common(List<String> old, List<String> now) {
    int[][] length = new int[old.size() + 1][now.size() + 1];
    for (int i = old.size() - 1; i >= 0; i--) {
      for (int j = now.size() - 1; j >= 0; j--) {
        length[i][j] =
            old.get(i).equals(now.get(j))
                ? length[i + 1][j + 1] + 1
                : Math.max(length[i + 1][j], length[i][j + 1]);
      }
    }
    return length;
  }

  private static String joined(int same, List<String> shown) {
    StringBuilder text = new StringBuilder("  (" + same + " lines are the same)");
    for (String line : shown.subList(0, Math.min(shown.size(), SHOWN_LINES))) {
      text.append('\n');
      text.append(line.length() <= SHOWN_CHARS ? line : line.substring(0, SHOWN_CHARS) + "…");
    }
    if (shown.size() > SHOWN_LINES) {
      text.append("\n  (").append(shown.size() - SHOWN_LINES).append(" more lines)");
    }
    return text.toString();
  }
}
