package dev.lkjagent.memory.image;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.PoolExhaustedException;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the sections of an image that is whole: with a scope it builds what they say, without one
 * it only proves that they can be read. The same walk does both, so nothing is built that was not
 * checked.
 */
final class Thawer {
  private static final int NO_NAME = -1;

  private final Bytes in;
  private final int end;
  private final @Nullable Scope into;
  private final Deque<Scope> open = new ArrayDeque<>();
  private final List<Scope> opened = new ArrayList<>();
  private final List<ObjectTree> trees = new ArrayList<>();
  private final List<ObjectTree> built = new ArrayList<>();
  private int at = ImageFormat.HEADER_BYTES;
  private int depth;
  private int[] nameAt = new int[16];
  private int[] left = new int[16];

  private Thawer(Bytes in, @Nullable Scope into) {
    this.in = in;
    this.into = into;
    end = in.length - ImageFormat.CHECKSUM_BYTES;
  }

  /** Throws unless the sections can be read. */
  static void check(Bytes in) {
    new Thawer(in, null).sections();
  }

  /** Builds everything, or nothing. */
  static Thawed thaw(Bytes in, Scope into) {
    Thawer thawer = new Thawer(in, into);
    boolean done = false;
    try {
      thawer.sections();
      done = true;
    } finally {
      if (!done) {
        thawer.built.forEach(ObjectTree::close);
        thawer.opened.forEach(Scope::close);
      }
    }
    return new Thawed(thawer.trees, thawer.opened);
  }

  private void sections() {
    while (true) {
      int start = at;
      switch (nextInt("a section")) {
        case ImageFormat.SCOPE -> scope();
        case ImageFormat.SCOPE_END -> scopeEnd(start);
        case ImageFormat.TREE -> tree();
        case ImageFormat.DOCUMENT -> document();
        case ImageFormat.END -> {
          if (depth != 0) {
            throw new ImageException("a scope is not closed", start);
          }
          if (at != end) {
            throw new ImageException("there is more behind the end", at);
          }
          return;
        }
        default -> throw new ImageException("no section has this tag", start);
      }
    }
  }

  private int nextInt(String what) {
    require(Integer.BYTES, what);
    at += Integer.BYTES;
    return in.getInt(at - Integer.BYTES);
  }

  private long nextLong(String what) {
    require(Long.BYTES, what);
    at += Long.BYTES;
    return in.getLong(at - Long.BYTES);
  }

  /**
   * Reads a count of things that have at least so many bytes each, so it can't be larger than the
   * rest.
   */
  private int nextCount(int bytesEach, String what) {
    int start = at;
    int count = nextInt(what);
    if (count < 0 || (long) count * bytesEach > end - at) {
      throw new ImageException(count + " is no number of " + what + " that fits here", start);
    }
    return count;
  }

  private void require(int bytes, String what) {
    if (end - at < bytes) {
      throw new ImageException("it ends where " + what + " belongs", at);
    }
  }

  private int skip(int bytes) {
    at += bytes;
    return at - bytes;
  }

  // --- scopes

  private void scope() {
    int length = nextCount(1, "bytes of a name");
    String name = new String(in.array, skip(length), length, StandardCharsets.UTF_8);
    Budget budget = budget();
    depth++;
    if (into == null || depth == 1) {
      return;
    }
    Scope parent = open.isEmpty() ? into : open.peek();
    Scope scope = parent.open(name, budget);
    if (open.isEmpty()) {
      opened.add(scope);
    }
    open.push(scope);
  }

  private Budget budget() {
    int start = at;
    Budget.Builder budget = Budget.builder();
    try {
      budget.bytes(nextLong("a limit")).reserveBytes(nextLong("a reservation"));
      budget.nodes(nextInt("a limit")).reserveNodes(nextInt("a reservation"));
      budget.documentNodes(nextInt("a limit")).reserveDocumentNodes(nextInt("a reservation"));
      for (int i = nextCount(8, "limits"); i > 0; i--) {
        budget.slots(nextInt("a size"), nextInt("a limit"));
      }
      for (int i = nextCount(8, "reservations"); i > 0; i--) {
        budget.reserveSlots(nextInt("a size"), nextInt("a reservation"));
      }
    } catch (IllegalArgumentException e) {
      throw new ImageException("a budget with a negative number", start);
    }
    return budget.build();
  }

  private void scopeEnd(int start) {
    if (--depth < 0) {
      throw new ImageException("a scope ends that did not begin", start);
    }
    if (!open.isEmpty()) {
      open.pop();
    }
  }

  private Scope target(Scope outermost) {
    return open.isEmpty() ? outermost : open.element();
  }

  private void keep(ObjectTree tree) {
    built.add(tree);
    if (open.isEmpty()) {
      trees.add(tree);
    }
  }

  private static void orThrow(long answer, Scope scope) {
    if (answer < 0) {
      Status status = Status.of(answer);
      throw new PoolExhaustedException(
          status,
          "the image does not fit into scope \"" + scope.name() + "\": " + status.meaning());
    }
  }

  // --- documents

