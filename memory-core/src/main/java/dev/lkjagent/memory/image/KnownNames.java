package dev.lkjagent.memory.image;

import dev.lkjagent.memory.NameTable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of a pool's names the names of an image are, in the order of the image: those that
 * it was frozen from or last thawed into. An image that is thawed there need not look its names up.
 */
final class KnownNames {
  /** By number of a name in the image its id, 0 for one that the pool does not share. */
  int[] ids = new int[16];

  int count;
  private @Nullable NameTable table;
  private int evictions;

  void clear() {
    count = 0;
    table = null;
  }

  /** Makes room for so many names in all. */
  void ensure(int names) {
    if (names > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(names, 2 * ids.length));
    }
  }

  /** Adds a name and answers its number. */
  int add(int id) {
    ensure(count + 1);
    ids[count] = id;
    return count++;
  }

  /**
   * Notes that the ids are those of a table.
   *
   * @param since how many entries had gone to other names when the first id was looked up
   */
  void are(NameTable names, int since) {
    table = names;
    evictions = since;
  }

  /** Tells whether the ids mean in a table what they meant when they were noted. */
  boolean areOf(NameTable names) {
    return table == names && evictions == names.evictions();
  }
}
