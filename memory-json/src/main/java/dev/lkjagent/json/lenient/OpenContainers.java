package dev.lkjagent.json.lenient;

import dev.lkjagent.memory.tree.Tape;

/**
 * The objects and arrays that are open where {@link JsonLenient} reads, and what is known about
 * each. They are nodes of a {@link Sink}; the depth is bounded by what the stack was made for.
 */
final class OpenContainers {
  /** An object whose braces are missing. */
  static final int IMPLICIT = 1;

  /** An array between parentheses: with one element it is that element. */
  static final int PARENTHESES = 2;

  /** A comma stands after the last child. */
  static final int COMMA = 4;

  /** There is a child. */
  static final int FILLED = 8;

  /** There is more than one child, or a comma says so. */
  static final int MANY = 16;

  /** An array between braces. */
  static final int BRACES = 32;

  private final Sink sink;
  private final int[] open;
  private final byte[] flags;
  private int depth;
  private int objects;
  private int arrays;

  /** How many nodes were moved to take parentheses away: a budget keeps the time linear. */
  private long unwrapped;

  private int savedDepth;
  private int savedObjects;
  private int savedArrays;
  private byte savedFlags;

  OpenContainers(Sink sink, int maxDepth) {
    this.sink = sink;
    open = new int[maxDepth];
    flags = new byte[maxDepth];
  }

  void clear() {
    depth = 0;
    objects = 0;
    arrays = 0;
    unwrapped = 0;
  }

  void save() {
    savedDepth = depth;
    savedObjects = objects;
    savedArrays = arrays;
    savedFlags = depth > 0 ? flags[depth - 1] : 0;
  }

  void restore() {
    depth = savedDepth;
    objects = savedObjects;
    arrays = savedArrays;
    if (depth > 0) {
      flags[depth - 1] = savedFlags;
    }
  }

  int depth() {
    return depth;
  }

  boolean any() {
    return depth > 0;
  }

  boolean none() {
    return depth == 0;
  }

  /** Whether no more may be opened. */
  boolean full() {
    return depth == open.length;
  }

  int objects() {
    return objects;
  }

  int arrays() {
    return arrays;
  }

  /** The node of the innermost container. */
  int top() {
    return open[depth - 1];
  }

  /** Whether the innermost container is an object. */
  boolean inObject() {
    return depth > 0 && Tape.kind(sink.node(open[depth - 1])) == Tape.OBJECT;
  }

  /** Whether the container around the innermost one, which there must be, is of a kind. */
  boolean aroundIs(int kind) {
    return Tape.kind(sink.node(open[depth - 2])) == kind;
  }

  /** Whether the innermost container has one of some flags. */
  boolean has(int some) {
    return depth > 0 && (flags[depth - 1] & some) != 0;
  }

  void set(int flag) {
    if (depth > 0) {
      flags[depth - 1] |= (byte) flag;
    }
  }

  void clear(int flag) {
    if (depth > 0) {
      flags[depth - 1] &= (byte) ~flag;
    }
  }

  /** Opens a node, which may also be one that was closed before. */
  void push(int node, int kind, int flag) {
    open[depth] = node;
    flags[depth] = (byte) flag;
    depth++;
    if (kind == Tape.OBJECT) {
      objects++;
    } else {
      arrays++;
    }
  }

  /** Gives all that is open an end in the tape, so that it can be read, and leaves it open. */
  void show() {
    for (int level = 0; level < depth; level++) {
      sink.close(open[level]);
    }
  }

  /** Notes a child of the innermost container. */
  void filled() {
    if (has(FILLED)) {
      set(MANY);
    }
    set(FILLED);
    clear(COMMA);
  }

  /** Makes the innermost container, an object, an array. */
  void becomesArray() {
    int top = top();
    sink.set(top, Tape.node(Tape.ARRAY, 0, Tape.offset(sink.node(top))));
    objects--;
    arrays++;
    set(BRACES);
  }

  /** Closes the innermost container, an array, before a node that is already written. */
  void popArrayBefore(int node) {
    int top = top();
    sink.set(top, Tape.node(Tape.ARRAY, node, Tape.offset(sink.node(top))));
    depth--;
    arrays--;
  }

  /** Closes the innermost container; answers its node. */
  int pop() {
    depth--;
    int node = open[depth];
    boolean parentheses = (flags[depth] & PARENTHESES) != 0;
    boolean single = (flags[depth] & (FILLED | MANY)) == FILLED;
    if (Tape.kind(sink.node(node)) == Tape.OBJECT) {
      objects--;
    } else {
      arrays--;
    }
    sink.close(node);
    if (parentheses && single) {
      unwrapped += sink.nodes() - node;
      if (unwrapped <= 4096 + 8L * sink.nodes()) {
        sink.remove(node);
      }
    }
    return node;
  }
}
