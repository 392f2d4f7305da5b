package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What the levels of checking add to each other. */
class CheckLevelTest {
  private static MemoryPool open(PoolOptions.Builder options) {
    return MemoryPool.open(PoolSpec.SMALL, options.build());
  }

  @Test
  void poisonOverwritesWhatWasFreedAndOnlyThat() {
    try (MemoryPool pool = open(PoolOptions.builder().poisonOnFree(true))) {
      PooledString secret = new PooledString(pool.root()).set("secret");
      PooledString kept = new PooledString(pool.root()).set("kept");
      int at = pool.raw().offset(secret.handle());
      secret.destroy();
      byte[] slot = Arrays.copyOfRange(pool.raw().bytes(), at, at + 16);
      byte[] poison = new byte[16];
      Arrays.fill(poison, Watch.POISON);
      assertThat(slot).isEqualTo(poison);
      assertThat(kept.toString()).isEqualTo("kept");
      kept.destroy();
    }
    try (MemoryPool pool = open(PoolOptions.builder())) {
      PooledString text = new PooledString(pool.root()).set("stays");
      int at = pool.raw().offset(text.handle());
      text.destroy();
      assertThat(pool.raw().bytes()[at]).isEqualTo((byte) 's');
    }
  }

  @Test
  void debugFindsWritesToFreedSlots() {
    try (MemoryPool pool = open(PoolOptions.builder().checks(CheckLevel.DEBUG))) {
      long handle = pool.root().allocate(16);
      int at = pool.raw().offset(handle);
      pool.free(handle);
      pool.raw().bytes()[at + 5] = 1;
      assertThatThrownBy(() -> pool.root().allocate(16))
          .isInstanceOf(MemoryException.class)
          .hasMessageContaining("slot 0 of tier 16 B was written after it was freed: byte 5 is 01");
    }
  }

  @Test
  void paranoidFindsDamageAtTheNextOperation() {
    MemoryPool pool = open(PoolOptions.builder().checks(CheckLevel.PARANOID));
    long handle = pool.root().allocate(16);
    pool.listed[1]++;
    assertThatThrownBy(() -> pool.free(handle)).isInstanceOf(MemoryException.class);
    MemoryPool standard = open(PoolOptions.builder());
    long other = standard.root().allocate(16);
    standard.listed[1]++;
    standard.free(other);
  }

  @Test
  void paranoidProvesTreesWhereAnEditEndsAndSlotsWhereSomethingIsFreed() {
    for (CheckLevel level : CheckLevel.values()) {
      boolean proves = level == CheckLevel.PARANOID;
      MemoryPool links = open(PoolOptions.builder().checks(level));
      OwnedTree tree = new OwnedTree(links.root());
      long root = tree.createRoot(Tape.ARRAY);
      long child = tree.add(root, Tape.STRING);
      NodeRecords.INT.set(
          links.raw().records(), links.raw().node(root) * 48 + NodeRecords.CHILD_COUNT, 2);
      refused(proves, () -> tree.setText(child, new byte[3], 0, 3));

      MemoryPool nodes = open(PoolOptions.builder().checks(level));
      int node = nodes.raw().takeNode(nodes.root());
      nodes.listed[1]++;
      refused(proves, () -> nodes.raw().freeNode(node));

      MemoryPool blocks = open(PoolOptions.builder().checks(level));
      int block = blocks.raw().takeTape(blocks.root(), 32, 32);
      blocks.listed[1]++;
      refused(proves, () -> blocks.raw().freeTape(blocks.root(), block, 32));
    }
  }

  private static void refused(boolean refused, Runnable operation) {
    if (refused) {
      assertThatThrownBy(operation::run).isInstanceOf(MemoryException.class);
    } else {
      operation.run();
    }
  }

  @Test
  void textsKnowWhetherTheyAreUtf8() {
    try (MemoryPool pool = open(PoolOptions.builder())) {
      PooledString text = new PooledString(pool.root());
      byte[][] bad = {
        {(byte) 0x80},
        {(byte) 0xC0, (byte) 0x80},
        {(byte) 0xC1, (byte) 0xBF},
        {(byte) 0xE0, (byte) 0x9F, (byte) 0xBF},
        {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
        {(byte) 0xF0, (byte) 0x8F, (byte) 0xBF, (byte) 0xBF},
        {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        {(byte) 0xF5},
        {(byte) 0xC3},
        {'a', 'b', 'c', 'd', 'e', 'f', 'g', (byte) 0xE2, (byte) 0x82}
      };
      for (byte[] bytes : bad) {
        text.set(bytes, 0, bytes.length);
        assertThat(text.isValid()).isFalse();
      }
      text.set("\u0080\u07ff\u0800\ud7ff\ue000\uffff\ud800\udc00\udbff\udfff12345678");
      assertThat(text.isValid()).isTrue();
      text.close();
    }
  }
}
