package dev.lkjagent.memory.tree;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Compares and prints subtrees for people; without recursion, so that depth does not matter. */
final class TreeContent {
  private TreeContent() {}

  static boolean equal(ObjectTree left, long leftTop, ObjectTree right, long rightTop) {
    Deque<long[]> pairs = new ArrayDeque<>();
    pairs.push(new long[] {leftTop, rightTop});
    while (!pairs.isEmpty()) {
      long[] pair = pairs.pop();
      if (!alike(left, pair[0], right, pair[1])) {
        return false;
      }
      long l = left.firstChild(pair[0]);
      long r = right.firstChild(pair[1]);
      while (l != ObjectTree.NO_NODE && r != ObjectTree.NO_NODE) {
        pairs.push(new long[] {l, r});
        l = left.next(pair[0], l);
        r = right.next(pair[1], r);
      }
      if (l != r) {
        return false;
      }
    }
    return true;
  }

  private static boolean alike(ObjectTree left, long l, ObjectTree right, long r) {
    if (left.kind(l) != right.kind(r) || left.named(l) != right.named(r)) {
      return false;
    }
    return Arrays.equals(name(left, l), name(right, r))
        && Arrays.equals(text(left, l), text(right, r));
  }

  private static byte[] name(ObjectTree tree, long node) {
    byte[] name = new byte[tree.nameLength(node)];
    tree.copyName(node, name, 0);
    return name;
  }

  private static byte[] text(ObjectTree tree, long node) {
    byte[] text = new byte[tree.textLength(node)];
    tree.copyText(node, text, 0);
    return text;
  }

  static String print(ObjectTree tree, long top) {
    StringBuilder out = new StringBuilder();
    line(out, tree, top, 0);
    Deque<Long> parents = new ArrayDeque<>();
    long parent = top;
    long node = tree.firstChild(top);
    while (node != ObjectTree.NO_NODE) {
      line(out, tree, node, parents.size() + 1);
      long child = tree.firstChild(node);
      if (child != ObjectTree.NO_NODE) {
        parents.push(parent);
        parent = node;
        node = child;
        continue;
      }
      long next = tree.next(parent, node);
      while (next == ObjectTree.NO_NODE && !parents.isEmpty()) {
        long up = parent;
        parent = parents.pop();
        next = tree.next(parent, up);
      }
      node = next;
    }
    return out.toString();
  }

  private static void line(StringBuilder out, ObjectTree tree, long node, int depth) {
    if (out.length() > 0) {
      out.append('\n');
    }
    out.append("  ".repeat(depth));
    NodeKind kind = NodeKind.of(tree.kind(node));
    if (tree.named(node)) {
      out.append(kind == NodeKind.ATTRIBUTE ? "@" : "").append(tree.nameString(node)).append(": ");
    }
    switch (kind) {
      case OBJECT -> out.append("{}");
      case ARRAY -> out.append("[]");
      case ELEMENT -> out.append("<>");
      case TRUE -> out.append("true");
      case FALSE -> out.append("false");
      case NULL -> out.append("null");
      case NUMBER -> out.append(tree.textString(node));
      default -> quote(out, tree.textString(node));
    }
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> out.append(c);
      }
    }
    out.append('"');
  }
}
