package dev.lkjagent.memory.tree;

import dev.lkjagent.memory.SeededHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A place in a tree, compiled once and evaluated without allocation.
 *
 * <p>Two notations: dots, {@code choices[0].message.content}, where a name with a dot, a bracket or
 * a quote is put in brackets and quotes, {@code users["a.b"].age}; and JSON pointers, {@code
 * /choices/0/message/content} (RFC 6901). A step that is a number finds a child by its place; in a
 * pointer it finds a member with that name if the node is an object. The last of several members
 * with one name is found.
 *
 * <p>Immutable; one path may be used by many threads and trees.
 */
public final class Path {
  /** How many compiled paths are kept for {@link #of} and {@link #pointer}. */
  static final int CACHED = 1024;

  private static final Map<String, Path> DOTS = new ConcurrentHashMap<>();
  private static final Map<String, Path> POINTERS = new ConcurrentHashMap<>();

  private final String text;
  private final Step[] steps;

  private Path(String text, List<Step> steps) {
    this.text = text;
    this.steps = steps.toArray(new Step[0]);
  }

  /** One step down: by name, by place, or by either. */
  static final class Step {
    static final int NO_INDEX = -1;

    final byte[] name;
    final int hash;
    final int index;
    final boolean byName;

    /** The epoch of a name table (upper 54 bits) and the id that it gave to the name (lower 10). */
    private volatile long known;

    Step(String name, int index, boolean byName) {
      this.name = name.getBytes(StandardCharsets.UTF_8);
      this.index = index;
      this.byName = byName;
      hash = SeededHash.of(this.name, 0, this.name.length);
    }

    long in(ObjectTree tree, long node) {
      int kind = tree.kind(node);
      if (index != NO_INDEX && !(byName && kind == Tape.OBJECT)) {
        return kind == Tape.OBJECT ? ObjectTree.NO_NODE : tree.child(node, index);
      }
      if (!byName) {
        return ObjectTree.NO_NODE;
      }
      return tree.find(node, name, 0, name.length, hash, true);
    }

    /** The id that a table has given to the name, 0 if it has not. */
    int idIn(NameIds names, long epoch) {
      long cached = known;
      if (cached >>> 10 == epoch) {
        return (int) cached & Tape.MAX_NAME_ID;
      }
      int id = names.find(name, 0, name.length);
      if (id != 0) {
        known = epoch << 10 | id;
      }
      return id;
    }

    @Override
    public String toString() {
      return index == NO_INDEX
          ? '"' + new String(name, StandardCharsets.UTF_8) + '"'
          : "[" + index + "]";
    }
  }

  /**
   * Compiles a path in dot notation. The empty path is the root.
   *
   * @param path such as {@code working_memory.todo} or {@code choices[0].message["a.b"]}
   * @return the path; the same text is compiled once
   * @throws PathSyntaxException if the text is not a path
   */
  public static Path of(String path) {
    Path known = DOTS.get(path);
    return known != null ? known : keep(DOTS, path, new Path(path, DotNotation.parse(path)));
  }

  /**
   * Compiles a JSON pointer (RFC 6901). The empty pointer is the root.
   *
   * @param pointer such as {@code /choices/0/message/content}
   * @return the path; the same text is compiled once
   * @throws PathSyntaxException if the text is not a pointer
   */
  public static Path pointer(String pointer) {
    Path known = POINTERS.get(pointer);
    return known != null
        ? known
        : keep(POINTERS, pointer, new Path(pointer, pointerSteps(pointer)));
  }

  private static Path keep(Map<String, Path> cache, String text, Path path) {
    if (cache.size() < CACHED) {
      cache.put(text, path);
    }
    return path;
  }

