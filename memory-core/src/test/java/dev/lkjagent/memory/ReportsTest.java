package dev.lkjagent.memory;

import static dev.lkjagent.memory.Golden.assertGolden;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** What a pool says: reports and errors, held by golden files. */
class ReportsTest {
  private static final PoolSpec SPEC =
      PoolSpec.parse("16x32, 256x4, 1Kx2; nodes=8; documentNodes=64; names=4; scopes=4");

  @Test
  void leakReportNamesScopesKindsAndSites() {
    List<LeakReport> heard = new ArrayList<>();
    MemoryPool pool =
        MemoryPool.open(
            SPEC,
            PoolOptions.builder()
                .sampleAllocations(1)
                .listener(
                    new PoolListener() {
                      @Override
                      public void closed(LeakReport report) {
                        heard.add(report);
                      }
                    })
                .build());
    Scope host = pool.root().open("host", Budget.UNLIMITED);
    Scope librarian = host.open("librarian", Budget.UNLIMITED);
    forgetTexts(librarian);
    new PooledString(pool.root()).set("kept at the root").append("!");
    PoolContractTest.blank(pool, host);
    pool.raw().takeTape(host, 10, 10);
    new PooledString(librarian).set("returned").destroy();
    LeakReport inScope = librarian.leaks();
    assertThat(inScope.leaks()).singleElement().matches(leak -> leak.count() == 3);
    LeakReport report = pool.closeAndReport();
    assertThat(heard).containsExactly(report);
    assertThat(report.clean()).isFalse();
    LeakReport.Leak texts =
        report.leaks().stream().filter(l -> l.scope().endsWith("librarian")).findFirst().get();
    assertThat(texts.scope()).isEqualTo("pool/host/librarian");
    assertThat(texts.slotBytes()).isEqualTo(16);
    assertThat(texts.bytes()).isEqualTo(48);
    assertThat(texts.sites().get(0).frames()).startsWith("ReportsTest.forgetTexts:");
    assertGolden("leaks.txt", report.toString().replaceAll(":\\d+( < [^\\n]*)?\n", ":LINE\n"));
  }

  private static void forgetTexts(Scope scope) {
    for (int i = 0; i < 3; i++) {
      new PooledString(scope).set("forgotten");
    }
  }

  @Test
  void cleanReportSaysSo() {
    MemoryPool pool = MemoryPool.open(SPEC);
    new PooledString(pool.root()).set("returned").destroy();
    assertGolden("clean.txt", pool.closeAndReport().toString());
  }

  @Test
  void samplingOneInManyFindsOneInMany() {
    try (MemoryPool pool =
        MemoryPool.open(SPEC, PoolOptions.builder().sampleAllocations(10).build())) {
      for (int i = 0; i < 30; i++) {
        pool.root().allocate(1);
      }
      assertThat(pool.leaks().leaks().get(0).sites())
          .singleElement()
          .matches(site -> site.count() == 3);
      pool.root().clear();
      assertThat(pool.leaks().clean()).isTrue();
    }
  }

  private static void fill(Scope scope, int bytes) {
    while (scope.tryAllocate(bytes) > 0) {
      assertThat(scope.isOpen()).isTrue();
    }
  }

  @Test
  void errorsNameTheThingTheLimitTheValueAndTheWayOut() {
    Said said = new Said();
    PoolOptions options = PoolOptions.builder().exhaustion(ExhaustionPolicy.FAIL).build();
    try (MemoryPool pool = MemoryPool.open(SPEC, options)) {
      Scope agent =
          pool.root()
              .open("librarian", Budget.builder().slots(256, 2).bytes(4000).nodes(2).build());
      said.refused("a text larger than all slots", () -> agent.allocate(5000));
      fill(agent, 1000);
      said.refused("a slot of a tier that is used up", () -> agent.allocate(1000));
      agent.clear();
      said.refused("a slot of -1 B", () -> agent.allocate(-1));
      long slot = agent.allocate(16);
      said.refused("a length beyond the slot", () -> pool.setLength(slot, 17));
      try (MemoryPool other = MemoryPool.open(SPEC)) {
        said.refused("a slot handed to another pool", () -> pool.tryTransfer(slot, other.root()));
      }
      pool.free(slot);
      PooledString text = new PooledString(agent).set("a");
      long old = text.handle();
      text.append("b".repeat(20));
      said.refused("a slot freed twice", () -> pool.free(old));
      pool.free(text.detach());
      said.refused(
          "a slot of another pool",
          () -> pool.free(Handles.of(Handles.generation(old), 7, 3) & ~(255L << 24)));
      said.refused("no slot freed", () -> pool.free(0));
      said.refused("a code used as a handle", () -> pool.free(-2));
      said.refused("no node", () -> pool.raw().node(0));
      int node = PoolContractTest.blank(pool, agent);
      long stale = pool.raw().nodeHandle(node);
      pool.raw().freeNode(node);
      said.refused("a node that was freed", () -> pool.raw().node(stale));
      said.refused("a node freed twice", () -> pool.raw().freeNode(node));
      said.refused("a block freed twice", () -> pool.raw().freeTape(agent, 0, 32));
      Scope narrow = agent.open("cycle", Budget.UNLIMITED);
      narrow.close();
      said.refused("a scope that is closed", () -> narrow.allocate(1));
      int block = pool.raw().takeTape(agent, 32, 32);
      said.refused("a block trimmed to more", () -> pool.raw().trimTape(agent, block, 32, 33));
      pool.raw().freeTape(agent, block, 32);
      fill(agent, 1000);
      agent.onExhaustion(ExhaustionPolicy.reclaim(shortage -> closed(agent)));
      said.refused("a scope closed while it is served", () -> agent.allocate(1000));
      Scope next = pool.root().open("librarian", Budget.builder().bytes(0).build());
      next.onExhaustion(
          ExhaustionPolicy.reclaim(
              shortage -> closed(next) && pool.root().open("other", Budget.UNLIMITED).isOpen()));
      said.refused("and another one opened then", () -> next.allocate(1));
      said.refused("every -1st allocation sampled", () -> options(-1));
      said.refused("the -1st allocation refused", () -> new AllocationFaults().refuse(-1));
      said.refused("a code that none has", () -> Status.of(-100));
      pool.release();
      said.refused("a pool that nobody owns", () -> pool.free(old));
      pool.claim();
      said.refused("a pool that another thread owns", () -> elsewhere(pool::claim));
      said.refused("a pool used by another thread", () -> elsewhere(() -> pool.free(old)));
      pool.close();
      said.refused("a pool that is closed", () -> pool.free(old));
      said.refused("a closed pool claimed", pool::claim);
    }
    said.isGolden("pool.txt");
  }

