package dev.lkjagent.memory.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.RopeRules;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Seeds;
import dev.lkjagent.memory.StaleHandleException;
import dev.lkjagent.memory.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Edits a tree and a model of plain Java objects alike, in a pool that runs dry now and then. */
class OwnedTreeModelTest {
  private static final int OPERATIONS = Seeds.operations();
  private static final int[] KINDS = {
    Tape.OBJECT, Tape.ARRAY, Tape.ELEMENT, Tape.STRING, Tape.NUMBER, Tape.TRUE, Tape.NULL, Tape.TEXT
  };

  private static final PoolSpec TIGHT =
      PoolSpec.builder()
          .tier(16, 40)
          .tier(64, 20)
          .tier(1024, 5)
          .ropes(new RopeRules(64, 1090))
          .nodes(160)
          .documentNodes(64)
          .names(12)
          .indexEntries(96)
          .build();

  private static final class Model {
    int kind;
    String name;
    String text = "";
    Model parent;
    long handle;
    final List<Model> children = new ArrayList<>();

    Model(int kind, String name) {
      this.kind = kind;
      this.name = name;
    }

    boolean container() {
      return kind <= Tape.ELEMENT;
    }

    boolean below(Model other) {
      for (Model up = this; up != null; up = up.parent) {
        if (up == other) {
          return true;
        }
      }
      return false;
    }

    void forget(List<Model> all, List<Long> dead) {
      all.remove(this);
      dead.add(handle);
      children.forEach(c -> c.forget(all, dead));
    }
  }

