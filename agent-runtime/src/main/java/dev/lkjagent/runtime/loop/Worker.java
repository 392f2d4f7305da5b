package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolOptions;
import dev.lkjagent.memory.PoolReport;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.runtime.journal.Encoder;
import dev.lkjagent.runtime.journal.TraceHash;
import dev.lkjagent.runtime.memory.Tags;
import dev.lkjagent.runtime.prompt.PromptRenderer;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.PriorityQueue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread with one pool, and the agents that live there. It takes mail, then lets the next agent
 * that is ready do one cycle, and so on; it waits only when there is neither.
 *
 * <p>The mailbox is bounded: whoever posts to a full one waits, except the worker itself, whose own
 * posts go to a list that only it touches.
 */
final class Worker {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final int MAILBOX = 1 << 14;
  private static final int KEPT_TURNS = 64;

  final AgentHost host;
  final int number;
  final PromptRenderer renderer = new PromptRenderer();
  final Tags tags = new Tags();
  final TraceHash trace = new TraceHash();
  final Encoder scratch = new Encoder(256);

  /** The cycle that has the worker, for the log of its pool. */
  @Nullable Cycle walking;

  private final ArrayBlockingQueue<Mail> mailbox = new ArrayBlockingQueue<>(MAILBOX);
  private final ArrayDeque<Mail> ready = new ArrayDeque<>();
  private final ArrayDeque<Turn> turns = new ArrayDeque<>();
  private final Supplier<ReplyReader> readers;
  private final Thread thread;
  private final CountDownLatch opened = new CountDownLatch(1);

  /** The agents whose memory lies in the pool, those first that rest for longest. */
  private final LinkedHashMap<Agent, Agent> active = new LinkedHashMap<>(16, 0.75f, true);

  private final PriorityQueue<Sleeper> sleepers =
      new PriorityQueue<>((a, b) -> Long.compare(a.time, b.time));
  private volatile boolean timed;
  private volatile boolean waiting;
  private @Nullable MemoryPool pool;
  private long poolBytes;
  private @Nullable Document block;
  private @Nullable Throwable failure;
  private @Nullable PoolReport lastReport;
  private boolean closing;

  /** An agent that goes on by itself at a time. */
  private record Sleeper(long time, Agent agent) {}

  Worker(AgentHost host, int number, PoolSpec spec, Supplier<ReplyReader> readers) {
    this.host = host;
    this.number = number;
    this.readers = readers;
    thread = new Thread(() -> run(spec), "lkjagent-worker-" + number);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
    try {
      opened.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a worker's pool was opened", e);
    }
    if (failure != null) {
      throw new IllegalStateException(
          "the worker's pool could not be opened: " + failure.getMessage(), failure);
    }
  }

  /** The bytes of all slots of the pool. */
  long poolBytes() {
    return poolBytes;
  }

  MemoryPool pool() {
    if (pool == null) {
      throw new IllegalStateException("the worker is closed");
    }
    return pool;
  }

  /** Takes the block of a reply while it is read; paid for by the worker, and empty in between. */
  Document block() {
    if (block == null) {
      block = new Document(pool().root());
    }
    return block;
  }

