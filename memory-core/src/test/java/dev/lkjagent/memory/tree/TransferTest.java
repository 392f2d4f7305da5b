package dev.lkjagent.memory.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.AllocationFaults;
import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.CheckLevel;
import dev.lkjagent.memory.ExhaustionPolicy;
import dev.lkjagent.memory.LeakReport;
import dev.lkjagent.memory.MemoryException;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.NodeRecords;
import dev.lkjagent.memory.PoolExtension;
import dev.lkjagent.memory.PoolOptions;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.PooledRope;
import dev.lkjagent.memory.PooledString;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Resident;
import dev.lkjagent.memory.RopeRules;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.StaleHandleException;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.Transfer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Texts, ropes, trees and documents go from one scope to another: whole, or not at all. */
class TransferTest {
  private static final PoolSpec SPEC =
      PoolSpec.builder()
          .tier(16, 64)
          .tier(64, 64)
          .tier(1024, 8)
          .nodes(64)
          .documentNodes(256)
          .names(32)
          .indexEntries(64)
          .ropes(new RopeRules(64, 12_000))
          .build();

  private static final byte[] LONG = "long ".repeat(9).getBytes(StandardCharsets.UTF_8);
  private static final byte[] HUGE = "huge ".repeat(300).getBytes(StandardCharsets.UTF_8);
  private static final String JSON =
      "{\"a\":\"%s\",\"b\":[1,\"%<s\",{}],\"a name too long to be shared with other nodes\":2}"
          .formatted("long ".repeat(9));

  /** A tree whose long texts lie in one slot, with a name of its own. */
  private static OwnedTree loaded(Scope scope) {
    OwnedTree tree = new OwnedTree(scope);
    NameIds ids = new NameIds();
    try (Document source = new Document(scope)) {
      Tapes.load(source, JSON, ids);
      RawMemory raw = source.raw();
      long slot = scope.allocate(source.textLength());
      System.arraycopy(
          raw.bytes(), source.textAt(), raw.bytes(), raw.offset(slot), source.textLength());
      scope.pool().setLength(slot, source.textLength());
      TreeLoader loader = new TreeLoader();
      assertThat(loader.load(slot, raw.tape(), source.tapeAt(), source.nodeCount(), ids, tree))
          .isEqualTo(Status.OK);
    }
    return tree;
  }

  /** Something that a scope pays for. */
  private record Thing(
      Function<Scope, Status> transfer,
      Supplier<Scope> scope,
      Supplier<String> seen,
      Supplier<Status> more,
      Runnable close) {
    Status to(Scope target) {
      return transfer.apply(target);
    }

    static Thing of(ObjectTree tree, Supplier<Status> more) {
      return new Thing(
          tree::tryTransfer,
          tree::scope,
          () -> tree.root() == ObjectTree.NO_NODE ? "" : tree.root() + " " + NodeView.of(tree),
          more,
          tree::close);
    }
  }

  private enum Kind {
    TEXT {
      @Override
      Thing in(Scope scope) {
        PooledString text = new PooledString(scope).set("a text of a slot of 64 bytes");
        return new Thing(
            text::tryTransfer,
            text::scope,
            () -> text.handle() + " " + text,
            () -> text.tryAppend("y".repeat(70)),
            text::close);
      }
    },
    ROPE {
      @Override
      Thing in(Scope scope) {
        PooledRope rope = new PooledRope(scope);
        assertThat(rope.tryAppend(HUGE, 0, 300)).isEqualTo(Status.OK);
        return new Thing(
            rope::tryTransfer,
            rope::scope,
            () -> rope.handle() + " " + rope,
            () -> rope.tryAppend(HUGE, 0, 100),
            rope::close);
      }
    },
    TREE {
      @Override
      Thing in(Scope scope) {
        OwnedTree tree = new OwnedTree(scope);
        long root = tree.createRoot(Tape.OBJECT);
        for (int i = 0; i < 20; i++) {
          byte[] name = ("name " + i).getBytes(StandardCharsets.UTF_8);
          tree.setText(tree.add(root, Tape.STRING, name, 0, name.length), LONG, 0, i);
        }
        assertThat(tree.find(root, "name 3")).as("indexed").isPositive();
        long huge = tree.add(tree.add(root, Tape.ARRAY), Tape.STRING);
        assertThat(tree.setText(huge, HUGE, 0, HUGE.length)).isEqualTo(Status.OK);
        assertThat(tree.setText(tree.add(root, Tape.STRING, LONG, 0, LONG.length), LONG, 0, 30))
            .isEqualTo(Status.OK);
        return Thing.of(tree, () -> tree.appendText(huge, HUGE, 0, 100));
      }
    },
    LOADED_TREE {
      @Override
      Thing in(Scope scope) {
        OwnedTree tree = loaded(scope);
        return Thing.of(tree, () -> Status.of(tree.add(tree.root(), Tape.NULL, LONG, 0, 9)));
      }
    },
    DOCUMENT {
      @Override
      Thing in(Scope scope) {
        Document document = Tapes.document(scope, JSON);
        return Thing.of(document, () -> document.grow(600, 40));
      }
    };

