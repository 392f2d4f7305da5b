package dev.lkjagent.testkit;

import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.journal.JournalReader;
import dev.lkjagent.runtime.journal.Kind;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.runtime.store.Commit;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Starts an agent once more, without its listeners, in a pool of its own and over a store that
 * keeps nothing, and counts what its worker allocates between the answers of model and store. It is
 * given the replies of the test that stay on the memory path, and a few that fill memory until the
 * paging policy is asked, round and round until some rounds in a row stayed below the limit: code
 * that is not compiled yet may allocate, and so may the machine itself.
 */
final class Rehearsal {
  /** How long code that allocates nothing once it is compiled may take to be compiled. */
  private static final int MOST_CYCLES = 8_000;

  private static final int NOTES = 24;
  private static final int NOTE_CHARS = 1_000;
  private static final PoolSpec POOL =
      PoolSpec.SMALL.toBuilder().tier(256, 2048).tier(4096, 512).tier(65_536, 16).build();

  private static final Set<String> MEMORY_PATH =
      Set.of(
          "working_memory_add",
          "memory_add",
          "working_memory_remove",
          "memory_remove",
          "working_memory_pin",
          "working_memory_unpin",
          "storage_save",
          "storage_remove");

  private final String agent;
  private final Meter meter;

  private Rehearsal(String agent, Meter meter) {
    this.agent = agent;
    this.meter = meter;
  }

  static Rehearsal of(AgentBuilder agent, List<byte[]> own, long limitBytes) {
    List<byte[]> replies = new ArrayList<>(own);
    replies.addAll(filling());
    Meter meter = new Meter(replies, limitBytes);
    try (Store backing = new InMemoryStore();
        AgentHost host =
            AgentHost.builder()
                .store(new MeteredStore(backing, meter))
                .model(meter)
                .metrics(meter)
                .pool(POOL)
                .build()) {
      Agent copy =
          host.agent(agent.name())
              .like(agent)
              .limits(
                  Limits.DEFAULT
                      .withCycles(MOST_CYCLES)
                      .withRepetition(Integer.MAX_VALUE, Integer.MAX_VALUE))
              .checkpointEvery(0)
              .start();
      RunResult result = copy.resume();
      while (!meter.isContent() && !isOver(result) && meter.dropLast()) {
        copy.send("rehearsal", "go on");
        result = copy.resume();
      }
      return new Rehearsal(agent.name(), meter);
    }
  }

  private static boolean isOver(RunResult result) {
    return result.fault() != null && result.fault().code() == FaultCode.LIMIT_CYCLES;
  }

  /** The replies of a test that ask for nothing outside the memory path and had no fault. */
  static List<byte[]> replies(Store store, Trace trace) {
    List<byte[]> replies = new ArrayList<>();
    JournalReader reader = new JournalReader();
    for (Trace.Cycle cycle : trace.cycles()) {
      if (!cycle.to().isEmpty()
          && cycle.faults().isEmpty()
          && cycle.acts().stream().allMatch(act -> MEMORY_PATH.contains(act.type()))) {
        for (Commit commit : StoreFaults.join(store.commits(trace.agent(), cycle.number(), 1))) {
          replies.add(reply(commit.record().toArray(), reader));
        }
      }
    }
    replies.removeIf(reply -> reply.length == 0);
    return replies;
  }

  private static byte[] reply(byte[] record, JournalReader reader) {
    ByteArrayOutputStream reply = new ByteArrayOutputStream();
    if (reader.open(record, 0, record.length) == JournalReader.OK) {
      for (Kind kind = reader.next(); kind != null; kind = reader.next()) {
        if (kind == Kind.REPLY) {
          reply.write(record, reader.from(0), reader.to(0) - reader.from(0));
        }
      }
    }
    return reply.toByteArray();
  }

  private static List<byte[]> filling() {
    List<String> states = List.of("thinking", "executing", "evaluating");
    List<byte[]> replies = new ArrayList<>();
    for (int i = 0; i < NOTES; i++) {
      AgentReply reply =
          AgentReply.to(states.get(i % states.size()))
              .think("A rehearsal.")
              .action("working_memory_add", "rehearsal,note " + i, "n & ".repeat(NOTE_CHARS / 4))
              .action("working_memory_add", "rehearsal,passing", "some <value>")
              .action("storage_save", "passing,rehearsal", "")
              .action("working_memory_remove", "rehearsal,passing", "");
      replies.add(reply.toString().getBytes(StandardCharsets.UTF_8));
    }
    return replies;
  }

  /** What is wrong, for a report; empty if nothing is. */
  String problem() {
    if (meter.isContent()) {
      return "";
    }
    if (meter.rounds() == 0) {
      return "the memory path of agent \""
          + agent
          + "\" could not be counted: no reply of its rehearsal let it go on; write"
          + " @LkjAgentTest(allocatedBytes = LkjAgentTest.NOT_COUNTED) if that is meant";
    }
    return "the memory path of agent \""
        + agent
        + "\" allocates "
        + (meter.leastRendering() + meter.leastActing())
        + " B a cycle, of "
        + meter.limitBytes()
        + " allowed: "
        + meter.leastRendering()
        + " from the store's answer to the prompt, "
        + meter.leastActing()
        + " from the prompt to the commit."
        + "\n   Of the agent's own parts, its states and its paging policy run there; change them,"
        + " or raise @LkjAgentTest(allocatedBytes).";
  }
}
