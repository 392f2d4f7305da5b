package dev.lkjagent.memory.image;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.NameTable;
import dev.lkjagent.memory.NodeRecords;
import dev.lkjagent.memory.PoolExhaustedException;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.TreeThawer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Builds what the sections of an image say. It believes them: they were written by {@link Freezer}
 * or have passed {@link Checker}.
 */
final class Thawer {
  private final SectionReader in;
  private final KnownNames known;
  private final TreeThawer trees = new TreeThawer();
  private final Deque<Scope> open = new ArrayDeque<>();

  /** By number of a name of the tree, where it stands. */
  private int[] nameAt = new int[16];

  Thawer(Bytes bytes, KnownNames known) {
    in = new SectionReader(bytes);
    this.known = known;
  }

  /** Builds everything, or nothing. */
  Thawed thaw(Scope into) {
    List<ObjectTree> outermost = new ArrayList<>();
    List<ObjectTree> built = new ArrayList<>();
    List<Scope> opened = new ArrayList<>();
    boolean done = false;
    try {
      sections(into, outermost, built, opened);
      done = true;
    } finally {
      open.clear();
      if (!done) {
        known.clear();
        built.forEach(ObjectTree::close);
        opened.forEach(Scope::close);
      }
    }
    return new Thawed(outermost, opened);
  }

  private void sections(
      Scope into, List<ObjectTree> outermost, List<ObjectTree> built, List<Scope> opened) {
    NameTable table = into.pool().raw().names();
    int evictions = table.evictions();
    int names = 0;
    int depth = 0;
    in.begin();
    while (true) {
      int tag = in.nextInt("a section");
      Scope payer = open.isEmpty() ? into : open.element();
      switch (tag) {
        case ImageFormat.SCOPE -> {
          String name = in.nextText();
          Budget budget = in.nextBudget();
          if (depth++ > 0) {
            Scope scope = payer.open(name, budget);
            if (open.isEmpty()) {
              opened.add(scope);
            }
            open.push(scope);
          }
        }
        case ImageFormat.SCOPE_END -> {
          depth--;
          open.poll();
        }
        case ImageFormat.TREE -> {
          OwnedTree tree = new OwnedTree(payer);
          keep(tree, outermost, built);
          names += tree(tree, table, names);
        }
        case ImageFormat.DOCUMENT -> {
          Document document = new Document(payer);
          keep(document, outermost, built);
          document(document);
        }
        default -> {
          known.are(table, evictions);
          return;
        }
      }
    }
  }

  private void keep(ObjectTree tree, List<ObjectTree> outermost, List<ObjectTree> built) {
    built.add(tree);
    if (open.isEmpty()) {
      outermost.add(tree);
    }
  }

  private static void orThrow(Status status, Scope scope) {
    if (status != Status.OK) {
      throw new PoolExhaustedException(
          status,
          "the image does not fit into scope \""
              + scope.path()
              + "\": "
              + status.meaning()
              + "; raise its budget or the pool's spec");
    }
  }

  private void document(Document document) {
    int bytes = in.nextInt("bytes of text");
    int nodes = in.nextInt("nodes");
    int textAt = in.skip(bytes);
    int tapeAt = in.skip(nodes * Long.BYTES);
    if (nodes == 0) {
      return;
    }
    orThrow(document.reserve(bytes, nodes), document.scope());
    if (document.tapeCapacity() < nodes) {
      orThrow(Status.NODES_EXHAUSTED, document.scope());
    }
    System.arraycopy(in.bytes.array, textAt, document.raw().bytes(), document.textAt(), bytes);
    long[] tape = document.raw().tape();
    for (int i = 0, to = document.tapeAt(); i < nodes; i++) {
      tape[to + i] = in.bytes.getLong(tapeAt + i * Long.BYTES);
    }
    document.publish(bytes, nodes, null);
  }

  /**
   * Builds a tree and answers how many names it has.
   *
   * @param firstName how many names the trees before have
   */
  private int tree(OwnedTree tree, NameTable table, int firstName) {
    int nodes = in.nextInt("nodes");
    int nodesBytes = in.nextInt("bytes of nodes");
    int names = in.nextInt("names");
    int namesBytes = in.nextInt("bytes of names");
    int nodesAt = in.skip(nodesBytes);
    int namesAt = in.skip(namesBytes);
    known.ensure(firstName + names);
    refer(table, firstName, names, namesAt);
    in.bytes.reserve(NodeRecords.MAX_INLINE);
    Status status =
        trees.thaw(in.bytes.array, nodesAt, nodes, nameAt, known.ids, firstName, names, tree);
    orThrow(status, tree.scope());
    return names;
  }

  /** Refers to each name that the pool shares once. */
  private void refer(NameTable table, int firstName, int names, int namesAt) {
    int[] ids = known.ids;
    boolean areKnown = known.areOf(table);
    boolean areShared = areKnown;
    for (int i = firstName; areKnown && i < firstName + names; i++) {
      if (ids[i] != 0) {
        table.retain(ids[i]);
      } else {
        areShared = false;
      }
    }
    if (areShared) {
      return;
    }
    if (nameAt.length < names) {
      nameAt = new int[Math.max(names, 2 * nameAt.length)];
    }
    for (int i = 0, at = namesAt; i < names; i++) {
      nameAt[i] = at;
      int length = in.bytes.getInt(at);
      at += Integer.BYTES;
      if (!areKnown) {
        ids[firstName + i] = table.intern(in.bytes.array, at, length);
      }
      at += length;
    }
  }
}