    abstract Thing in(Scope scope);
  }

  @RegisterExtension final PoolExtension pools = new PoolExtension();
  private final AllocationFaults faults = new AllocationFaults();
  private final MemoryPool pool =
      pools.open(
          SPEC,
          PoolOptions.builder()
              .faults(faults)
              .checks(CheckLevel.PARANOID)
              .exhaustion(ExhaustionPolicy.FAIL)
              .build());
  private final Scope from = pool.root().open("from", Budget.UNLIMITED);
  private final Scope to = pool.root().open("to", Budget.UNLIMITED);

  private static String leaks(Scope scope) {
    return scope.leaks().leaks().toString();
  }

  private static void copyLimits(LeakReport.Leak use, int count, Budget.Builder budget) {
    if (use.slotBytes() > 0) {
      budget.slots(use.slotBytes(), count);
    } else if (use.what().equals("nodes")) {
      budget.nodes(count);
    } else {
      budget.documentNodes(count);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theNewScopeIsChargedAndTheOldOneCredited(Kind kind) {
    Thing thing = kind.in(from);
    String seen = thing.seen.get();
    String held = leaks(from);
    assertThat(thing.to(to)).isEqualTo(Status.OK);
    assertThat(thing.scope.get()).isSameAs(to);
    assertThat(thing.seen.get()).as("handles stay valid").isEqualTo(seen);
    assertThat(from.leaks().clean()).isTrue();
    assertThat(leaks(to)).isEqualTo(held.replace("pool/from", "pool/to"));
    assertThat(from.usedBytes() + from.usedNodes() + from.usedDocumentNodes()).isZero();
    assertThat(thing.more.get()).isEqualTo(Status.OK);
    assertThat(from.leaks().clean()).as("the new scope pays for what comes later").isTrue();
    pool.verify();
    thing.close.run();
    assertThat(pool.leaks().clean()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void itOutlivesTheOldScopeAndGoesWithTheNewOne(Kind kind) {
    Thing thing = kind.in(from);
    String seen = thing.seen.get();
    assertThat(thing.to(to)).isEqualTo(Status.OK);
    assertThat(from.closeAndReport().clean()).isTrue();
    assertThat(thing.seen.get()).isEqualTo(seen);
    pool.verify();
    assertThat(to.closeAndReport().clean()).isFalse();
    assertThat(pool.leaks().clean()).isTrue();
    assertThat(pool.raw().names().used()).isZero();
    if (kind == Kind.TEXT || kind == Kind.ROPE) {
      assertThatThrownBy(thing.seen::get).isInstanceOf(StaleHandleException.class);
    } else {
      assertThat(thing.seen.get()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachKindOfLimitRefusesItAndNothingChanges(Kind kind) {
    Thing thing = kind.in(from);
    String seen = thing.seen.get();
    String held = leaks(from);
    List<LeakReport.Leak> uses = from.leaks().leaks();
    Budget.Builder exact = Budget.builder().bytes(from.usedBytes());
    uses.forEach(use -> copyLimits(use, use.count(), exact));
    for (int i = -1; i < uses.size(); i++) {
      Budget.Builder tight = Budget.builder();
      if (i < 0) {
        tight.bytes(from.usedBytes() - 1);
      } else {
        copyLimits(uses.get(i), uses.get(i).count() - 1, tight);
      }
      try (Scope poor = to.open("poor", tight.build())) {
        assertThat(thing.to(poor)).as("limit %s", i).isEqualTo(Status.BUDGET_EXCEEDED);
        assertThat(thing.scope.get()).isSameAs(from);
        assertThat(poor.leaks().clean()).isTrue();
      }
      assertThat(thing.seen.get()).isEqualTo(seen);
      assertThat(leaks(from)).isEqualTo(held);
      pool.verify();
    }
    try (Scope enough = to.open("enough", exact.build())) {
      assertThat(thing.to(enough)).isEqualTo(Status.OK);
      assertThat(thing.to(from)).isEqualTo(Status.OK);
    }
    assertThat(leaks(from)).isEqualTo(held);
    thing.close.run();
  }

  @ParameterizedTest
  @EnumSource
  void cutOffAnywhereItChangesNothing(Kind kind) {
    Thing thing = kind.in(from);
    String seen = thing.seen.get();
    String held = leaks(from);
    int cut = 0;
    while (true) {
      faults.refuse(cut + 1);
      Status status = thing.to(to);
      boolean struck = faults.happened();
      faults.refuse(0);
      assertThat(thing.seen.get()).isEqualTo(seen);
      pool.verify();
      if (!struck) {
        assertThat(status).isEqualTo(Status.OK);
        break;
      }
      cut++;
      assertThat(status).isIn(Status.TIER_EXHAUSTED, Status.NODES_EXHAUSTED);
      assertThat(thing.scope.get()).isSameAs(from);
      assertThat(leaks(from)).isEqualTo(held);
      assertThat(to.leaks().clean()).isTrue();
    }
    int blocks = kind == Kind.DOCUMENT ? 1 : 0;
    LeakReport moved = to.leaks();
    assertThat(cut)
        .isEqualTo(
            blocks
                + moved.leaks().stream()
                    .filter(leak -> !leak.what().equals("document nodes"))
                    .mapToInt(LeakReport.Leak::count)
                    .sum());
    thing.close.run();
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyOneMovesToo(Kind kind) {
    Thing thing = kind.in(from);
    assertThat(thing.to(to)).isEqualTo(Status.OK);
    thing.close.run();
    assertThat(thing.to(from)).isEqualTo(Status.OK);
    assertThat(thing.scope.get()).isSameAs(from);
    from.close();
    assertThat(thing.to(to)).as("it holds nothing of the scope that closed").isEqualTo(Status.OK);
  }

  @ParameterizedTest
  @EnumSource
  void whoCannotPayIsNamedAndNothingChanges(Kind kind) {
    Thing thing = kind.in(from);
    String seen = thing.seen.get();
    String held = leaks(from);
    to.close();
    assertThatThrownBy(() -> thing.to(to))
        .isInstanceOf(MemoryException.class)
        .hasMessageContaining("scope \"to\" is closed");
    MemoryPool other = pools.open(SPEC);
    assertThatThrownBy(() -> thing.to(other.root()))
        .isInstanceOf(MemoryException.class)
        .hasMessageContaining("belongs to pool " + other.id() + ", not to pool " + pool.id());
    Scope dry = pool.root().open("dry", Budget.builder().bytes(0).build());
    dry.onExhaustion(
        ExhaustionPolicy.reclaim(
            shortage -> {
              assertThatThrownBy(() -> thing.to(dry))
                  .isInstanceOf(MemoryException.class)
                  .hasMessageContaining("a reclaimer can't make another scope pay");
              return false;
            }));
    assertThat(dry.tryAllocate(1)).isNegative();
    assertThat(thing.seen.get()).isEqualTo(seen);
    assertThat(leaks(from)).isEqualTo(held);
    thing.close.run();
  }

  @Test
  void whatMovesBelowACommonLimitNeedsNoRoomUnderIt() {
    for (Kind kind : Kind.values()) {
      Scope trial = pool.root().open("trial", Budget.UNLIMITED);
      kind.in(trial);
      Budget.Builder exact = Budget.builder().bytes(trial.usedBytes());
      trial.leaks().leaks().forEach(use -> copyLimits(use, use.count(), exact));
      Scope host = pool.root().open("host", Budget.UNLIMITED);
      trial.close();
      Thing thing = kind.in(host);
      Scope full = pool.root().open("full", exact.build());
      Scope one = full.open("one", Budget.UNLIMITED);
      Scope two = full.open("two", Budget.UNLIMITED);
      assertThat(thing.to(one)).as("%s", kind).isEqualTo(Status.OK);
      assertThat(thing.to(two)).as("%s", kind).isEqualTo(Status.OK);
      assertThat(thing.to(full)).as("%s", kind).isEqualTo(Status.OK);
      full.close();
      host.close();
    }
  }

  /** Slots that are named in an order of the test's choice. */
  private static final class Bundle extends Resident {
    private final long[] slots;

    Bundle(Scope scope, int... sizes) {
      super(scope);
      slots = Arrays.stream(sizes).mapToLong(scope::allocate).toArray();
    }

    @Override
    protected void holdings(Transfer transfer) {
      Arrays.stream(slots).forEach(transfer::slot);
    }

    @Override
    protected void evicted() {}
  }

  @Test
  void noStateInBetweenIsHeldAgainstIt() {
    Scope host = pool.root().open("host", Budget.builder().bytes(192).build());
    Scope old = host.open("old", Budget.builder().reserveSlots(16, 4).build());
    Bundle bundle = new Bundle(old, 16, 16, 16, 16, 64);
    Scope young = host.open("young", Budget.builder().reserveSlots(64, 1).build());
    // With the small ones moved and the large one not, both reservations would lie idle.
    assertThat(bundle.tryTransfer(young)).isEqualTo(Status.OK);
    assertThat(bundle.tryTransfer(old)).isEqualTo(Status.OK);
    pool.verify();
    host.close();
  }

  @Test
  void aRopeOfSeveralPayersIsCreditedToEach() {
    PooledRope rope = new PooledRope(from);
    assertThat(rope.tryAppend(HUGE, 0, 100)).isEqualTo(Status.OK);
    Scope third = pool.root().open("third", Budget.UNLIMITED);
    PooledRope guest = new PooledRope(third);
    guest.attach(rope.handle());
    assertThat(guest.tryAppend(HUGE, 0, 100)).isEqualTo(Status.OK);
    String held = leaks(from) + leaks(third);
    try (Scope poor = to.open("poor", Budget.builder().slots(64, 3).build())) {
      assertThat(rope.tryTransfer(poor)).isEqualTo(Status.BUDGET_EXCEEDED);
    }
    assertThat(leaks(from) + leaks(third)).isEqualTo(held);
    assertThat(rope.tryTransfer(to)).isEqualTo(Status.OK);
    assertThat(from.closeAndReport().clean() && third.closeAndReport().clean()).isTrue();
    assertThat(rope.size()).isEqualTo(200);
    pool.verify();
    rope.close();
  }

  @Test
  void aRopeThatLostASlotIsRefusedAsItIs() {
    PooledRope rope = new PooledRope(from);
    assertThat(rope.tryAppend(HUGE, 0, 300)).isEqualTo(Status.OK);
    long second = (long) NodeRecords.LONG.get(pool.raw().bytes(), pool.raw().offset(rope.handle()));
    pool.free(second);
    assertThatThrownBy(() -> rope.tryTransfer(to)).isInstanceOf(StaleHandleException.class);
    pool.verify();
    assertThat(to.leaks().clean()).isTrue();
    PooledString text = new PooledString(from).set("text");
    pool.free(text.handle());
    assertThatThrownBy(() -> text.tryTransfer(to)).isInstanceOf(StaleHandleException.class);
    rope.detach();
    from.close();
  }

  @Test
  void aTextOfATreeThatIsReadWhileTheTreeMovesIsPaidByTheNewScope() {
    OwnedTree tree = new OwnedTree(from);
    long root = tree.createRoot(Tape.STRING);
    tree.setText(root, HUGE, 0, HUGE.length);
    tree.forEachTextSlice(root, (bytes, at, length) -> tree.tryTransfer(to) == Status.OK);
    assertThat(tree.appendText(root, HUGE, 0, HUGE.length)).isEqualTo(Status.OK);
    assertThat(from.leaks().clean()).isTrue();
    assertThat(tree.textLength(root)).isEqualTo(2 * HUGE.length);
    pool.verify();
    tree.close();
  }

  @Test
  void aTreeThatWasEvictedAndFilledAnewHoldsNothingOfBefore() {
    OwnedTree tree = loaded(from);
    from.clear();
    tree.setText(tree.createRoot(Tape.STRING), LONG, 0, LONG.length);
    assertThat(tree.tryTransfer(to)).isEqualTo(Status.OK);
    assertThat(to.leaks().leaks()).hasSize(2);
    pool.verify();
    tree.close();
  }
}
