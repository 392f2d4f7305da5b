package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.LeakReport;
import dev.lkjagent.memory.PoolListener;
import dev.lkjagent.memory.Shortage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what a worker's pool tells: what ran out as a warning, under the agent that met it. */
final class PoolLog implements PoolListener {
  private static final Logger LOG = LoggerFactory.getLogger(PoolLog.class);

  private final Worker worker;

  PoolLog(Worker worker) {
    this.worker = worker;
  }

  @Override
  public void exhausted(Shortage shortage) {
    Cycle cycle = worker.walking;
    if (cycle != null) {
      cycle.name();
    }
    LOG.warn("worker {}: {}", worker.number, shortage);
    if (cycle != null) {
      Cycle.unname();
    }
  }

  @Override
  public void recovered(Shortage shortage) {
    LOG.info("worker {}: there are {} again", worker.number, shortage.what());
  }

  @Override
  public void closed(LeakReport report) {
    if (!report.clean()) {
      LOG.warn("worker {}: the pool leaks\n{}", worker.number, report);
    }
  }
}