  private static List<Step> pointerSteps(String pointer) {
    List<Step> steps = new ArrayList<>();
    if (pointer.isEmpty()) {
      return steps;
    }
    if (pointer.charAt(0) != '/') {
      throw new PathSyntaxException("a pointer begins with '/'", pointer, 0);
    }
    StringBuilder token = new StringBuilder();
    for (int i = 1; i <= pointer.length(); i++) {
      char c = i == pointer.length() ? '/' : pointer.charAt(i);
      if (c == '/') {
        steps.add(new Step(token.toString(), index(token), true));
        token.setLength(0);
      } else if (c == '~') {
        char code = i + 1 < pointer.length() ? pointer.charAt(i + 1) : ' ';
        if (code != '0' && code != '1') {
          throw new PathSyntaxException("'~' is written ~0 and '/' ~1", pointer, i);
        }
        token.append(code == '0' ? '~' : '/');
        i++;
      } else {
        token.append(c);
      }
    }
    return steps;
  }

  /** Answers the place that a token names: digits without a leading zero. */
  private static int index(CharSequence token) {
    int length = token.length();
    if (length == 0 || length > 9 || length > 1 && token.charAt(0) == '0') {
      return Step.NO_INDEX;
    }
    int index = 0;
    for (int i = 0; i < length; i++) {
      char c = token.charAt(i);
      if (c < '0' || c > '9') {
        return Step.NO_INDEX;
      }
      index = index * 10 + c - '0';
    }
    return index;
  }

  /**
   * Finds the node at this path.
   *
   * @param tree the tree
   * @return the node, {@link ObjectTree#NO_NODE} if there is none
   */
  public long find(ObjectTree tree) {
    return find(tree, tree.root());
  }

  /**
   * Finds the node at this path below another.
   *
   * @param tree the tree
   * @param from where the path begins
   * @return the node, {@link ObjectTree#NO_NODE} if there is none
   */
  public long find(ObjectTree tree, long from) {
    if (tree instanceof Document document && from != ObjectTree.NO_NODE) {
      return document.follow(from, steps);
    }
    long node = from;
    for (Step step : steps) {
      if (node == ObjectTree.NO_NODE) {
        return node;
      }
      node = step.in(tree, node);
    }
    return node;
  }

  /**
   * Answers the node at this path.
   *
   * @param tree the tree
   * @return the node
   * @throws PathNotFoundException if there is none, with the step that failed
   */
  public long get(ObjectTree tree) {
    long found = find(tree);
    return found == ObjectTree.NO_NODE ? explain(tree) : found;
  }

  /** Walks step by step, to name the one that fails. */
  private long explain(ObjectTree tree) {
    long node = tree.root();
    for (int i = 0; i < steps.length; i++) {
      long next = node == ObjectTree.NO_NODE ? node : steps[i].in(tree, node);
      if (next == ObjectTree.NO_NODE) {
        throw notFound(tree, node, i);
      }
      node = next;
    }
    if (node == ObjectTree.NO_NODE) {
      throw notFound(tree, node, 0);
    }
    return node;
  }

  private PathNotFoundException notFound(ObjectTree tree, long at, int step) {
    if (at == ObjectTree.NO_NODE) {
      return new PathNotFoundException("nothing at " + this + ": the tree is empty");
    }
    StringBuilder message = new StringBuilder("nothing at ").append(this).append(": ");
    NodeKind kind = NodeKind.of(tree.kind(at));
    if (step == 0) {
      message.append("the root, ");
    } else {
      message.append("step ").append(step).append(' ').append(steps[step - 1]).append(", ");
    }
    message.append("of kind ").append(kind);
    if (steps[step].index != Step.NO_INDEX) {
      message.append(" with ").append(children(tree, at)).append(" children");
    }
    return new PathNotFoundException(message.append(", has no ").append(steps[step]).toString());
  }

  private static int children(ObjectTree tree, long node) {
    int count = 0;
    for (long c = tree.firstChild(node); c != ObjectTree.NO_NODE; c = tree.next(node, c)) {
      count++;
    }
    return count;
  }

  /**
   * Answers how many steps the path has.
   *
   * @return 0 for the root
   */
  public int length() {
    return steps.length;
  }

  Step step(int index) {
    return steps[index];
  }

  /**
   * Answers the path as it was written.
   *
   * @return dot notation or a pointer
   */
  @Override
  public String toString() {
    return text.isEmpty() ? "the root" : text;
  }
}