  static LongStream seeds() {
    return Seeds.of(1);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void editsAgreeWithPlainJavaCollections(long seed) {
    System.out.println("OwnedTreeModelTest seed " + seed + ", " + OPERATIONS + " operations");
    Random random = new Random(seed);
    try (MemoryPool pool = MemoryPool.open(TIGHT)) {
      Scope scope = pool.root().open("tree", Budget.UNLIMITED);
      Scope poor = pool.root().open("poor", Budget.builder().nodes(120).bytes(3000).build());
      int moved = 0;
      int kept = 0;
      OwnedTree tree = new OwnedTree(scope);
      List<Model> all = new ArrayList<>();
      List<Long> dead = new ArrayList<>();
      Model root = new Model(Tape.OBJECT, null);
      root.handle = tree.createRoot(Tape.OBJECT);
      all.add(root);
      int refused = 0;
      for (int i = 0; i < OPERATIONS; i++) {
        // The root is asked often enough to become wide, and so to be indexed.
        Model node = all.get(random.nextInt(4) == 0 ? 0 : random.nextInt(all.size()));
        int operation = random.nextInt(100);
        if (operation < 35 && node.container()) {
          refused += add(random, tree, all, node);
        } else if (operation < 55 && Tape.hasText(node.kind)) {
          byte[] text = text(random);
          boolean more = random.nextBoolean();
          Status status =
              more
                  ? tree.appendText(node.handle, text, 0, text.length)
                  : tree.setText(node.handle, text, 0, text.length);
          if (status == Status.OK) {
            String set = new String(text, StandardCharsets.UTF_8);
            node.text = more ? node.text + set : set;
          } else {
            refused++;
          }
        } else if (operation < 70 && node != root) {
          tree.remove(node.handle);
          node.parent.children.remove(node);
          node.forget(all, dead);
        } else if (operation < 76 && node != root) {
          Model target = all.get(random.nextInt(all.size()));
          if (target.container() && !target.below(node)) {
            tree.move(node.handle, target.handle);
            node.parent.children.remove(node);
            target.children.add(node);
            node.parent = target;
          }
        } else if (operation < 80 && node != root) {
          byte[] name = name(random).getBytes(StandardCharsets.UTF_8);
          if (tree.rename(node.handle, name, 0, name.length) == Status.OK) {
            node.name = new String(name, StandardCharsets.UTF_8);
          } else {
            refused++;
          }
        } else if (operation < 86) {
          find(random, tree, node);
        } else if (operation < 90 && node != root) {
          setKind(random, tree, all, dead, node);
        } else if (operation < 95) {
          Model target = all.get(random.nextInt(all.size()));
          if (target.container()) {
            refused += copy(tree, all, node, target);
          }
        } else if (operation < 97) {
          Scope other = tree.scope() == poor ? scope : poor;
          boolean moves = tree.tryTransfer(other) == Status.OK;
          moved += moves ? 1 : 0;
          kept += moves ? 0 : 1;
          assertThat(tree.scope().usedNodes()).isEqualTo(all.size());
          Scope left = tree.scope() == poor ? scope : poor;
          assertThat(left.usedNodes() + left.usedBytes()).isZero();
        } else if (!dead.isEmpty()) {
          long stale = dead.get(random.nextInt(dead.size()));
          Assertions.assertThatThrownBy(() -> tree.kind(stale))
              .isInstanceOf(StaleHandleException.class);
        }
        if (i % 5000 == 0) {
          pool.verify();
          compare(tree, root);
        }
      }
      compare(tree, root);
      assertThat(refused).as("the pool ran dry now and then").isGreaterThan(OPERATIONS / 1000);
      assertThat(moved).isGreaterThan(OPERATIONS / 1000);
      assertThat(kept).isGreaterThan(OPERATIONS / 1000);
      Scope last = tree.scope();
      (last == poor ? scope : poor).close();
      compare(tree, root);
      last.close();
      pool.verify();
      assertThat(pool.report().clean()).isTrue();
      assertThat(pool.raw().names().used()).isZero();
    }
  }

  private static int add(Random random, OwnedTree tree, List<Model> all, Model node) {
    Model child =
        new Model(
            KINDS[random.nextInt(KINDS.length)], random.nextInt(5) == 0 ? null : name(random));
    byte[] name = child.name == null ? new byte[0] : child.name.getBytes(StandardCharsets.UTF_8);
    int length = child.name == null ? -1 : name.length;
    int place = node.children.size();
    if (place > 0 && random.nextInt(3) == 0) {
      place = random.nextInt(place);
      Model sibling = node.children.get(place);
      child.handle = tree.insertBefore(sibling.handle, child.kind, name, 0, length);
    } else {
      child.handle = tree.add(node.handle, child.kind, name, 0, length);
    }
    if (child.handle < 0) {
      return 1;
    }
    child.parent = node;
    node.children.add(place, child);
    all.add(child);
    return 0;
  }

  private static void setKind(
      Random random, OwnedTree tree, List<Model> all, List<Long> dead, Model node) {
    int kind = KINDS[random.nextInt(KINDS.length)];
    tree.setKind(node.handle, kind);
    boolean wasContainer = node.container();
    node.kind = kind;
    if (wasContainer != node.container()) {
      List.copyOf(node.children).forEach(c -> c.forget(all, dead));
      node.children.clear();
    }
    if (!Tape.hasText(kind)) {
      node.text = "";
    }
  }

  private static int copy(OwnedTree tree, List<Model> all, Model node, Model target) {
    long copied = tree.copy(tree, node.handle, target.handle);
    if (copied < 0) {
      return 1;
    }
    Model copy = duplicate(node);
    copy.parent = target;
    target.children.add(copy);
    bind(tree, copy, copied, all);
    return 0;
  }

  private static Model duplicate(Model node) {
    Model copy = new Model(node.kind, node.name);
    copy.text = node.text;
    for (Model child : node.children) {
      Model below = duplicate(child);
      below.parent = copy;
      copy.children.add(below);
    }
    return copy;
  }

  private static void bind(OwnedTree tree, Model model, long node, List<Model> all) {
    model.handle = node;
    all.add(model);
    long child = tree.firstChild(node);
    for (Model below : model.children) {
      bind(tree, below, child, all);
      child = tree.next(node, child);
    }
  }

  private static void find(Random random, OwnedTree tree, Model node) {
    String name = name(random);
    long expected = ObjectTree.NO_NODE;
    for (Model child : node.children) {
      if (name.equals(child.name)) {
        expected = child.handle;
      }
    }
    assertThat(tree.find(node.handle, name)).isEqualTo(expected);
  }

  private static void compare(OwnedTree tree, Model root) {
    compare(tree, root, tree.root());
  }

  private static void compare(OwnedTree tree, Model model, long node) {
    assertThat(node).isEqualTo(model.handle);
    assertThat(tree.kind(node)).isEqualTo(model.kind);
    assertThat(tree.named(node)).isEqualTo(model.name != null);
    assertThat(tree.nameString(node)).isEqualTo(model.name == null ? "" : model.name);
    assertThat(tree.textString(node)).isEqualTo(model.text);
    assertThat(tree.childCount(node)).isEqualTo(model.children.size());
    long child = tree.firstChild(node);
    long last = ObjectTree.NO_NODE;
    for (Model below : model.children) {
      assertThat(tree.parent(child)).isEqualTo(node);
      assertThat(tree.previous(child)).isEqualTo(last);
      compare(tree, below, child);
      last = child;
      child = tree.next(node, child);
    }
    assertThat(child).isEqualTo(ObjectTree.NO_NODE);
    assertThat(tree.lastChild(node)).isEqualTo(last);
  }

  private static String name(Random random) {
    int which = random.nextInt(30);
    return which < 28 ? "name" + which : "a name too long to be shared " + "x".repeat(20) + which;
  }

  private static byte[] text(Random random) {
    int length =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(5);
          case 1 -> 18 + random.nextInt(5);
          case 2 -> random.nextInt(70);
          default -> random.nextInt(1100);
        };
    return "é"
        .repeat(length / 2)
        .concat(length % 2 == 0 ? "" : "x")
        .getBytes(StandardCharsets.UTF_8);
  }
}
