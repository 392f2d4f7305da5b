package dev.lkjagent.examples.crashresume;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ReplayModel;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.CommitListener;
import dev.lkjagent.runtime.store.ForwardingStore;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that is killed. Writes a line for each cycle that is durable, and the trace hash at
 * the end; goes on where the one before it was killed.
 */
final class Child {
  private Child() {}

  /** Arguments: the store's file, the recordings, the limit of cycles, the save to die in or 0. */
  public static void main(String[] args) {
    long cycles = Long.parseLong(args[2]);
    try (Model model = ReplayModel.open(Path.of(args[1]));
        Store store = SqliteStore.open(Path.of(args[0]));
        AgentHost host = Walker.host(deadly(store, Long.parseLong(args[3])), model);
        Agent agent = Walker.agent(host, Walker.NAME, cycles).listener(Child::tell).start()) {
      Fault fault = agent.run(Walker.TASK).fault();
      boolean walked = fault == null || fault.code() == FaultCode.LIMIT_CYCLES;
      System.out.println(walked ? Walker.trace(agent) : fault);
    }
  }

  private static void tell(AgentEvent event) {
    if (event instanceof AgentEvent.Committed committed) {
      System.out.println("cycle " + committed.cycle());
    }
  }

  /** A store under whose saves the process dies: while one of them is on its way to the disk. */
  private static Store deadly(Store store, long save) {
    AtomicLong saves = new AtomicLong();
    return new ForwardingStore(store) {
      @Override
      public void commit(Change change, CommitListener listener) {
        if (saves.incrementAndGet() == save) {
          new Thread(Child::die).start();
        }
        super.commit(change, listener);
      }
    };
  }

  private static void die() {
    LockSupport.parkNanos(System.nanoTime() % 1_000_000);
    Runtime.getRuntime().halt(1);
  }
}
