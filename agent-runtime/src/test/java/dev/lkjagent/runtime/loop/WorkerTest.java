package dev.lkjagent.runtime.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.lkjagent.memory.PoolReport;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.model.RuleSet;
import dev.lkjagent.runtime.model.RulesModel;
import dev.lkjagent.runtime.store.InMemoryStore;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker that has nothing to do. */
final class WorkerTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int WARM = 500;
  private static final int WAITS = 2_000;

  private final AtomicInteger opened = new AtomicInteger();

  @Test
  @Timeout(60)
  void waitingForMailAllocatesNothing() {
    try (AgentHost host =
        AgentHost.builder()
            .store(new InMemoryStore())
            .model(new RulesModel(new Silence()))
            .pool(PoolSpec.SMALL)
            .build()) {
      Worker worker = new Worker(host, 9, PoolSpec.SMALL, LenientReplyReader::new);
      worker.start();
      Thread thread = thread(worker);
      Mail mail = opened::incrementAndGet;
      letItWait(worker, thread, mail, WARM);
      long before = THREADS.getThreadAllocatedBytes(thread.getId());
      letItWait(worker, thread, mail, WAITS);
      long after = THREADS.getThreadAllocatedBytes(thread.getId());
      assertThat(after - before).isLessThan(WAITS);
      assertThat(opened.get()).isEqualTo(WARM + WAITS);
      assertThat(Objects.requireNonNull(worker.close()).clean()).isTrue();
    }
  }

  @Test
  @Timeout(60)
  void aThreadThatWasInterruptedIsAnsweredAndStaysInterrupted() {
    AgentHost host =
        AgentHost.builder()
            .store(new InMemoryStore())
            .model(new RulesModel(new Silence()))
            .pool(PoolSpec.SMALL)
            .build();
    Agent agent = host.agent("ada").start();
    Thread.currentThread().interrupt();
    assertThat(agent.status().cycle()).isZero();
    host.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(host.poolReports()).hasSize(1).allMatch(PoolReport::clean);
  }

  /** The model of a host that is not asked anything. */
  private static final class Silence implements RuleSet {
    @Override
    public String name() {
      return "silence";
    }

    @Override
    public String description() {
      return "says nothing";
    }

    @Override
    public Rules open() {
      return (request, reply) -> {};
    }
  }

  private static Thread thread(Worker worker) {
    return worker.call(Thread::currentThread).join();
  }

  /** Posts only when the worker sleeps. */
  private static void letItWait(Worker worker, Thread thread, Mail mail, int times) {
    for (int i = 0; i < times; i++) {
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      worker.post(mail);
    }
    CompletableFuture<Thread> last = worker.call(Thread::currentThread);
    last.join();
  }
}
