package dev.lkjagent.memory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of mistakes in specs and budgets, and in the use of texts and ropes. */
class MessagesTest {
  private static final PoolSpec SPEC =
      PoolSpec.parse("16x4, 256x4, 1Kx2; nodes=8; documentNodes=64; scopes=3; ropes=64x1000");

  private final Said said = new Said();

  @Test
  void mistakesInASpecNameTheValueAndItsRange() {
    for (String text :
        new String[] {
          "",
          "16",
          "16xz",
          "16x-1",
          "16x99999999999999999999",
          "16x4, 16x8",
          "15x4",
          "2Gx1",
          "16x0",
          "16x16M",
          "1Mx2048",
          "16x9M, 32x9M",
          "16x4; nods=3",
          "16x4; nodes=1; nodes=2",
          "16x4; nodes=-1",
          "16x4; nodes=9G",
          "16x4; nodes=16M",
          "16x4; documentNodes=256M",
          "16x4; names=32M",
          "16x4; indexEntries=128M",
          "16x4; scopes=0",
          "16x4; ropes=64",
          "16x4; ropes=8x10",
          "16x4; generationBits=32"
        }) {
      said.refused('"' + text + '"', () -> PoolSpec.parse(text));
    }
    said.refused("seventeen tiers", () -> tiers(17));
    said.refused("tiers out of order", () -> new Spec(32, 16).build());
    said.refused("ropes of -1 B", () -> new RopeRules(64, -1));
    said.isGolden("specs.txt");
  }

  private static PoolSpec tiers(int count) {
    PoolSpec.Builder spec = PoolSpec.builder();
    for (int i = 1; i <= count; i++) {
      spec.tier(8 * i, 1);
    }
    return spec.build();
  }

  /** A spec whose tiers are not put in order. */
  private record Spec(int first, int second) {
    PoolSpec build() {
      List<PoolSpec.Tier> tiers =
          List.of(new PoolSpec.Tier(first, 1), new PoolSpec.Tier(second, 1));
      return new PoolSpec(tiers, 0, 0, 0, 0, 1, SPEC.ropes(), 31);
    }
  }

  @Test
  void mistakesInABudgetAndItsEndNameTheLimit() {
    said.refused("-1 B", () -> Budget.builder().bytes(-1))
        .refused("-1 B kept", () -> Budget.builder().reserveBytes(-1))
        .refused("-1 slots", () -> Budget.builder().slots(16, -1))
        .refused("-1 slots kept", () -> Budget.builder().reserveSlots(16, -1))
        .refused("-1 nodes", () -> Budget.builder().nodes(-1))
        .refused("-1 nodes kept", () -> Budget.builder().reserveNodes(-1))
        .refused("-1 document nodes", () -> Budget.builder().documentNodes(-1))
        .refused("-1 document nodes kept", () -> Budget.builder().reserveDocumentNodes(-1));
    PoolOptions options = PoolOptions.builder().exhaustion(ExhaustionPolicy.FAIL).build();
    try (MemoryPool pool = MemoryPool.open(SPEC, options)) {
      Scope agent =
          pool.root().open("agent", Budget.builder().slots(256, 2).bytes(600).nodes(0).build());
      said.refused("a tier that the pool lacks", () -> open(agent, Budget.builder().slots(100, 1)));
      said.refused("more slots kept", () -> open(agent, Budget.builder().reserveSlots(256, 3)));
      said.refused("more bytes kept", () -> open(agent, Budget.builder().reserveBytes(1000)));
      said.refused("more nodes kept", () -> open(agent, Budget.builder().reserveNodes(1)));
      said.refused(
          "more document nodes kept", () -> open(agent, Budget.builder().reserveDocumentNodes(96)));
      agent.allocate(200);
      agent.allocate(200);
      said.refused("a third slot", () -> agent.allocate(200));
      agent.clear();
      said.refused("too many bytes", () -> agent.allocate(700));
      said.answered("a node", PoolContractTest.blank(pool, agent));
      agent.open("cycle", Budget.UNLIMITED);
      said.refused("a fourth scope", () -> open(agent, Budget.builder()));
    }
    said.isGolden("budgets.txt");
  }

