package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import dev.lkjagent.memory.tree.TestDocuments;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The proof of the invariants finds what is broken: each is broken here by hand, one at a time. */
class InvariantsTest {
  private static final int NODE = NodeRecords.BYTES;

  /** Builds a pool with something of everything, breaks it, and expects the proof to see it. */
  private static void broken(String claim, Consumer<MemoryPool> damage) {
    MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
    Scope agent = pool.root().open("agent", Budget.builder().bytes(5000).build());
    PooledString[] texts = new PooledString[6];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = new PooledString(agent).set("text " + i);
    }
    texts[1].destroy();
    texts[3].destroy();
    OwnedTree tree = new OwnedTree(agent);
    long root = tree.createRoot(Tape.OBJECT);
    byte[] name = "name".getBytes(StandardCharsets.UTF_8);
    byte[] value = "a value that is longer than a record".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 3; i++) {
      long node = tree.add(root, Tape.STRING, name, 0, i + 1);
      tree.setText(node, value, 0, value.length);
    }
    OwnedTree wide = new OwnedTree(agent);
    long members = wide.createRoot(Tape.OBJECT);
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 20; i++) {
      byte[] own = ("m" + i).getBytes(StandardCharsets.UTF_8);
      wide.add(members, Tape.NULL, own, 0, own.length);
      json.append(i == 0 ? "" : ",").append("\"m").append(i).append("\":null");
    }
    wide.find(members, "m0");
    Document document = TestDocuments.of(agent, json + "}");
    document.find(document.root(), "m0");
    tree.remove(tree.add(root, Tape.STRING, name, 0, 4));
    pool.raw().takeTape(agent, 40, 1);
    pool.verify();
    damage.accept(pool);
    assertThatThrownBy(pool::verify)
        .as(claim)
        .isInstanceOf(MemoryException.class)
        .hasMessageContaining(claim);
  }

  private static void set(MemoryPool pool, int node, int field, int value) {
    NodeRecords.INT.set(pool.raw().records(), node * NODE + field, value);
  }

  private static int get(MemoryPool pool, int node, int field) {
    return (int) NodeRecords.INT.get(pool.raw().records(), node * NODE + field);
  }

  @Test
  void slotsAndFreeListsAreProven() {
    broken("do not make", pool -> pool.meta[0] |= MemoryPool.FREE);
    broken("its length fits the slot", pool -> pool.meta[0] |= 17);
    broken("do not make", pool -> pool.listed[0]++);
    broken("do not make", pool -> pool.retired[0]++);
    broken("do not make", pool -> pool.freeHead[0] = MemoryPool.NONE);
    broken("a listed slot is free", pool -> pool.freeHead[0] = 0);
    broken("a listed slot was used before", pool -> pool.freeHead[0] = 500);
    broken(
        "a slot is listed once",
        pool -> {
          int head = pool.freeHead[0];
          pool.meta[head] = pool.meta[head] & ~MemoryPool.LOW_HALF | head;
        });
  }

  @Test
  void chargesAreProven() {
    broken("is charged", pool -> pool.owner[0] = 1);
    broken("is charged", pool -> pool.accounts.retire(2, 1));
    broken("is charged", pool -> pool.accounts.credit[2 * pool.accounts.units]--);
    broken(
        "credit is part of held", pool -> pool.accounts.credit[2 * pool.accounts.units] = 10_000);
    broken("credit is part of held", pool -> pool.accounts.credit[2 * pool.accounts.units] = -1);
    broken(
        "its scope pays for all it holds",
        pool -> assertThat(pool.raw().tryTransferNode(0, pool.root())).isEqualTo(Status.OK));
  }

  @Test
  void nodesAreProven() {
    broken(
        "a node is listed once",
        pool -> {
          int other = pool.raw().takeNode(pool.root());
          int apart = pool.raw().takeNode(pool.root());
          pool.raw().freeNode(other);
          pool.raw().freeNode(apart);
          set(pool, other, NodeRecords.RUN_END, apart + 1);
        });
    broken("a listed node is free", pool -> pool.nodes.inUse[0] |= 1L << pool.nodes.runAt());
    broken("nodes make up those used ever", pool -> pool.nodes.inUse[0] &= ~(1L << 1));
    broken("a child knows its parent", pool -> set(pool, 2, NodeRecords.PARENT, 1));
    broken("a child knows the one before it", pool -> set(pool, 2, NodeRecords.PREVIOUS, 3));
    broken("it knows its last child", pool -> set(pool, 0, NodeRecords.LAST_CHILD, 2));
    broken("it counts its children", pool -> set(pool, 0, NodeRecords.CHILD_COUNT, 2));
    broken("a child knows the one before it", pool -> set(pool, 3, NodeRecords.NEXT, 3));
    broken(
        "a live node is reached from a root",
        pool -> {
          set(pool, 2, NodeRecords.NEXT, -1);
          set(pool, 0, NodeRecords.LAST_CHILD, 2);
          set(pool, 0, NodeRecords.CHILD_COUNT, 2);
        });
    broken(
        "the slot of its text is live",
        pool -> NodeRecords.LONG.set(pool.raw().records(), NODE + NodeRecords.PAYLOAD, 77L));
    broken(
        "the slot of its slice is that long",
        pool -> {
          set(pool, 1, NodeRecords.HEAD, NodeRecords.head(Tape.STRING, NodeRecords.SLICE_TEXT, 0));
          set(pool, 1, NodeRecords.SLICE_FROM, 1);
        });
    broken("references are counted", pool -> pool.names.release(get(pool, 1, NodeRecords.NAME)));
    broken("its name is one of the pool's", pool -> set(pool, 1, NodeRecords.NAME, 1 << 20));
    broken("the slot of its name is live", pool -> set(pool, 1, NodeRecords.NAME, -64 - 400));
  }

  @Test
  void theIndexOfMembersIsProven() {
    int inWide = 10;
    broken("what the index finds in a container is in it", pool -> put(pool, true, 7, 1));
    broken("the index has it by the hash of its name", pool -> put(pool, true, 7, inWide));
    broken(
        "the index has all its named children",
        pool -> put(pool, true, hashOf(pool, inWide), inWide));
    broken("has its members and nothing else", pool -> put(pool, false, 7, 1));
  }

  /** Puts an entry into the index that the pool made last of a tree's, or a document's, root. */
  private static void put(MemoryPool pool, boolean owned, int hash, int node) {
    long[] container = new long[1];
    pool.index.forEach(
        (key, theirs, member) -> container[0] = key < 0 == owned ? key : container[0]);
    pool.index.seek(container[0]);
    pool.index.put(hash, node);
  }

  private static int hashOf(MemoryPool pool, int node) {
    int name = get(pool, node, NodeRecords.NAME);
    return SeededHash.of(pool.names.bytes(), pool.names.offset(name), pool.names.length(name));
  }

  @Test
  void namesAndDocumentNodesAreProven() {
    broken("its hash is that of its text", pool -> pool.names.bytes()[pool.names.offset(1)]++);
    broken(
        "is charged",
        pool -> {
          pool.raw().takeTape(pool.root(), 1, 1);
          pool.accounts.giveBack(pool.root().account(), pool.accounts.units - 1, 32);
        });
  }
}
