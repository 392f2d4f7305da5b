package dev.lkjagent.json.xml;

import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tree that a mapping builds, and the pairs of nodes that it has still to fill: a node of the
 * source, and the node of the target that its content goes into. Since a node's place is fixed when
 * it is created, pairs may be worked off in any order, and nothing recurses.
 */
final class MappingTarget {
  /** What adding answers when there is no room; the reason waits for {@link #end}. */
  static final long NONE = ObjectTree.NO_NODE;

  private @Nullable OwnedTree tree;
  private Status status = Status.OK;
  private long[] pairs = new long[64];
  private int waiting;
  private byte[] bytes = new byte[256];
  private int length;

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  void begin(OwnedTree target) {
    if (target.root() != ObjectTree.NO_NODE) {
      throw new IllegalStateException("the tree is not empty: clear it before mapping into it");
    }
    tree = target;
    status = Status.OK;
    waiting = 0;
  }

  Status end(boolean done) {
    OwnedTree was = tree();
    tree = null;
    if (done) {
      return Status.OK;
    }
    was.clear();
    return status == Status.OK ? Status.WRONG_KIND : status;
  }

  OwnedTree tree() {
    OwnedTree target = tree;
    if (target == null) {
      throw new IllegalStateException("no mapping is going on");
    }
    return target;
  }

  /** Begins anew with the same target. */
  void restart() {
    tree().clear();
    waiting = 0;
  }

  // ---------------------------------------------------------------- pairs

  void push(long source, long target) {
    if (waiting + 2 > pairs.length) {
      pairs = Arrays.copyOf(pairs, 2 * pairs.length);
    }
    pairs[waiting++] = source;
    pairs[waiting++] = target;
  }

  boolean pop() {
    if (waiting == 0) {
      return false;
    }
    waiting -= 2;
    return true;
  }

  long source() {
    return pairs[waiting];
  }

  long filled() {
    return pairs[waiting + 1];
  }

  // ---------------------------------------------------------------- the collected name or text

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void collectNothing() {
    length = 0;
  }

  void collect(byte[] text) {
    room(text.length);
    System.arraycopy(text, 0, bytes, length, text.length);
    length += text.length;
  }

  void collectName(ObjectTree source, long node) {
    room(source.nameLength(node));
    length += source.copyName(node, bytes, length);
  }

  void collectText(ObjectTree source, long node) {
    room(source.textLength(node));
    length += source.copyText(node, bytes, length);
  }

  /** Makes room for some more bytes, and for eight that scanning by words may touch. */
  private void room(int more) {
    if (length + more + 8 > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more + 8));
    }
  }

  // ---------------------------------------------------------------- nodes

  /** Adds a node, or makes it the root if there is no parent; without a name if that is null. */
  long add(long parent, int kind, byte @Nullable [] name, int nameLength) {
    byte[] given = name == null ? bytes : name;
    int named = name == null ? -1 : nameLength;
    long node =
        parent == NONE
            ? tree().createRoot(kind, given, 0, named)
            : tree().add(parent, kind, given, 0, named);
    if (node < 0) {
      status = Status.of(node);
      return NONE;
    }
    return node;
  }

  long add(long parent, int kind) {
    return add(parent, kind, null, 0);
  }

  long add(long parent, int kind, byte[] name) {
    return add(parent, kind, name, name.length);
  }

  /** Adds a node that is named as another one. */
  long addNamed(long parent, int kind, ObjectTree source, long node) {
    collectNothing();
    collectName(source, node);
    return add(parent, kind, bytes, length);
  }

  /** Gives a node, if there is one, the collected text. */
  boolean text(long node) {
    if (node == NONE) {
      return false;
    }
    Status done = tree().setText(node, bytes, 0, length);
    if (done != Status.OK) {
      status = done;
    }
    return done == Status.OK;
  }

  /** Gives a node, if there is one, the name of another as its text. */
  boolean textFromName(long node, ObjectTree source, long named) {
    collectNothing();
    collectName(source, named);
    return text(node);
  }

  /** Gives a node, if there is one, the text of another. */
  boolean textFrom(long node, ObjectTree source, long original) {
    collectNothing();
    collectText(source, original);
    return text(node);
  }

  static boolean isScalar(int kind) {
    return kind >= Tape.STRING && kind <= Tape.NULL;
  }
}