  private static Scope open(Scope agent, Budget.Builder budget) {
    return agent.open("cycle", budget.build());
  }

  /** Characters that are others when they are read for the second time. */
  private record Changing(List<Character> read) implements CharSequence {
    @Override
    public int length() {
      return 1;
    }

    @Override
    public char charAt(int index) {
      read.add('a');
      return read.size() == 1 ? 'a' : 'é';
    }

    @Override
    public CharSequence subSequence(int from, int to) {
      return this;
    }

    @Override
    public String toString() {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void mistakesWithATextSayWhatItIsAndWhatToDo() {
    try (MemoryPool pool = MemoryPool.open(SPEC)) {
      PooledString text = new PooledString(pool.root()).set("aé");
      said.refused("created twice", () -> text.create(1))
          .refused("resized below its length", () -> text.resize(2))
          .refused("cut to -1 B", () -> text.truncate(-1))
          .refused("half a surrogate pair", () -> text.set("\ud800"))
          .refused("a character that has changed", () -> text.set(new Changing(new ArrayList<>())))
          .refused("bytes behind the end", () -> text.append(new byte[3], 1, 3))
          .refused("a text larger than all slots", () -> text.set("x".repeat(1025)));
      text.set("aé");
      said.refused("a character from its second byte on", () -> text.codePointAt(2))
          .refused("a character behind the end", () -> text.codePointAt(3))
          .refused("a part from inside of a character", () -> text.tryAppend(text, 2, 3));
      Scope poor = pool.root().open("poor", Budget.builder().bytes(0).build());
      poor.onExhaustion(
          ExhaustionPolicy.reclaim(
              shortage -> {
                said.refused("transferred by a reclaimer", () -> text.tryTransfer(poor));
                return false;
              }));
      said.answered("a slot where there is no byte", poor.tryAllocate(1))
          .answered("transferred to where there is no byte", text.tryTransfer(poor));
      text.destroy();
    }
    said.isGolden("texts.txt");
  }

  @Test
  void mistakesWithARopeSayWhatItIs() {
    byte[] some = "0123456789".getBytes(StandardCharsets.UTF_8);
    PoolOptions options = PoolOptions.builder().exhaustion(ExhaustionPolicy.FAIL).build();
    try (MemoryPool pool = MemoryPool.open(SPEC, options)) {
      Scope agent = pool.root().open("agent", Budget.builder().bytes(512).build());
      PooledRope rope = new PooledRope(agent);
      rope.tryAppend(some, 0, 10);
      said.answered("longer than a rope may be", rope.tryAppend(new byte[991], 0, 991))
          .answered("more than the budget", rope.tryAppend(new byte[600], 0, 600))
          .answered("half a surrogate pair", rope.tryAppend("\udc00"))
          .refused("a character that has changed", () -> append(rope))
          .refused("room for -1 B", () -> rope.tryRoomFor(-1))
          .refused("more written than there is room for", () -> rope.commit(300))
          .refused("read behind the end", () -> rope.copyTo(8, some, 0, 4))
          .refused("bytes behind the end of an array", () -> rope.tryAppend(some, 8, 3))
          .refused("cut to -1 B", () -> rope.truncate(-1));
      PooledRope all = new PooledRope(pool.root());
      said.answered("more than the tier has", all.tryAppend(new byte[999], 0, 999));
      long handle = rope.handle();
      agent.clear();
      said.refused("read after its scope was cleared", () -> rope.copyTo(0, some, 0, 1))
          .refused("held after its scope was cleared", () -> all.attach(handle));
      agent.close();
      said.refused("appended to after its scope was closed", () -> appendFresh(agent));
    }
    said.isGolden("ropes.txt");
  }

  private static Status append(PooledRope rope) {
    return rope.tryAppend(new Changing(new ArrayList<>()));
  }

  private static Status appendFresh(Scope scope) {
    return new PooledRope(scope).tryAppend("x");
  }
}
