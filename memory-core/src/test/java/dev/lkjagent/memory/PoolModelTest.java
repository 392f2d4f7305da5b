package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random operations on a pool with a tree of budgets, against plain Java objects that compute the
 * same promises from scratch. {@code -Dlkjagent.seeds=N} runs N seeds, {@code -Dlkjagent.seed=S}
 * only the one.
 */
class PoolModelTest {
  private static final int[] SIZES = {16, 64, 256, 4096};
  private static final int[] COUNTS = {200, 60, 30, 9};
  private static final int NODES = 90;
  private static final int[] UNIT_BYTES = {16, 64, 256, 4096, 0};
  private static final int[] TOTALS = {200, 60, 30, 9, NODES};
  private static final int TIERS = SIZES.length;

  static LongStream seeds() {
    return Seeds.of(3);
  }

  private static final class Live extends BudgetModel.Unit {
    long handle;
    int node;
    byte[] content;
  }

  private static final class Open {
    Scope scope;
    BudgetModel.Account account;
    int depth;
  }

  private final List<Live> live = new ArrayList<>();
  private final List<Open> open = new ArrayList<>();
  private Random random;
  private MemoryPool pool;
  private BudgetModel model;
  private boolean spills;
  private boolean reservesSlots;
  private boolean reservesBytes;

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void poolDoesWhatTheModelDoes(long seed) {
    System.out.println("PoolModelTest seed " + seed);
    random = new Random(seed);
    spills = seed % 2 == 0;
    reservesSlots = seed % 4 < 2;
    reservesBytes = !reservesSlots;
    PoolSpec.Builder spec = PoolSpec.builder().nodes(NODES).scopes(24);
    for (int t = 0; t < TIERS; t++) {
      spec.tier(SIZES[t], COUNTS[t]);
    }
    try (MemoryPool opened =
        MemoryPool.open(
            spec.build(),
            PoolOptions.builder()
                .exhaustion(spills ? ExhaustionPolicy.SPILL : ExhaustionPolicy.FAIL)
                .build())) {
      pool = opened;
      model = new BudgetModel(UNIT_BYTES, TOTALS, pool.spec().payloadBytes());
      Open root = new Open();
      root.scope = pool.root();
      root.account = model.root;
      open.add(root);
      int operations = Seeds.operations();
      for (int i = 0; i < operations; i++) {
        step(i);
      }
      pool.verify();
      compareCounts();
      while (open.size() > 1) {
        close(open.get(1));
      }
      clear(open.get(0));
      assertThat(pool.closeAndReport().clean()).isTrue();
    }
  }

  private void step(int i) {
    int what = random.nextInt(1000);
    boolean filling = (i >>> 9) % 5 != 0;
    if (what < (filling ? 470 : 240)) {
      allocate();
    } else if (what < (filling ? 560 : 300)) {
      takeNode();
    } else if (what < 900) {
      free();
    } else if (what < 930) {
      transfer();
    } else if (what < 940) {
      transferTogether();
    } else if (what < 975) {
      openScope();
    } else if (what < 995) {
      if (open.size() > 1) {
        close(open.get(1 + random.nextInt(open.size() - 1)));
      }
    } else if (what < 997) {
      clear(open.get(random.nextInt(open.size())));
    } else if (what == 998 && random.nextInt(4) == 0) {
      pool.verify();
      compareCounts();
    }
  }

  private Open anyOpen() {
    return open.get(random.nextInt(open.size()));
  }

  private void allocate() {
    Open in = anyOpen();
    int bytes = random.nextInt(SIZES[random.nextInt(TIERS)] + 1);
    int fits = 0;
    while (SIZES[fits] < bytes) {
      fits++;
    }
    int unit = fits;
    boolean granted = model.take(in.account, unit);
    while (!granted && spills && ++unit < TIERS) {
      granted = model.take(in.account, unit);
    }
    long handle = in.scope.tryAllocate(bytes);
    same(handle >= 0, granted, in.scope, "takes " + bytes + " B");
    if (!granted) {
      return;
    }
    same(pool.capacity(handle) == SIZES[unit], true, in.scope, "gets the right tier");
    Live taken = new Live();
    taken.handle = handle;
    taken.unit = unit;
    taken.account = in.account;
    taken.content = new byte[bytes];
    random.nextBytes(taken.content);
    System.arraycopy(taken.content, 0, pool.slab, pool.raw().offset(handle), bytes);
    pool.setLength(handle, bytes);
    live.add(taken);
  }

  private void takeNode() {
    Open in = anyOpen();
    boolean granted = model.take(in.account, TIERS);
    int node = pool.raw().takeNode(in.scope);
    same(node >= 0, granted, in.scope, "takes a node");
    if (granted) {
      blank(node);
      Live taken = new Live();
      taken.node = node;
      taken.handle = pool.raw().nodeHandle(node);
      taken.unit = TIERS;
      taken.account = in.account;
      live.add(taken);
    }
  }

  private void blank(int node) {
    for (int field : new int[] {NodeRecords.PARENT, NodeRecords.NEXT, NodeRecords.PREVIOUS}) {
      NodeRecords.INT.set(pool.raw().records(), node * NodeRecords.BYTES + field, -1);
    }
    NodeRecords.INT.set(pool.raw().records(), node * NodeRecords.BYTES + NodeRecords.HEAD, 0);
    NodeRecords.INT.set(pool.raw().records(), node * NodeRecords.BYTES + NodeRecords.NAME, 0);
  }

  private void check(Live thing) {
    if (thing.unit == TIERS) {
      same(pool.raw().node(thing.handle) == thing.node, true, pool.root(), "keeps a node");
      return;
    }
    int at = pool.raw().offset(thing.handle);
    int length = thing.content.length;
    same(pool.length(thing.handle) == length, true, pool.root(), "keeps a length");
    same(
        Arrays.equals(thing.content, 0, length, pool.slab, at, at + length),
        true,
        pool.root(),
        "keeps a text");
  }

