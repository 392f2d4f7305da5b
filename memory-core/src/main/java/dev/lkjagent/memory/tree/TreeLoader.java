package dev.lkjagent.memory.tree;

import dev.lkjagent.memory.NameTable;
import dev.lkjagent.memory.Status;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes an editable tree of the nodes that a parser wrote, in one pass.
 *
 * <p>The object is reusable and belongs to one parser. A name that the parser numbered is looked up
 * in the pool's names once, and again only after the parser's numbers or the pool's have changed.
 */
public final class TreeLoader {
  /**
   * By name id of the parser: in the upper half the number of the period in which it was noted, the
   * pool's name in the lower. A period ends when ids begin to mean something else.
   */
  private final long[] nameOf = new long[Tape.MAX_NAME_ID + 1];

  /** Where escaped texts are decoded before their length is known. */
  private byte[] scratch = new byte[1_024];

  private int period;
  private @Nullable NameTable table;
  private int evictions;
  private long epoch;

  /** Creates a loader. */
  public TreeLoader() {}

  /**
   * Fills an empty tree.
   *
   * @param text where the text stands
   * @param textAt its first byte
   * @param tape where the nodes stand
   * @param tapeAt the first node
   * @param count how many nodes there are
   * @param ids the table that gave the names their ids
   * @param into an empty tree
   * @return {@link Status#OK}, or why there is no room; the tree is empty then
   */
  public Status load(
      byte[] text, int textAt, long[] tape, int tapeAt, int count, NameIds ids, OwnedTree into) {
    NameTable names = into.scope().pool().raw().names();
    if (names != table || names.evictions() != evictions || ids.epoch() != epoch) {
      begin(names, ids);
    }
    int status = into.load(text, textAt, tape, tapeAt, count, this);
    return status < 0 ? Status.of(status) : Status.OK;
  }

  private void begin(NameTable names, NameIds ids) {
    table = names;
    evictions = names.evictions();
    epoch = ids.epoch();
    nextPeriod();
  }

  private void nextPeriod() {
    if (++period == 0) {
      Arrays.fill(nameOf, 0);
      period = 1;
    }
  }

  /** The pool's name that the parser's id stands for, 0 if that is not known. */
  int nameOf(int id) {
    long entry = nameOf[id];
    return (int) (entry >>> 32) == period ? (int) entry : 0;
  }

  /**
   * Notes which name was found or taken in for an id. If that evicted another name, all that was
   * noted before may be wrong.
   *
   * @param id the parser's id, 0 for none
   * @param name the pool's name, not positive for none
   */
  void interned(int id, int name) {
    NameTable names = table;
    if (names != null && names.evictions() != evictions) {
      evictions = names.evictions();
      nextPeriod();
    }
    if (id != 0 && name > 0) {
      nameOf[id] = (long) period << 32 | name;
    }
  }

  /** Room for a text of that length. */
  byte[] scratch(int length) {
    if (scratch.length < length) {
      scratch = new byte[Math.max(length, 2 * scratch.length)];
    }
    return scratch;
  }
}
