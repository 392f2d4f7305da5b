package dev.lkjagent.memory.tree;

/**
 * Copies a subtree of any tree into nodes of an editable one, without recursion and without a
 * stack: an editable source has links to its parents; in a document the end of a container is known
 * when it begins, and waits in the unused part of the copy's payload.
 *
 * <p>What makes room may be a reclaimer that takes the original or the copy away. That is noticed
 * before anything is written, and nothing is left taken then either.
 */
final class TreeCopy {
  private static final int NONE = -1;

  private TreeCopy() {}

  /**
   * Copies a node with all below it.
   *
   * @return the number of the copy, which is in no tree yet, or the code of a status; nothing is
   *     left taken then
   */
  static int copy(ObjectTree source, long top, OwnedTree target) {
    int topCopy = target.freshLike(source, top, source.kind(top));
    if (topCopy < 0 || source.firstChild(top) == ObjectTree.NO_NODE) {
      return topCopy;
    }
    long handle = target.copying(topCopy);
    int failure;
    boolean made = false;
    try {
      failure =
          source instanceof Document document
              ? fromDocument(document, top, target, topCopy, handle)
              : fromOwned((OwnedTree) source, top, target, topCopy, handle);
      made = failure >= 0;
    } finally {
      target.copying(NONE);
      if (!made) {
        target.discardIfThere(handle);
      }
    }
    return made ? topCopy : failure;
  }

  private static int fromDocument(
      Document source, long top, OwnedTree target, int topCopy, long handle) {
    int end = source.end(top);
    int parentCopy = topCopy;
    target.setMark(topCopy, end);
    int number = (int) source.firstChild(top);
    while (number < end) {
      long node = source.handle(number);
      int copy = target.freshLike(source, node, source.kind(node));
      if (copy < 0) {
        return copy;
      }
      target.requireTop(handle, copy);
      target.adopt(parentCopy, copy);
      int after = source.end(node);
      number = source.valueNumber(number + 1);
      if (after > (int) node + 1) {
        target.setMark(copy, after);
        parentCopy = copy;
      } else {
        while (parentCopy != topCopy && after == target.mark(parentCopy)) {
          parentCopy = target.parentNumber(parentCopy);
        }
      }
    }
    return 0;
  }

  private static int fromOwned(
      OwnedTree source, long top, OwnedTree target, int topCopy, long handle) {
    int parentCopy = topCopy;
    long node = source.firstChild(top);
    while (true) {
      int copy = target.freshLike(source, node, source.kind(node));
      if (copy < 0) {
        return copy;
      }
      target.requireTop(handle, copy);
      target.adopt(parentCopy, copy);
      long child = source.firstChild(node);
      if (child != ObjectTree.NO_NODE) {
        parentCopy = copy;
        node = child;
        continue;
      }
      while (source.next(ObjectTree.NO_NODE, node) == ObjectTree.NO_NODE) {
        node = source.parent(node);
        if (node == top) {
          return 0;
        }
        parentCopy = target.parentNumber(parentCopy);
      }
      node = source.next(ObjectTree.NO_NODE, node);
    }
  }
}
