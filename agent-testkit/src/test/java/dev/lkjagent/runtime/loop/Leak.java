package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.Budget;
import java.lang.reflect.Field;
import java.util.List;

/** Leaks in the pool of a host on purpose. Nothing that is public can, so this reaches inside. */
public final class Leak {
  private Leak() {}

  /** Takes a slot in the name of a host's first worker, and forgets it. */
  public static void ofASlotIn(AgentHost host) throws ReflectiveOperationException {
    Field workers = AgentHost.class.getDeclaredField("workers");
    workers.setAccessible(true);
    Worker first = (Worker) ((List<?>) workers.get(host)).get(0);
    var unused =
        first
            .call(() -> first.pool().root().open("forgotten", Budget.UNLIMITED).allocate(100))
            .join();
  }
}