  private void document() {
    int bytes = nextCount(1, "bytes of text");
    int nodes = nextCount(Long.BYTES, "nodes");
    require(bytes, "the text");
    int textAt = skip(bytes);
    if ((long) nodes * Long.BYTES > end - at) {
      throw new ImageException(nodes + " nodes do not fit here", textAt - Integer.BYTES);
    }
    int tapeAt = skip(nodes * Long.BYTES);
    checkTape(tapeAt, nodes, bytes);
    if (into == null) {
      return;
    }
    Scope scope = target(into);
    Document document = new Document(scope);
    keep(document);
    if (nodes == 0) {
      return;
    }
    orThrow(document.reserve(bytes, nodes).code(), scope);
    if (document.tapeCapacity() < nodes) {
      orThrow(Status.NODES_EXHAUSTED.code(), scope);
    }
    System.arraycopy(in.array, textAt, document.raw().bytes(), document.textAt(), bytes);
    long[] tape = document.raw().tape();
    for (int i = 0, to = document.tapeAt(); i < nodes; i++) {
      tape[to + i] = in.getLong(tapeAt + i * Long.BYTES);
    }
    document.publish(bytes, nodes, null);
  }

  /** Proves that containers nest, keys have values and texts lie inside the text. */
  private void checkTape(int tapeAt, int nodes, int bytes) {
    int containers = 0;
    for (int i = 0; i < nodes; i++) {
      int place = tapeAt + i * Long.BYTES;
      long word = in.getLong(place);
      while (containers > 0 && left[containers - 1] == i) {
        containers--;
      }
      int kind = Tape.kind(word);
      int limit = containers == 0 ? nodes : left[containers - 1];
      if (kind == Tape.NONE || kind > Tape.KEY_ESCAPED) {
        throw new ImageException("a node of no kind", place);
      }
      if (Tape.isContainer(word)) {
        if (Tape.length(word) <= i || Tape.length(word) > limit) {
          throw new ImageException("a container that ends outside of its parent", place);
        }
        left = push(left, containers++, Tape.length(word));
      } else {
        long length = Tape.isKey(word) ? Tape.keyLength(word) : Tape.length(word);
        if (Tape.offset(word) < 0 || Tape.offset(word) + length > bytes) {
          throw new ImageException("a text that lies outside of the document's", place);
        }
        if (Tape.isKey(word) && (i + 1 == limit || Tape.isKey(in.getLong(place + Long.BYTES)))) {
          throw new ImageException("a name without a node", place);
        }
      }
    }
  }

  private static int[] push(int[] stack, int depth, int value) {
    int[] room = depth < stack.length ? stack : java.util.Arrays.copyOf(stack, depth * 2);
    room[depth] = value;
    return room;
  }

  // --- editable trees

  private void tree() {
    int names = nextCount(Integer.BYTES, "names");
    if (nameAt.length < names) {
      nameAt = new int[names];
    }
    for (int i = 0; i < names; i++) {
      nameAt[i] = at;
      skip(nextCount(1, "bytes of a name"));
    }
    int nodes = nextCount(3 * Integer.BYTES, "nodes");
    OwnedTree tree = null;
    if (into != null) {
      tree = new OwnedTree(target(into));
      keep(tree);
    }
    long parent = ObjectTree.NO_NODE;
    int containers = 0;
    for (int i = 0; i < nodes; i++) {
      int start = at;
      if (i > 0 && containers == 0) {
        throw new ImageException("a second root", start);
      }
      int kind = nextInt("a kind");
      int name = nextInt("a name");
      boolean hasText = Tape.hasText(kind);
      int count = nextCount(hasText ? 1 : 3 * Integer.BYTES, hasText ? "bytes" : "children");
      boolean container = kind >= Tape.OBJECT && kind <= Tape.ELEMENT;
      if (kind <= Tape.NONE || kind > Tape.INSTRUCTION || Tape.plainKind(kind) != kind) {
        throw new ImageException("a node of no kind", start);
      }
      if (name < NO_NAME || name >= names) {
        throw new ImageException("a name that is not there", start + Integer.BYTES);
      }
      if (!hasText && !container && count != 0) {
        throw new ImageException("a literal with children", start);
      }
      long node = ObjectTree.NO_NODE;
      if (tree != null) {
        node = build(tree, parent, kind, name, hasText ? count : 0);
      }
      if (hasText) {
        skip(count);
      }
      if (containers > 0) {
        left[containers - 1]--;
      }
      if (container && count > 0) {
        left = push(left, containers++, count);
        parent = node;
      }
      while (containers > 0 && left[containers - 1] == 0) {
        containers--;
        parent = tree == null || containers == 0 ? parent : tree.parent(parent);
      }
    }
    if (containers != 0) {
      throw new ImageException("children are missing", at);
    }
  }

  private long build(OwnedTree tree, long parent, int kind, int name, int textLength) {
    int length = name == NO_NAME ? NO_NAME : in.getInt(nameAt[name]);
    int from = name == NO_NAME ? 0 : nameAt[name] + Integer.BYTES;
    long node =
        parent == ObjectTree.NO_NODE
            ? tree.createRoot(kind, in.array, from, length)
            : tree.add(parent, kind, in.array, from, length);
    orThrow(node, tree.scope());
    if (Tape.hasText(kind)) {
      orThrow(tree.setText(node, in.array, at, textLength).code(), tree.scope());
    }
    return node;
  }
}