  private static boolean closed(Scope scope) {
    scope.close();
    return true;
  }

  private static PoolOptions options(int sampleEvery) {
    return PoolOptions.builder().sampleAllocations(sampleEvery).build();
  }

  private static void elsewhere(Runnable use) throws Throwable {
    FutureTask<Void> task = new FutureTask<>(use, null);
    new Thread(task, "other").start();
    try {
      task.get();
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }

  @Test
  void shortagesSayWhatAReaderOfALogNeeds() {
    StringBuilder said = new StringBuilder();
    try (MemoryPool pool =
        MemoryPool.open(
            SPEC,
            PoolOptions.builder()
                .exhaustion(ExhaustionPolicy.FAIL)
                .listener(
                    new PoolListener() {
                      @Override
                      public void exhausted(Shortage shortage) {
                        said.append(shortage).append('\n');
                      }
                    })
                .build())) {
      Scope agent = pool.root().open("agent", Budget.builder().nodes(3).build());
      fill(agent, 1000);
      while (PoolContractTest.blank(pool, agent) >= 0) {
        assertThat(agent.usedNodes()).isLessThanOrEqualTo(3);
      }
      while (pool.raw().takeTape(agent, 64, 32) >= 0) {
        assertThat(agent.usedDocumentNodes()).isLessThanOrEqualTo(64);
      }
      agent.close();
    }
    assertGolden("shortages.txt", said.toString());
  }

  @Test
  void specSaysWhatItTakes() {
    assertGolden("footprint.txt", SPEC.footprint().toString());
  }

  @Test
  void documentNodesThatDoNotAdjoinAreReportedAndReclaimedAsIfThereWereNone() {
    List<String> heard = new ArrayList<>();
    int[] held = new int[4];
    boolean[] mayFree = new boolean[1];
    MemoryPool[] pool = new MemoryPool[1];
    PoolOptions options =
        PoolOptions.builder()
            .listener(
                new PoolListener() {
                  @Override
                  public void exhausted(Shortage shortage) {
                    heard.add(shortage.what() + " of " + shortage.limitedBy());
                  }
                })
            .exhaustion(
                ExhaustionPolicy.reclaim(
                    shortage -> {
                      heard.add("asked for " + shortage.what());
                      if (mayFree[0]) {
                        pool[0].raw().freeTape(pool[0].root(), held[1], 32);
                      }
                      return true;
                    }))
            .build();
    pool[0] =
        MemoryPool.open(
            PoolSpec.builder().tier(16, 4).nodes(4).documentNodes(128).build(), options);
    RawMemory raw = pool[0].raw();
    for (int i = 0; i < 4; i++) {
      held[i] = raw.takeTape(pool[0].root(), 32, 32);
    }
    raw.freeTape(pool[0].root(), held[0], 32);
    raw.freeTape(pool[0].root(), held[2], 32);
    heard.clear();
    assertThat(raw.takeTape(pool[0].root(), 64, 64)).isEqualTo(Status.NODES_EXHAUSTED.code());
    assertThat(heard).containsExactly("document nodes of null", "asked for document nodes");
    mayFree[0] = true;
    int block = raw.takeTape(pool[0].root(), 64, 64);
    assertThat(block).isNotNegative();
    pool[0].verify();
    raw.freeTape(pool[0].root(), block, 64);
    raw.freeTape(pool[0].root(), held[3], 32);
    pool[0].verify();
    assertThat(pool[0].closeAndReport().clean()).isTrue();
  }
}
