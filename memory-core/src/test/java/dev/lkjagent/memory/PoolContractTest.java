package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What every pool keeps to, whatever its spec and its check level. */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.lkjagent.memory.Settings#all")
class PoolContractTest {
  @RegisterExtension final PoolExtension pools = new PoolExtension();
  private final Settings settings;

  PoolContractTest(Settings settings) {
    this.settings = settings;
  }

  private MemoryPool open() {
    return pools.open(settings.spec(), settings.options());
  }

  private static long all(Scope scope, int bytes, List<Long> into) {
    long handle = scope.tryAllocate(bytes);
    while (handle > 0) {
      into.add(handle);
      handle = scope.tryAllocate(bytes);
    }
    return handle;
  }

  @Test
  void aValueOfExactlyATiersSizeFitsThatTier() {
    MemoryPool pool = open();
    for (PoolSpec.Tier tier : settings.spec().tiers()) {
      long handle = pool.root().allocate(tier.slotBytes());
      assertThat(pool.capacity(handle)).isEqualTo(tier.slotBytes());
      pool.free(handle);
    }
    assertThat(pool.root().tryAllocate(settings.largest() + 1)).isEqualTo(Status.TOO_LARGE.code());
    assertThat(pool.root().tryAllocate(Integer.MAX_VALUE)).isEqualTo(Status.TOO_LARGE.code());
    long empty = pool.root().allocate(0);
    assertThat(pool.capacity(empty)).isEqualTo(settings.smallest());
    pool.free(empty);
  }

