package dev.lkjagent.memory.tree;

import dev.lkjagent.memory.Status;

/** Sets a value at a path, creating what is missing on the way, or nothing at all. */
final class TreeEdit {
  private TreeEdit() {}

  static long set(OwnedTree tree, Path path, int kind, byte[] text, int from, int length) {
    long node = tree.root();
    long firstMade = ObjectTree.NO_NODE;
    if (node == ObjectTree.NO_NODE) {
      node = tree.createRoot(path.length() == 0 ? kind : containerFor(path.step(0)));
      if (node < 0) {
        return node;
      }
      firstMade = node;
    }
    for (int i = 0; i < path.length(); i++) {
      Path.Step step = path.step(i);
      long next = step.in(tree, node);
      if (next == ObjectTree.NO_NODE) {
        int made = i + 1 == path.length() ? kind : containerFor(path.step(i + 1));
        next = create(tree, node, step, made);
        if (next > 0 && firstMade == ObjectTree.NO_NODE) {
          firstMade = next;
        }
      }
      if (next < 0) {
        return undo(tree, firstMade, next);
      }
      node = next;
    }
    if (!Tape.hasText(kind)) {
      tree.setKind(node, kind);
      return node;
    }
    int before = tree.kind(node);
    if (before >= Tape.OBJECT && before <= Tape.ELEMENT) {
      return replaceContainer(tree, node, kind, text, from, length);
    }
    Status status = tree.setScalar(node, kind, text, from, length);
    if (status != Status.OK) {
      return undo(tree, firstMade, status.code());
    }
    return node;
  }

  /** A container is replaced by a text only when there is room for the text. */
  private static long replaceContainer(
      OwnedTree tree, long node, int kind, byte[] text, int from, int length) {
    long spare = tree.reserveText(node, length);
    if (spare < 0) {
      return spare;
    }
    tree.setKind(node, kind);
    tree.putReserved(node, spare, text, from, length);
    return node;
  }

  private static int containerFor(Path.Step step) {
    return step.byName ? Tape.OBJECT : Tape.ARRAY;
  }

  private static long create(OwnedTree tree, long parent, Path.Step step, int kind) {
    int parentKind = tree.kind(parent);
    if (parentKind == Tape.OBJECT || parentKind == Tape.ELEMENT) {
      return step.byName
          ? tree.add(parent, kind, step.name, 0, step.name.length)
          : Status.WRONG_KIND.code();
    }
    if (parentKind != Tape.ARRAY) {
      return Status.WRONG_KIND.code();
    }
    boolean end =
        step.index == tree.childCount(parent) || step.name.length == 1 && step.name[0] == '-';
    return end ? tree.add(parent, kind) : Status.NOT_FOUND.code();
  }

  private static long undo(OwnedTree tree, long firstMade, long status) {
    if (firstMade != ObjectTree.NO_NODE) {
      tree.remove(firstMade);
    }
    return status;
  }
}