  ReplyReader newReader() {
    return readers.get();
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Posts mail from any thread, also from one that was interrupted: whoever asks has an answer. */
  void post(Mail mail) {
    if (isCurrent()) {
      ready.addLast(mail);
      return;
    }
    Uninterruptibly.run(() -> mailbox.put(mail));
    if (waiting) {
      LockSupport.unpark(thread);
    }
  }

  /** Does something on the worker and answers what came of it. */
  <T> CompletableFuture<T> call(Supplier<T> task) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Mail mail =
        () -> {
          try {
            answer.complete(task.get());
          } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
          }
        };
    if (isCurrent()) {
      mail.open();
    } else {
      post(mail);
    }
    return answer;
  }

  /** Does something on the worker that answers later. */
  <T> CompletableFuture<T> ask(Supplier<CompletableFuture<T>> task) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    post(
        () -> {
          try {
            CompletableFuture<T> inner = task.get();
            var unused =
                inner.whenComplete(
                    (value, failure) -> {
                      if (failure == null) {
                        answer.complete(value);
                      } else {
                        answer.completeExceptionally(failure);
                      }
                    });
          } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  /** An agent is used, or comes to rest: it is the last one to be parked. */
  void rests(Agent agent) {
    active.put(agent, agent);
    agent.usedAt(host.clock().millis());
    timed |= host.idleMillis() > 0;
    if (active.size() > host.maxActive()) {
      parkOne(agent);
    }
  }

  void forget(Agent agent) {
    active.remove(agent);
  }

  /** Parks the agent that rests for longest; false if there is none beside the one given. */
  boolean parkOne(Agent but) {
    for (Iterator<Agent> all = active.keySet().iterator(); all.hasNext(); ) {
      Agent agent = all.next();
      if (agent != but && agent.parkNow()) {
        all.remove();
        return true;
      }
    }
    return false;
  }

  void sleeps(Agent agent, long time) {
    sleepers.add(new Sleeper(time, agent));
    timed = true;
  }

  /** Whether the worker has to be told of the time. */
  boolean isTimed() {
    return timed;
  }

  /** Wakes those whose time has come, and parks those that were not used for long. */
  void timeIs(long now) {
    for (Sleeper first = sleepers.peek();
        first != null && first.time <= now;
        first = sleepers.peek()) {
      sleepers.remove();
      first.agent.timeCame(now);
    }
    long idle = host.idleMillis();
    if (idle > 0) {
      for (Iterator<Agent> all = active.keySet().iterator(); all.hasNext(); ) {
        Agent agent = all.next();
        if (now - agent.usedAt() < idle) {
          break;
        }
        if (agent.parkNow()) {
          all.remove();
        }
      }
    }
    timed = !sleepers.isEmpty() || idle > 0 && !active.isEmpty();
  }

  Turn takeTurn() {
    Turn turn = turns.pollLast();
    return turn == null ? new Turn(this) : turn;
  }

  void giveTurn(Turn turn) {
    if (turns.size() < KEPT_TURNS) {
      turns.addLast(turn);
    }
  }

  private void run(PoolSpec spec) {
    PoolOptions options = PoolOptions.builder().listener(new PoolLog(this)).build();
    try (MemoryPool own = MemoryPool.open(spec, options)) {
      pool = own;
      poolBytes = spec.payloadBytes();
      opened.countDown();
      while (!closing) {
        Mail mail = mailbox.poll();
        if (mail == null) {
          mail = ready.pollFirst();
        }
        open(mail == null ? awaited() : mail);
      }
      if (block != null) {
        block.close();
      }
      lastReport = own.report();
      pool = null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      failure = e;
      LOG.error("{} died", thread.getName(), e);
      if (opened.getCount() == 0) {
        throw e;
      }
    } finally {
      opened.countDown();
    }
  }

  /**
   * Waits for mail from another thread. Parks itself because the queue's own waiting allocates.
   * {@code waiting} is set before the queue is looked into, and read after something was put there,
   * so mail that this look misses wakes the thread.
   */
  private Mail awaited() throws InterruptedException {
    waiting = true;
    try {
      Mail mail = mailbox.poll();
      while (mail == null) {
        LockSupport.park(this);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        mail = mailbox.poll();
      }
      return mail;
    } finally {
      waiting = false;
    }
  }

  private static void open(Mail mail) {
    try {
      mail.open();
    } catch (RuntimeException e) {
      LOG.error("a defect on a worker; its other agents go on", e);
    }
  }

  /** Ends the thread after what was posted before, and answers the pool's last report. */
  @Nullable PoolReport close() {
    post(() -> closing = true);
    Uninterruptibly.run(thread::join);
    return lastReport;
  }
}