  private static void same(boolean pool, boolean model, Scope scope, String claim) {
    if (pool != model) {
      throw new AssertionError(
          scope.path() + " " + claim + ": " + pool + " in the pool, " + model + " in the model");
    }
  }

  private void free() {
    if (live.isEmpty()) {
      return;
    }
    int which = random.nextInt(live.size());
    Live thing = live.get(which);
    check(thing);
    if (thing.unit == TIERS) {
      pool.raw().freeNode(thing.node);
    } else {
      pool.free(thing.handle);
    }
    thing.account.used[thing.unit]--;
    live.set(which, live.get(live.size() - 1));
    live.remove(live.size() - 1);
  }

  private void transfer() {
    if (live.isEmpty()) {
      return;
    }
    Live thing = live.get(random.nextInt(live.size()));
    Open to = anyOpen();
    boolean granted = model.transfer(Set.of(thing), to.account);
    Status status =
        thing.unit == TIERS
            ? pool.raw().tryTransferNode(thing.node, to.scope)
            : pool.tryTransfer(thing.handle, to.scope);
    same(status == Status.OK, granted, to.scope, "adopts");
    check(thing);
  }

  /** Moves several slots and nodes of several payers at once. */
  private void transferTogether() {
    if (live.isEmpty()) {
      return;
    }
    Open to = anyOpen();
    Set<Live> things = new LinkedHashSet<>();
    for (int i = 1 + random.nextInt(12); i > 0; i--) {
      things.add(live.get(random.nextInt(live.size())));
    }
    boolean granted = model.transfer(things, to.account);
    Resident bundle =
        new Resident(pool.root()) {
          @Override
          protected void holdings(Transfer transfer) {
            for (Live thing : things) {
              if (thing.unit == TIERS) {
                transfer.node(thing.node);
              } else {
                transfer.slot(thing.handle);
              }
            }
          }

          @Override
          protected void evicted() {}
        };
    same(bundle.tryTransfer(to.scope) == Status.OK, granted, to.scope, "adopts several");
    things.forEach(this::check);
  }

  private void openScope() {
    Open under = anyOpen();
    if (under.depth > 4 || open.size() >= 24) {
      return;
    }
    int[] limits = new int[TOTALS.length];
    int[] reserved = new int[TOTALS.length];
    Budget.Builder budget = Budget.builder();
    for (int u = 0; u < TOTALS.length; u++) {
      limits[u] = BudgetModel.UNLIMITED;
      if (random.nextInt(4) == 0) {
        limits[u] = random.nextInt(TOTALS[u] + 1);
      }
      if (reservesSlots && random.nextInt(4) == 0) {
        reserved[u] = random.nextInt(TOTALS[u] / 3 + 1);
      }
      if (u < TIERS) {
        budget.slots(SIZES[u], limits[u]).reserveSlots(SIZES[u], reserved[u]);
      } else {
        budget.nodes(limits[u]).reserveNodes(reserved[u]);
      }
    }
    long bytesLimit = Long.MAX_VALUE;
    long bytesReserved = 0;
    if (random.nextInt(2) == 0) {
      bytesLimit = random.nextInt(20_000);
    }
    if (reservesBytes && random.nextInt(3) == 0) {
      bytesReserved = random.nextInt(9_000);
    }
    BudgetModel.Account account =
        new BudgetModel.Account(under.account, limits, reserved, bytesLimit, bytesReserved);
    boolean granted = model.open(account);
    Scope scope = null;
    try {
      scope =
          under.scope.open(
              "s" + open.size(), budget.bytes(bytesLimit).reserveBytes(bytesReserved).build());
    } catch (PoolExhaustedException refused) {
      assertThat(refused.status()).isEqualTo(Status.BUDGET_EXCEEDED);
    }
    same(scope != null, granted, under.scope, "lets a scope open");
    if (granted) {
      Open opened = new Open();
      opened.scope = scope;
      opened.account = account;
      opened.depth = under.depth + 1;
      open.add(opened);
    }
  }

  private void close(Open top) {
    clear(top);
    top.scope.close();
    top.account.parent.children.remove(top.account);
    open.remove(top);
  }

  private void clear(Open top) {
    top.scope.clear();
    open.removeIf(o -> o != top && isBelow(o.account, top.account));
    live.removeIf(
        thing -> {
          boolean gone = thing.account == top.account || isBelow(thing.account, top.account);
          if (gone && thing.unit < TIERS) {
            assertThat(pool.isLive(thing.handle)).isFalse();
          }
          return gone;
        });
    Arrays.fill(top.account.used, 0);
    top.account.children.clear();
  }

  private static boolean isBelow(BudgetModel.Account account, BudgetModel.Account top) {
    for (BudgetModel.Account a = account.parent; a != null; a = a.parent) {
      if (a == top) {
        return true;
      }
    }
    return false;
  }

  private void compareCounts() {
    PoolReport report = pool.report();
    int[] counts = new int[TIERS + 1];
    live.forEach(thing -> counts[thing.unit]++);
    for (int t = 0; t < TIERS; t++) {
      assertThat(report.tiers().get(t).live()).isEqualTo(counts[t]);
    }
    assertThat(report.nodes().live()).isEqualTo(counts[TIERS]);
    for (Open one : open) {
      long bytes = 0;
      for (Live thing : live) {
        if (thing.account == one.account || isBelow(thing.account, one.account)) {
          bytes += UNIT_BYTES[thing.unit];
        }
      }
      assertThat(one.scope.usedBytes()).as(one.scope.path()).isEqualTo(bytes);
    }
  }
}