  @Test
  void aNegativeSizeIsRefused() {
    MemoryPool pool = open();
    assertThatThrownBy(() -> pool.root().tryAllocate(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1 B");
  }

  @Test
  void freeListsAreLastInFirstOut() {
    MemoryPool pool = open();
    long first = pool.root().allocate(1);
    long second = pool.root().allocate(1);
    pool.free(first);
    pool.free(second);
    long reused = pool.root().allocate(1);
    assertThat(Handles.slot(reused)).isEqualTo(Handles.slot(second));
    long older = pool.root().allocate(1);
    assertThat(Handles.slot(older)).isEqualTo(Handles.slot(first));
    pool.free(reused);
    pool.free(older);
  }

  @Test
  void slotsNeitherOverlapNorReachBeyondTheSlab() {
    MemoryPool pool = open();
    List<Long> handles = new ArrayList<>();
    for (PoolSpec.Tier tier : settings.spec().tiers()) {
      all(pool.root(), tier.slotBytes(), handles);
    }
    assertThat(handles).hasSize(settings.spec().slotCount());
    boolean[] taken = new boolean[pool.slab.length - RawMemory.PADDING];
    for (long handle : handles) {
      int from = pool.raw().offset(handle);
      for (int at = from; at < from + pool.capacity(handle); at++) {
        assertThat(taken[at]).isFalse();
        taken[at] = true;
      }
    }
    handles.forEach(pool::free);
  }

  @Test
  void freedHandleIsRejectedAfterItsSlotIsReused() {
    MemoryPool pool = open();
    long stale = pool.root().allocate(10);
    pool.free(stale);
    assertStale(pool, stale);
    long fresh = pool.root().allocate(10);
    assertThat(Handles.slot(fresh)).isEqualTo(Handles.slot(stale));
    assertStale(pool, stale);
    pool.free(fresh);
  }

  private static void assertStale(MemoryPool pool, long handle) {
    List<Runnable> uses =
        List.of(
            () -> pool.free(handle),
            () -> pool.length(handle),
            () -> pool.setLength(handle, 0),
            () -> pool.capacity(handle),
            () -> pool.raw().offset(handle),
            () -> pool.tryTransfer(handle, pool.root()),
            () -> new PooledString(pool.root()).attach(stale(handle)),
            () -> new PooledRope(pool.root()).attach(stale(handle)));
    for (Runnable use : uses) {
      assertThatThrownBy(use::run)
          .isInstanceOf(StaleHandleException.class)
          .extracting(e -> ((StaleHandleException) e).handle())
          .isEqualTo(handle);
    }
  }

  private static long stale(long handle) {
    return handle == Handles.NIL ? Status.NOT_FOUND.code() : handle;
  }

  @Test
  void handlesThatWereNeverMadeAreRejected() {
    MemoryPool pool = open();
    long real = pool.root().allocate(1);
    int slots = 1 << Handles.SLOT_BITS;
    for (int slot = 1; slot < slots; slot += 4093) {
      long forged = Handles.of(Handles.generation(real), pool.id(), slot);
      assertThatThrownBy(() -> pool.free(forged)).isInstanceOf(StaleHandleException.class);
    }
    assertThatThrownBy(() -> pool.free(real | Long.MIN_VALUE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pool.free(Handles.NIL))
        .isInstanceOf(StaleHandleException.class)
        .hasMessageContaining("NIL");
    assertThatThrownBy(() -> pool.free(Status.BUDGET_EXCEEDED.code()))
        .isInstanceOf(StaleHandleException.class)
        .hasMessageContaining("the budget is used up");
    pool.free(real);
  }

  @Test
  void nodesAreGuardedAsSlotsAre() {
    MemoryPool pool = open();
    RawMemory raw = pool.raw();
    int node = raw.takeNode(pool.root());
    long stale = raw.nodeHandle(node);
    raw.freeNode(node);
    assertThatThrownBy(() -> raw.freeNode(node)).isInstanceOf(StaleHandleException.class);
    assertThatThrownBy(() -> raw.node(stale)).isInstanceOf(StaleHandleException.class);
    assertThatThrownBy(() -> raw.freeNode(-1)).isInstanceOf(StaleHandleException.class);
    assertThatThrownBy(() -> raw.freeNode(settings.spec().nodes()))
        .isInstanceOf(StaleHandleException.class);
    int again = raw.takeNode(pool.root());
    assertThat(again).isEqualTo(node);
    assertThatThrownBy(() -> raw.node(stale)).isInstanceOf(StaleHandleException.class);
    raw.freeNode(again);
  }

  @Test
  void aBlockOfDocumentNodesIsReturnedOnceAndWhole() {
    MemoryPool pool = open();
    RawMemory raw = pool.raw();
    int from = raw.takeTape(pool.root(), 40, 1);
    int length = raw.tapeBlockLength();
    int kept = raw.trimTape(pool.root(), from, length, 33);
    assertThat(kept).isEqualTo(64);
    Scope other = pool.root().open("other", Budget.UNLIMITED);
    List<Runnable> misuses =
        List.of(
            () -> raw.freeTape(pool.root(), from, kept + 32),
            () -> raw.freeTape(pool.root(), from + 32, kept - 32),
            () -> raw.freeTape(pool.root(), from + 1, kept),
            () -> raw.freeTape(pool.root(), -32, kept),
            () -> raw.freeTape(pool.root(), Integer.MAX_VALUE, kept),
            () -> raw.freeTape(other, from, kept));
    for (Runnable misuse : misuses) {
      assertThatThrownBy(misuse::run).isInstanceOf(MemoryException.class);
    }
    assertThatThrownBy(() -> raw.trimTape(pool.root(), from, kept, kept + 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    raw.freeTape(pool.root(), from, kept);
    assertThatThrownBy(() -> raw.freeTape(pool.root(), from, kept))
        .isInstanceOf(MemoryException.class);
    other.close();
  }

  @Test
  void handleOfAnotherPoolIsRejected() {
    MemoryPool one = open();
    MemoryPool two = open();
    long handle = one.root().allocate(1);
    long twin = two.root().allocate(1);
    assertThatThrownBy(() -> two.free(handle))
        .isInstanceOf(StaleHandleException.class)
        .hasMessageContaining("it belongs to another pool");
    assertThatThrownBy(() -> one.tryTransfer(handle, two.root()))
        .isInstanceOf(MemoryException.class)
        .hasMessageContaining("belongs to pool " + two.id());
    one.free(handle);
    two.free(twin);
  }

  @Test
  void handleOfAClosedPoolNeverMatchesAPoolWithTheSameId() {
    MemoryPool closed = MemoryPool.open(settings.spec(), settings.options());
    for (int i = 0; i < 5; i++) {
      closed.free(closed.root().allocate(1));
    }
    long old = closed.root().allocate(1);
    long node = closed.raw().nodeHandle(closed.raw().takeNode(closed.root()));
    closed.close();
    List<MemoryPool> open = new ArrayList<>();
    try {
      MemoryPool later;
      do {
        later = MemoryPool.open(tiny());
        open.add(later);
      } while (later.id() != closed.id());
      for (int n = 0; n < 8; n++) {
        assertNothingMatches(later, old, node);
      }
    } finally {
      open.forEach(MemoryPool::close);
    }
  }

  private static void assertNothingMatches(MemoryPool later, long old, long oldNode) {
    long fresh = later.root().allocate(1);
    int freshNode = later.raw().takeNode(later.root());
    assertThat(Handles.generation(fresh)).isGreaterThan(Handles.generation(old));
    assertThat(Handles.generation(later.raw().nodeHandle(freshNode)))
        .isGreaterThan(Handles.generation(oldNode));
    assertThatThrownBy(() -> later.free(old)).isInstanceOf(StaleHandleException.class);
    assertThatThrownBy(() -> later.raw().node(oldNode)).isInstanceOf(StaleHandleException.class);
    later.free(fresh);
    later.raw().freeNode(freshNode);
  }

  private static PoolSpec tiny() {
    return PoolSpec.builder().tier(16, 8).nodes(4).build();
  }

  @Test
  void noMorePoolsOpenThanAHandleCanName() {
    List<MemoryPool> open = new ArrayList<>();
    try {
      assertThatThrownBy(
              () -> {
                while (true) {
                  open.add(MemoryPool.open(tiny()));
                }
              })
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("a handle has room for 255");
      assertThat(open).extracting(MemoryPool::id).doesNotHaveDuplicates();
    } finally {
      open.forEach(MemoryPool::close);
    }
  }

  @Test
  void anotherThreadIsRejectedUntilThePoolIsHandedOver() throws Exception {
    MemoryPool pool = open();
    long handle = pool.root().allocate(1);
    inThread(
        () -> {
          assertThatThrownBy(() -> pool.free(handle))
              .isInstanceOf(MemoryException.class)
              .hasMessageContaining("hand it over with release() and claim()");
          assertThatThrownBy(() -> pool.root().tryAllocate(1)).isInstanceOf(MemoryException.class);
          assertThatThrownBy(() -> pool.raw().takeNode(pool.root()))
              .isInstanceOf(MemoryException.class);
          assertThatThrownBy(() -> pool.raw().takeTape(pool.root(), 1, 1))
              .isInstanceOf(MemoryException.class);
          assertThatThrownBy(pool::close).isInstanceOf(MemoryException.class);
          assertThatThrownBy(pool::claim)
              .isInstanceOf(MemoryException.class)
              .hasMessageContaining("has not released it");
        });
    pool.release();
    assertThatThrownBy(() -> pool.free(handle))
        .isInstanceOf(MemoryException.class)
        .hasMessageContaining("was released");
    inThread(
        () -> {
          pool.claim();
          pool.claim();
          pool.free(handle);
          pool.release();
        });
    pool.claim();
  }

  private static void inThread(Runnable task) throws Exception {
    FutureTask<Void> future = new FutureTask<>(task, null);
    Thread thread = new Thread(future, "other");
    thread.start();
    future.get();
    thread.join();
  }

  @Test
  void aClosedPoolIsRejectedForGood() {
    MemoryPool pool = open();
    long handle = pool.root().allocate(1);
    pool.free(handle);
    PooledString text = new PooledString(pool.root()).set("kept");
    Document document = new Document(pool.root());
    assertThat(document.reserve(4, 1)).isEqualTo(Status.OK);
    pool.raw().tape()[document.tapeAt()] = Tape.node(Tape.STRING, 4, 0);
    document.publish(4, 1, null);
    long read = document.root();
    OwnedTree tree = new OwnedTree(pool.root().open("below", Budget.UNLIMITED));
    long edited = tree.createRoot(Tape.OBJECT);
    assertThat(pool.closeAndReport().clean()).isFalse();
    pool.close();
    assertThat(tree.scope().isOpen()).isFalse();
    assertThatThrownBy(() -> document.kind(read)).isInstanceOf(StaleHandleException.class);
    assertThatThrownBy(() -> document.textString(read)).isInstanceOf(StaleHandleException.class);
    for (Runnable use :
        List.<Runnable>of(
            () -> pool.free(handle),
            () -> pool.root().tryAllocate(1),
            () -> pool.verify(),
            () -> pool.claim(),
            () -> tree.kind(edited),
            () -> tree.root(),
            () -> document.root(),
            () -> document.reserve(4, 1),
            () -> text.size(),
            () -> pool.root().open("late", Budget.UNLIMITED))) {
      assertThatThrownBy(use::run)
          .isInstanceOf(MemoryException.class)
          .hasMessageContaining("is closed");
    }
    text.close();
    document.close();
    tree.close();
    assertThat(pool.published().tiers()).isNotEmpty();
  }

  @Test
  void lengthsBeyondTheSlotAreRefusedEvenIfTheSlabGoesOn() {
    MemoryPool pool = open();
    long handle = pool.root().allocate(1);
    int capacity = pool.capacity(handle);
    pool.setLength(handle, capacity);
    for (int bad : new int[] {capacity + 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> pool.setLength(handle, bad))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThat(pool.length(handle)).isEqualTo(capacity);
    pool.free(handle);
  }

  @Test
  void failPolicyKeepsToTheTier() {
    MemoryPool pool =
        pools.open(settings.spec(), settings.with().exhaustion(ExhaustionPolicy.FAIL).build());
    List<Long> handles = new ArrayList<>();
    assertThat(all(pool.root(), 1, handles)).isEqualTo(Status.TIER_EXHAUSTED.code());
    assertThat(handles).hasSize(settings.spec().tiers().get(0).count());
    assertThat(pool.report(0).exhaustions()).isEqualTo(1);
    handles.forEach(pool::free);
  }

  @Test
  void spillPolicyGoesUpTierByTier() {
    MemoryPool pool = open();
    List<Long> handles = new ArrayList<>();
    assertThat(all(pool.root(), 1, handles)).isEqualTo(Status.TIER_EXHAUSTED.code());
    assertThat(handles).hasSize(settings.spec().slotCount());
    assertThat(handles).extracting(pool::capacity).isSorted();
    handles.forEach(pool::free);
  }

  @Test
  void reclaimPolicyIsAskedOncePerRequestAndItsRoomIsUsed() {
    MemoryPool pool = open();
    List<Long> pages = new ArrayList<>();
    List<String> asked = new ArrayList<>();
    Scope agent = pool.root().open("agent", Budget.UNLIMITED);
    agent.onExhaustion(
        ExhaustionPolicy.reclaim(
            shortage -> {
              asked.add(shortage.what() + ", " + shortage.status() + ", " + shortage.asked());
              pool.free(pages.remove(0));
              return true;
            }));
    int count = settings.spec().tiers().get(0).count();
    for (int i = 0; i < count + 3; i++) {
      pages.add(agent.allocate(7));
    }
    assertThat(asked)
        .hasSize(3)
        .containsOnly("slots of " + settings.smallest() + " B, TIER_EXHAUSTED, 7");
    assertThat(pages).hasSize(count);
    agent.close();
  }

  @Test
  void reclaimerThatFreesNothingIsBelievedOnce() {
    MemoryPool pool = open();
    int[] asked = {0};
    List<Long> handles = new ArrayList<>();
    Scope agent = pool.root().open("agent", Budget.UNLIMITED);
    agent.onExhaustion(
        ExhaustionPolicy.reclaim(
            shortage -> {
              asked[0]++;
              // Not asked again from within.
              assertThat(agent.tryAllocate(1)).isNegative();
              return true;
            }));
    assertThat(all(agent, 1, handles)).isEqualTo(Status.TIER_EXHAUSTED.code());
    assertThat(asked[0]).isEqualTo(1);
    agent.onExhaustion(ExhaustionPolicy.reclaim(shortage -> false).orSpill());
    long spilled = agent.tryAllocate(1);
    assertThat(pool.capacity(spilled)).isGreaterThan(settings.smallest());
    agent.close();
  }

  @Test
  void reclaimerServesNodesAndDocumentNodesToo() {
    MemoryPool pool = open();
    RawMemory raw = pool.raw();
    Scope agent = pool.root().open("agent", Budget.UNLIMITED);
    List<Integer> nodes = new ArrayList<>();
    int[] block = {0, 0};
    agent.onExhaustion(
        ExhaustionPolicy.reclaim(
            shortage -> {
              if (shortage.what().equals("nodes")) {
                raw.freeNode(nodes.remove(0));
              } else {
                raw.freeTape(agent, block[0], block[1]);
              }
              return true;
            }));
    for (int i = 0; i < settings.spec().nodes() + 2; i++) {
      nodes.add(blank(pool, agent));
    }
    assertThat(nodes).hasSize(settings.spec().nodes());
    Scope narrow = agent.open("narrow", Budget.builder().documentNodes(64).build());
    narrow.onExhaustion(
        ExhaustionPolicy.reclaim(
            shortage -> {
              raw.freeTape(narrow, block[0], block[1]);
              return true;
            }));
    block[0] = raw.takeTape(narrow, 64, 64);
    block[1] = raw.tapeBlockLength();
    assertThat(raw.takeTape(narrow, 64, 64)).isNotNegative();
    agent.close();
  }

  static int blank(MemoryPool pool, Scope scope) {
    int node = pool.raw().takeNode(scope);
    if (node >= 0) {
      byte[] records = pool.raw().records();
      int at = node * NodeRecords.BYTES;
      NodeRecords.INT.set(records, at + NodeRecords.HEAD, 0);
      NodeRecords.INT.set(records, at + NodeRecords.NAME, 0);
      NodeRecords.INT.set(records, at + NodeRecords.PARENT, -1);
      NodeRecords.INT.set(records, at + NodeRecords.NEXT, -1);
      NodeRecords.INT.set(records, at + NodeRecords.PREVIOUS, -1);
    }
    return node;
  }

  @Test
  void scopeClosedByItsReclaimerIsAnErrorAndLosesNothing() {
    MemoryPool pool = open();
    Scope agent = pool.root().open("agent", Budget.UNLIMITED);
    agent.onExhaustion(
        ExhaustionPolicy.reclaim(
            shortage -> {
              agent.close();
              return true;
            }));
    assertThatThrownBy(() -> all(agent, 1, new ArrayList<>()))
        .isInstanceOf(MemoryException.class)
        .hasMessageContaining("closed by its reclaimer");
  }

  @Test
  void listenerHearsEachTransitionOnce() {
    List<String> heard = new ArrayList<>();
    MemoryPool pool =
        pools.open(
            settings.spec(),
            settings
                .with()
                .exhaustion(ExhaustionPolicy.FAIL)
                .listener(
                    new PoolListener() {
                      @Override
                      public void exhausted(Shortage shortage) {
                        heard.add("-" + shortage.what() + " of " + shortage.limitedBy());
                      }

                      @Override
                      public void recovered(Shortage shortage) {
                        heard.add("+" + shortage.what() + " of " + shortage.limitedBy());
                      }
                    })
                .build());
    String what = "slots of " + settings.smallest() + " B of ";
    List<Long> handles = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      heard.clear();
      all(pool.root(), 1, handles);
      for (int i = 0; i < 5; i++) {
        assertThat(pool.root().tryAllocate(1)).isNegative();
      }
      assertThat(heard).containsExactly("-" + what + "null");
      handles.forEach(pool::free);
      handles.clear();
      assertThat(heard).containsExactly("-" + what + "null", "+" + what + "null");
    }
    heard.clear();
    Scope agent =
        pool.root().open("agent", Budget.builder().bytes(8L * settings.smallest()).build());
    all(agent, 1, handles);
    agent.tryAllocate(1);
    pool.free(handles.remove(0));
    agent.clear();
    assertThat(handles).hasSize(7);
    assertThat(heard).containsExactly("-bytes of Scope[agent]", "+bytes of Scope[agent]");
    agent.close();
  }

  @Test
  void slotsAndNodesRetireWhenTheirGenerationsAreUsedUp() {
    MemoryPool pool =
        pools.open(settings.spec().toBuilder().generationBits(3).build(), settings.options());
    List<Long> seen = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      long handle = pool.root().allocate(1);
      assertThat(Handles.slot(handle)).isZero();
      seen.add(handle);
      pool.free(handle);
    }
    assertThat(seen).doesNotHaveDuplicates();
    assertThat(pool.report(0).retired()).isEqualTo(1);
    long next = pool.root().allocate(1);
    assertThat(Handles.slot(next)).isNotZero();
    seen.forEach(old -> assertThatThrownBy(() -> pool.free(old)));
    pool.free(next);
    for (int i = 0; i < 7; i++) {
      int node = blank(pool, pool.root());
      assertThat(node).isZero();
      pool.raw().freeNode(node);
    }
    assertThat(pool.report().nodes().retired()).isEqualTo(1);
    pool.verify();
    TierReport tier = pool.report(0);
    assertThat(tier.live() + tier.listed() + tier.neverUsed() + tier.retired())
        .isEqualTo(tier.count());
    assertThat(pool.leaks().toString()).contains("2 retired, out of generations");
  }

  @Test
  void aTierCanRetireAltogetherAndTheBudgetsStillAddUp() {
    MemoryPool pool =
        pools.open(
            settings.spec().toBuilder().generationBits(1).build(),
            settings.with().exhaustion(ExhaustionPolicy.FAIL).build());
    Scope agent =
        pool.root().open("agent", Budget.builder().reserveSlots(settings.smallest(), 3).build());
    int count = settings.spec().tiers().get(0).count();
    for (int i = 0; i < count; i++) {
      pool.free(agent.allocate(1));
    }
    assertThat(agent.tryAllocate(1)).isEqualTo(Status.TIER_EXHAUSTED.code());
    assertThat(pool.report(0).retired()).isEqualTo(count);
    pool.verify();
    agent.close();
  }

  @Test
  void transferIsChargedOrRefused() {
    MemoryPool pool = open();
    int size = settings.smallest();
    Scope rich = pool.root().open("rich", Budget.UNLIMITED);
    Scope poor = pool.root().open("poor", Budget.builder().slots(size, 1).build());
    long first = rich.allocate(1);
    long second = rich.allocate(1);
    assertThat(pool.tryTransfer(first, poor)).isEqualTo(Status.OK);
    assertThat(pool.tryTransfer(second, poor)).isEqualTo(Status.BUDGET_EXCEEDED);
    assertThat(poor.usedBytes()).isEqualTo(size);
    assertThat(rich.usedBytes()).isEqualTo(size);
    rich.close();
    assertThat(pool.length(first)).isZero();
    assertThatThrownBy(() -> pool.length(second)).isInstanceOf(StaleHandleException.class);
    int node = blank(pool, poor);
    assertThat(pool.raw().tryTransferNode(node, pool.root())).isEqualTo(Status.OK);
    int block = pool.raw().takeTape(poor, 32, 32);
    assertThat(pool.raw().tryTransferTape(poor, block, 32, pool.root())).isEqualTo(Status.OK);
    poor.close();
    assertThat(pool.root().usedNodes()).isEqualTo(1);
    pool.raw().freeNode(node);
    pool.raw().freeTape(pool.root(), block, 32);
  }

  @Test
  void transferInAFullHouseNeedsNoSpareSlot() {
    MemoryPool pool =
        pools.open(settings.spec(), settings.with().exhaustion(ExhaustionPolicy.FAIL).build());
    Scope host = pool.root().open("host", Budget.UNLIMITED);
    Scope a = host.open("a", Budget.UNLIMITED);
    Scope b = host.open("b", Budget.UNLIMITED);
    List<Long> handles = new ArrayList<>();
    all(a, 1, handles);
    for (long handle : handles) {
      assertThat(pool.tryTransfer(handle, b)).isEqualTo(Status.OK);
    }
    a.close();
    assertThat(pool.report(0).live()).isEqualTo(handles.size());
    host.close();
  }

  @Test
  void greedyScopeNeverTakesWhatAnotherHasReserved() {
    MemoryPool pool =
        pools.open(settings.spec(), settings.with().exhaustion(ExhaustionPolicy.FAIL).build());
    int size = settings.smallest();
    Scope modest =
        pool.root().open("modest", Budget.builder().reserveSlots(size, 5).reserveNodes(3).build());
    Scope greedy = pool.root().open("greedy", Budget.UNLIMITED);
    List<Long> taken = new ArrayList<>();
    all(greedy, 1, taken);
    assertThat(taken).hasSize(settings.spec().tiers().get(0).count() - 5);
    while (blank(pool, greedy) >= 0) {
      assertThat(greedy.usedNodes()).isLessThanOrEqualTo(settings.spec().nodes() - 3);
    }
    for (int i = 0; i < 5; i++) {
      assertThat(modest.tryAllocate(1)).isPositive();
    }
    for (int i = 0; i < 3; i++) {
      assertThat(blank(pool, modest)).isNotNegative();
    }
    assertThat(modest.tryAllocate(1)).isEqualTo(Status.TIER_EXHAUSTED.code());
    greedy.close();
    modest.close();
  }

  @Test
  void leavingAScopeReturnsEverythingAlsoAfterAFailure() {
    MemoryPool pool = open();
    assertThatThrownBy(
            () -> {
              try (Scope agent = pool.root().open("agent", Budget.UNLIMITED);
                  Scope cycle = agent.open("cycle", Budget.UNLIMITED)) {
                new PooledString(agent).set("a");
                new PooledString(cycle).set("b");
                blank(pool, cycle);
                pool.raw().takeTape(cycle, 5, 5);
                throw new IllegalStateException("in the middle");
              }
            })
        .hasMessage("in the middle");
    assertThat(pool.report().clean()).isTrue();
    assertThat(pool.report().scopesOpen()).isEqualTo(1);
  }

  @Test
  void closedScopeIsRejectedAndItsAccountIsReused() {
    MemoryPool pool = open();
    Scope closed = pool.root().open("closed", Budget.UNLIMITED);
    closed.close();
    closed.close();
    assertThatThrownBy(() -> closed.tryAllocate(1))
        .hasMessageContaining("scope \"closed\" is closed");
    assertThatThrownBy(closed::usedBytes).isInstanceOf(MemoryException.class);
    for (int i = 0; i < 3 * settings.spec().scopes(); i++) {
      pool.root().open("s" + i, Budget.UNLIMITED).close();
    }
  }

  @Test
  void scopesAreLimitedAndTheirOrderOfClosingIsFree() {
    MemoryPool pool = open();
    List<Scope> scopes = new ArrayList<>();
    for (int i = 1; i < settings.spec().scopes(); i++) {
      scopes.add(pool.root().open("s" + i, Budget.UNLIMITED));
    }
    assertThatThrownBy(() -> pool.root().open("one more", Budget.UNLIMITED))
        .isInstanceOf(PoolExhaustedException.class)
        .hasMessageContaining("raise PoolSpec.scopes");
    for (int i = 0; i < scopes.size(); i += 2) {
      scopes.get(i).close();
    }
    pool.verify();
    for (int i = 1; i < scopes.size(); i += 2) {
      scopes.get(i).close();
    }
    assertThat(pool.report().scopesOpen()).isEqualTo(1);
  }
}
