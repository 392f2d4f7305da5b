package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.action.Actions;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.fault.FaultPolicies;
import dev.lkjagent.runtime.memory.CostOfAbsence;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.model.EmbeddedRules;
import dev.lkjagent.runtime.model.RulesModel;
import dev.lkjagent.runtime.state.States;
import dev.lkjagent.runtime.store.Commit;
import dev.lkjagent.runtime.store.Intent;
import dev.lkjagent.runtime.store.Message;
import dev.lkjagent.runtime.store.Snapshot;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiFunction;

/**
 * An agent as its store has it, read without running it: beside a host that runs it, or at a cycle
 * that is past.
 *
 * @param status where it stood
 * @param memory its working memory, logs included, oldest first
 * @param inbox the messages that waited for it
 * @param intents the calls that were not closed
 */
public record SavedAgent(
    AgentStatus status, List<MemoryEntry> memory, List<Message> inbox, List<Intent> intents) {
  /** What fits the default pool without a doubt. */
  private static final long SMALL_BYTES = 4 << 20;

  /** The most times that a default pool's slots fit one pool. */
  private static final int LARGEST = 20;

  /**
   * Copies the lists.
   *
   * @param status where it stood
   * @param memory its working memory
   * @param inbox the messages that waited for it
   * @param intents the calls that were not closed
   */
  public SavedAgent {
    memory = List.copyOf(memory);
    inbox = List.copyOf(inbox);
    intents = List.copyOf(intents);
  }

  /**
   * Reads an agent.
   *
   * @param store where it is kept; it is not written to
   * @param agent its name
   * @param cycle at the end of which cycle, or {@link Store#LATEST}
   * @return what it was
   * @throws FaultException {@code NO_SUCH_AGENT}, {@code NO_SUCH_CYCLE}, or {@code STORE_CORRUPT}
   */
  public static SavedAgent read(Store store, String agent, long cycle) {
    return look(
        store,
        agent,
        cycle,
        (snapshot, mind) -> {
          List<MemoryEntry> memory = mind.memory.entries();
          int notes = (int) memory.stream().map(MemoryEntry::kind).filter(EntryKind::paged).count();
          AgentStatus status =
              new AgentStatus(
                  agent,
                  snapshot.state().isEmpty() ? States.THINKING : snapshot.state(),
                  snapshot.cycle(),
                  snapshot.version(),
                  notes,
                  memory.size() - notes,
                  mind.memory.slotBytes(),
                  mind.now.promptTokens,
                  mind.now.replyTokens,
                  mind.now.faults,
                  snapshot.inbox().size(),
                  HexFormat.of().formatHex(mind.now.trace));
          return new SavedAgent(status, memory, snapshot.inbox(), snapshot.intents());
        });
  }

  /** Lets somebody look at an agent in a pool of its own, which is gone afterwards. */
  static <T> T look(Store store, String agent, long cycle, BiFunction<Snapshot, Mind, T> looker) {
    Snapshot snapshot = StoreFaults.join(store.load(agent, cycle));
    try (MemoryPool pool = MemoryPool.open(roomFor(snapshot))) {
      Mind mind = new Mind(nobody(agent), pool.root());
      mind.load(snapshot);
      T seen = looker.apply(snapshot, mind);
      mind.memory.close();
      return seen;
    }
  }

  private static PoolSpec roomFor(Snapshot snapshot) {
    long bytes = snapshot.checkpoint() == null ? 0 : snapshot.checkpoint().image().size();
    for (Commit commit : snapshot.commits()) {
      bytes += commit.delta().size();
    }
    int times = (int) Math.min(LARGEST, 1 + bytes / SMALL_BYTES);
    PoolSpec.Builder spec = PoolSpec.DEFAULT.toBuilder();
    for (PoolSpec.Tier tier : PoolSpec.DEFAULT.tiers()) {
      spec.tier(tier.slotBytes(), tier.count() * (tier.slotBytes() < 256 ? 1 : times));
    }
    return spec.build();
  }

  /** An agent that is only looked at. */
  private static AgentSpec nobody(String name) {
    byte[] system = new byte[0];
    return new AgentSpec(
        name,
        new RulesModel(new EmbeddedRules()),
        States.STANDARD,
        Actions.NONE,
        Limits.DEFAULT,
        FaultPolicies.DEFAULT,
        MemoryLimits.DEFAULT,
        new CostOfAbsence(),
        Budget.UNLIMITED,
        Pressure.at(0),
        Space.OWN,
        0,
        List.of(),
        List.of(),
        system,
        AgentSpec.hash(system),
        new byte[0]);
  }
}
