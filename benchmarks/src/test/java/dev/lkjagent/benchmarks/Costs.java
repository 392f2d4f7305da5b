package dev.lkjagent.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.json.JsonReader;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolReport;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.PooledString;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.TierReport;
import dev.lkjagent.memory.image.Image;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.OwnedTree;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.infra.Blackhole;

/** Counts what operations cost. */
final class Costs {
  private static final int MIB = 1 << 20;
  private static final int ALLOCATION_RUNS = 12;
  private static final int FREE_RUNS_WANTED = 2;

  /** In a batch: to start one on a worker allocates a little, which they share. */
  private static final long CYCLES = 1_000;

  private final Map<String, Double> counted = new LinkedHashMap<>();

  private Costs() {}

  static Map<String, Double> count() throws Exception {
    Costs costs = new Costs();
    costs.trees();
    costs.appends();
    costs.image();
    costs.cycle();
    StoreCosts.count(costs.counted);
    return costs.counted;
  }

  private static int slots(PoolReport report) {
    return report.tiers().stream().mapToInt(TierReport::live).sum();
  }

  private void trees() {
    byte[] chat = Inputs.document("chat.json");
    JsonReader reader = new JsonReader();
    try (MemoryPool pool = MemoryPool.open(PoolSpec.DEFAULT)) {
      Document document = new Document(pool.root());
      reader.parseOrThrow(chat, document);
      counted.put("slots of chat.json as a document", (double) slots(pool.report()));
      counted.put("nodes of chat.json as a document", (double) document.nodeCount());
      document.close();
      OwnedTree tree = new OwnedTree(pool.root());
      reader.parseOrThrow(chat, tree);
      counted.put("nodes of chat.json as an owned tree", (double) pool.report().nodes().live());
      counted.put("slots of chat.json as an owned tree", (double) slots(pool.report()));
      tree.close();
    }
  }

  private void appends() {
    byte[] one = {'x'};
    try (MemoryPool pool = MemoryPool.open(PoolSpec.DEFAULT);
        PooledString string = new PooledString(pool.root())) {
      for (int i = 0; i < MIB; i++) {
        if (string.tryAppend(one, 0, 1) != Status.OK) {
          throw new IllegalStateException("no room for byte " + i);
        }
      }
      counted.put(
          "moves per million appends",
          (double) pool.report().tiers().stream().mapToLong(TierReport::promotions).sum());
    }
  }

  private void image() {
    ObjectNode object = new ObjectMapper().createObjectNode();
    for (int i = 0; i < 1_000; i++) {
      object.put("entry_" + i, "x".repeat(400));
    }
    byte[] text = object.toString().getBytes(StandardCharsets.UTF_8);
    try (MemoryPool pool = MemoryPool.open(Specs.LARGE);
        OwnedTree tree = new OwnedTree(pool.root())) {
      new JsonReader().parseOrThrow(text, tree);
      Image image = new Image();
      image.freeze(tree);
      counted.put("bytes of an image per byte of text", (double) image.length() / text.length);
    }
  }

  private void cycle() throws Exception {
    CycleBenchmark benchmark = new CycleBenchmark();
    benchmark.open();
    benchmark.cycle(CYCLES);
    int before = benchmark.slots();
    benchmark.cycle(CYCLES);
    counted.put("slots that 1,000 cycles leave behind", (double) benchmark.slots() - before);
    counted.put("bytes of a cycle's change", (double) benchmark.changeBytes());
    benchmark.close();
  }

  /**
   * Bytes that contestants allocate per operation: the least of some runs, after some that made
   * what is made once. An operation that allocates does so in every run; what the virtual machine
   * books on a thread while it compiles does not recur.
   */
  static Map<String, Double> allocated(Collection<String> ids) throws Exception {
    Map<String, Double> allocated = new LinkedHashMap<>();
    Blackhole hole =
        new Blackhole(
            "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.");
    Turns turns = new Turns();
    for (String name : Group.NAMES) {
      try (Group group = Group.open(name)) {
        for (Contestant contestant : group.contestants()) {
          if (ids.contains(contestant.id())) {
            allocated.put(contestant.id(), least(contestant, turns, hole));
          }
        }
      }
    }
    return allocated;
  }

  private static double least(Contestant contestant, Turns turns, Blackhole hole) throws Exception {
    Contest.Entry entry = new Contest.Entry(contestant);
    double least = Double.POSITIVE_INFINITY;
    int free = 0;
    for (int run = 0; run < ALLOCATION_RUNS && free < FREE_RUNS_WANTED; run++) {
      try {
        if (entry.threads.length == 0) {
          entry.run(turns, hole);
        } else {
          entry.exactly(CYCLES, turns, hole);
        }
      } catch (Exception e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(contestant.id() + " failed", e);
      }
      least = Math.min(least, entry.bytes);
      free += entry.bytes < Figures.ALLOCATION_FREE_BYTES ? 1 : 0;
    }
    return least;
  }
}
