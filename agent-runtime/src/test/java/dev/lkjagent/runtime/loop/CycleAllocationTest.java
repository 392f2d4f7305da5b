package dev.lkjagent.runtime.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.runtime.OneReply;
import dev.lkjagent.runtime.journal.Encoder;
import dev.lkjagent.runtime.memory.CostOfAbsence;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.Tags;
import dev.lkjagent.runtime.memory.WorkingMemory;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.CommitListener;
import dev.lkjagent.runtime.store.Store;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Zero bytes on the worker's thread, part by part and for whole cycles. */
final class CycleAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int WARM = 20_000;
  private static final int COUNTED = 1_000;

  /** The machine itself may allocate once in a while; what a cycle allocates is in every window. */
  private static final int WINDOWS = 5;

  /** Answers what that many steps allocate, in the window with the least. */
  private static long allocated(Runnable step) {
    for (int i = 0; i < WARM; i++) {
      step.run();
    }
    long least = Long.MAX_VALUE;
    for (int window = 0; window < WINDOWS; window++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < COUNTED; i++) {
        step.run();
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static final byte[] REPLY =
      utf8(
          "<think>so</think><agent><next_state>executing</next_state><thinking_log>on</thinking_log>"
              + "<action><type>memory_add</type><tags>Note, B a</tags><value>x &lt; y</value></action>"
              + "<action><type>storage_save</type><tags>b_a, note</tags></action>"
              + "<action><type>memory_remove</type><tags>note, b a?</tags></action></agent>");

  @Test
  void readingAReplyAllocatesNothing() {
    try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL)) {
      LenientReplyReader reader = new LenientReplyReader();
      Document block = new Document(pool.root());
      Reply reply = new Reply();
      long bytes =
          allocated(
              () -> {
                reader.begin();
                reply.clear();
                if (reader.watch(REPLY, REPLY.length) < 0) {
                  throw new AssertionError("the end of the block was not seen");
                }
                reader.read(REPLY, REPLY.length, block, reply);
              });
      assertThat(bytes).isZero();
      assertThat(reply.actionCount()).isEqualTo(3);
    }
  }

  @Test
  void memoryTagsPagingAndDeltaAllocateNothing() {
    try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
        Scope scope = pool.root().open("test", Budget.UNLIMITED);
        WorkingMemory memory = new WorkingMemory(scope)) {
      Tags tags = new Tags();
      byte[] raw = utf8("Zebra, apple Pie!");
      byte[] canonical = new byte[64];
      byte[] value = utf8("some <value> & more");
      for (int i = 0; i < 10; i++) {
        byte[] name = utf8("entry_" + i);
        memory.put(EntryKind.NOTE, name, 0, name.length, value, 0, value.length, i);
      }
      memory.commit();
      CostOfAbsence policy = new CostOfAbsence();
      Encoder delta = new Encoder();
      int[] chosen = new int[1];
      long bytes =
          allocated(
              () -> {
                int length = tags.normalize(raw, 0, raw.length, canonical, 0);
                memory.put(EntryKind.NOTE, canonical, 0, length, value, 0, value.length, 11);
                memory.touch(0, 12);
                memory.remove(memory.find(canonical, 0, length));
                chosen[0] += policy.choose(memory, 12);
                delta.clear();
                memory.encodeDelta(delta);
                memory.undo();
              });
      assertThat(bytes).isZero();
      assertThat(memory.count()).isEqualTo(10);
    }
  }

  /**
   * Counts what the worker allocates from an answer of the store to a prompt, and from there to a
   * commit.
   */
  private static final class Meter extends OneReply {
    private final int first;
    private long calls;
    private long mark;
    private final long[] rendering = new long[WINDOWS];
    private final long[] acting = new long[WINDOWS];

    Meter(int first) {
      super("");
      this.first = first;
    }

    private int window() {
      return (int) Math.min(WINDOWS - 1, (calls - first) / COUNTED);
    }

    private long sinceMark() {
      return THREADS.getCurrentThreadAllocatedBytes() - mark;
    }

    private void mark() {
      mark = THREADS.getCurrentThreadAllocatedBytes();
    }

    @Override
    public ModelCall start(ModelRequest request, ReplySink sink) {
      if (calls >= first) {
        rendering[window()] += sinceMark();
      }
      calls++;
      mark();
      return answer(REPLY, sink);
    }

    void commit(Change change, CommitListener listener) {
      if (calls > first) {
        acting[window()] += sinceMark();
      }
      listener.committed(change, change.expectedVersion() + 1);
      mark();
    }
  }

  @Test
  void wholeCyclesAllocateNothingOnTheWorker() {
    Meter meter = new Meter(WARM);
    Store store =
        new AcknowledgingStore() {
          @Override
          public void commit(Change change, CommitListener listener) {
            meter.commit(change, listener);
          }
        };
    try (AgentHost host =
        AgentHost.builder().store(store).model(meter).pool(PoolSpec.SMALL).build()) {
      Agent agent =
          host.agent("zero")
              .limits(
                  Limits.DEFAULT
                      .withCycles(WARM + WINDOWS * COUNTED)
                      .withRepetition(Integer.MAX_VALUE, Integer.MAX_VALUE))
              .checkpointEvery(0)
              .start();
      RunResult result = agent.resume();
      assertThat(result.cycle()).isEqualTo(WARM + WINDOWS * COUNTED);
      assertThat(agent.status().faults()).as("the limit of cycles").isEqualTo(1);
    }
    assertThat(LongStream.of(meter.rendering).min()).hasValue(0);
    assertThat(LongStream.of(meter.acting).min()).hasValue(0);
  }
}
