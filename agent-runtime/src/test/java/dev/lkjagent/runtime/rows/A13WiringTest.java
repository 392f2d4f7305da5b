package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Provider;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.runtime.SetClock;
import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.action.ActionCall;
import dev.lkjagent.runtime.action.ActionResult;
import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.config.Config;
import dev.lkjagent.runtime.config.ConfigLoader;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.journal.JournalReader;
import dev.lkjagent.runtime.journal.Kind;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Reply;
import dev.lkjagent.runtime.loop.ReplyReader;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.memory.CostOfAbsence;
import dev.lkjagent.runtime.memory.PagingPolicy;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.Script;
import dev.lkjagent.runtime.model.ScriptModel;
import dev.lkjagent.runtime.state.AgentState;
import dev.lkjagent.runtime.store.AgentInfo;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import dev.lkjagent.runtime.telemetry.Metrics;
import dev.lkjagent.runtime.wiring.ForActions;
import dev.lkjagent.runtime.wiring.LkjAgentModule;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class A13WiringTest {
  private final AtomicInteger cycles = new AtomicInteger();
  private final AtomicInteger choices = new AtomicInteger();

  private final class Own extends AbstractModule {
    @Override
    protected void configure() {
      set(Store.class, new InMemoryStore());
      set(PoolSpec.class, Stage.POOL);
      set(Clock.class, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
      set(
          Model.class,
          Stage.script(
              Stage.reply("drawing", Stage.act("ping", "", "")),
              Stage.reply("thinking", Stage.act("memory_add", "big", "x".repeat(16_000))),
              Stage.reply("thinking"),
              Stage.finish("ok")));
      set(
          PagingPolicy.class,
          (memory, cycle) -> {
            choices.incrementAndGet();
            return new CostOfAbsence().choose(memory, cycle);
          });
      set(
          Metrics.class,
          new Metrics() {
            @Override
            public void cycle(String agent, long cycle, int promptBytes, int replyBytes) {
              cycles.incrementAndGet();
            }

            @Override
            public void fault(FaultCode code) {
              throw new AssertionError("no fault was expected: " + code);
            }
          });
      Multibinder.newSetBinder(binder(), AgentState.class)
          .addBinding()
          .toInstance(AgentState.of("drawing", "to draw", "Draw."));
      Multibinder.newSetBinder(binder(), Action.class)
          .addBinding()
          .toInstance(
              new Action() {
                @Override
                public String name() {
                  return "ping";
                }

                @Override
                public String description() {
                  return "answers";
                }

                @Override
                public Effect effect() {
                  return Effect.PURE;
                }

                @Override
                public ActionResult run(ActionCall call) {
                  return ActionResult.done("pong");
                }
              });
    }

    private <T> void set(Class<T> port, T mine) {
      OptionalBinder.newOptionalBinder(binder(), port).setBinding().toInstance(mine);
    }
  }

  @Test
  void theWholeGraphIsBuiltAndEveryPortCanBeReplaced() {
    Injector injector = Guice.createInjector(new LkjAgentModule(), new Own());
    injector.getAllBindings().values().forEach(binding -> binding.getProvider());
    try (AgentHost host = injector.getInstance(AgentHost.class)) {
      Agent agent = host.agent("wired").start();
      assertThat(agent.run("t").text()).isEqualTo("ok");
      assertThat(cycles).hasPositiveValue();
      assertThat(choices).hasPositiveValue();
      assertThat(agent.workingMemory()).anyMatch(e -> e.value().equals("ping: pong"));
    }
  }

  /** Ends the run at a word, and reads everything else as the contract says. */
  private static final class ByeReader implements ReplyReader {
    private final ReplyReader contract = ReplyReader.ofContract();

    @Override
    public void begin() {
      contract.begin();
    }

    @Override
    public int watch(byte[] reply, int length) {
      return contract.watch(reply, length);
    }

    @Override
    public void read(byte[] reply, int length, Document scratch, Reply into) {
      if (!new String(reply, 0, length, UTF_8).equals("bye")) {
        contract.read(reply, length, scratch, into);
        return;
      }
      into.beginAction();
      for (Reply.Part part : List.of(Reply.Part.TYPE, Reply.Part.VALUE)) {
        byte[] text = (part == Reply.Part.TYPE ? "finish" : "said bye").getBytes(UTF_8);
        int from = into.length();
        into.append(text, 0, text.length);
        into.part(part, from);
      }
    }
  }

  /** Binds what is not in {@link Own}, each so that it shows. */
  private static final class Ports extends AbstractModule {
    final SetClock clock = new SetClock();
    final Store store;
    final Config config =
        new ConfigLoader()
            .set("host.max_active=1")
            .set("host.idle_ms=30000")
            .set("agent.faults.model_attempts=2")
            .set("agent.faults.policy.MODEL_FILTERED=retry")
            .set("llm.retry.base_pause_ms=4")
            .load()
            .config();

    Ports(Store store) {
      this.store = store;
    }

    @Override
    protected void configure() {
      set(Key.get(Store.class), store);
      set(Key.get(Clock.class), clock);
      set(Key.get(Config.class), config);
      set(Key.get(PoolSpec.class), Stage.POOL);
      set(
          Key.get(Model.class),
          new ScriptModel(
              Script.builder("ports")
                  .fault(FaultCode.MODEL_FILTERED.with("not that"))
                  .reply(Stage.reply("executing", Stage.act("where", "", "")))
                  .reply(Stage.reply("executing", Stage.act("wait", "", "600")))
                  .reply("bye")
                  .reply("bye")
                  .build()));
      set(
          Key.get(Executor.class, ForActions.class),
          task -> new Thread(task, "a thread of the test").start());
      set(
          Key.get(RandomGenerator.class),
          new RandomGenerator() {
            @Override
            public long nextLong() {
              return 0;
            }

            @Override
            public double nextDouble() {
              return 0.5;
            }
          });
      OptionalBinder.newOptionalBinder(binder(), ReplyReader.class)
          .setBinding()
          .toProvider(READERS);
      Multibinder.newSetBinder(binder(), Action.class).addBinding().toInstance(new Where());
    }

    private static final Provider<ReplyReader> READERS = ByeReader::new;

    private <T> void set(Key<T> port, T mine) {
      OptionalBinder.newOptionalBinder(binder(), port).setBinding().toInstance(mine);
    }
  }

  /** Says on which thread it runs. */
  private static final class Where implements Action {
    @Override
    public String name() {
      return "where";
    }

    @Override
    public String description() {
      return "says where it runs";
    }

    @Override
    public ActionResult run(ActionCall call) {
      return ActionResult.done("ran on " + Thread.currentThread().getName());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsBoundToAPortIsWhatAgentsRunWith(boolean durable, @TempDir Path dir) {
    List<Long> pauses = new CopyOnWriteArrayList<>();
    try (Store store = durable ? SqliteStore.open(dir.resolve("agents.db")) : new InMemoryStore()) {
      Ports ports = new Ports(store);
      Injector injector = Guice.createInjector(new LkjAgentModule(), ports);
      try (AgentHost host = injector.getInstance(AgentHost.class)) {
        Agent ada =
            host.agent("ada")
                .listener(
                    event -> {
                      if (event instanceof AgentEvent.Retried retried) {
                        pauses.add(retried.pauseMillis());
                      }
                    })
                .start();
        assertThat(ada.run("t").status()).isEqualTo(RunResult.Status.WAITING);
        assertThat(ada.workingMemory())
            .as("the executor")
            .anyMatch(entry -> entry.value().equals("where: ran on a thread of the test"));
        assertThat(pauses).as("policy, attempts and chance").containsExactly(3L);
        Agent bob = host.agent("bob").start();
        assertThat(bob.run("t").text()).as("the reader").isEqualTo("said bye");
        assertThat(ada.isParked()).as("host.max_active").isTrue();
        assertThat(bob.isParked()).isFalse();
        ports.clock.jump(Duration.ofSeconds(31));
        host.lookAtClock();
        assertThat(bob.isParked()).as("host.idle_ms").isTrue();
        ports.clock.jump(Duration.ofMinutes(10));
        host.lookAtClock();
        Stage.untilFinished(ada);
        assertThat(ada.resume().text()).as("the clock").isEqualTo("said bye");
        assertThat(StoreFaults.join(store.agents()))
            .as("the store")
            .extracting(AgentInfo::name, AgentInfo::state)
            .containsExactlyInAnyOrder(tuple("ada", "finished"), tuple("bob", "finished"));
        byte[] record = StoreFaults.join(store.commits("ada", 1, 1)).get(0).record().toArray();
        JournalReader reader = new JournalReader();
        assertThat(reader.open(record, 0, record.length)).isEqualTo(JournalReader.OK);
        assertThat(reader.next()).isEqualTo(Kind.TIME);
        assertThat(reader.number(0)).isEqualTo(SetClock.START.toEpochMilli());
      }
    }
  }

  @Test
  void theDefaultGraphIsComplete() {
    Injector injector =
        Guice.createInjector(
            new LkjAgentModule(),
            new AbstractModule() {
              @Override
              protected void configure() {
                OptionalBinder.newOptionalBinder(binder(), Store.class)
                    .setBinding()
                    .toInstance(new InMemoryStore());
              }
            });
    try (AgentHost host = injector.getInstance(AgentHost.class)) {
      assertThat(host.agent("default").start().run("hello").text())
          .contains("not a language model");
    }
  }

  @Test
  void aConfigurationReachesTheHostAndItsAgents() {
    String json =
        """
        {"host": {"workers": 2},
         "agent": {"iterate": {"max_iterations": 1},
                   "state": {"sketching": {"description": "to sketch", "prompt": "Sketch."}}}}
        """;
    Config config = new ConfigLoader().json(json.getBytes(UTF_8), "test.json").load().config();
    Injector injector =
        Guice.createInjector(
            new LkjAgentModule(),
            new AbstractModule() {
              @Override
              protected void configure() {
                OptionalBinder.newOptionalBinder(binder(), Config.class)
                    .setBinding()
                    .toInstance(config);
                OptionalBinder.newOptionalBinder(binder(), Store.class)
                    .setBinding()
                    .toInstance(new InMemoryStore());
                OptionalBinder.newOptionalBinder(binder(), Model.class)
                    .setBinding()
                    .toInstance(Stage.script(reply("sketching"), finish("too late")));
              }
            });
    try (AgentHost host = injector.getInstance(AgentHost.class)) {
      assertThat(host.poolReports()).hasSize(2);
      Agent agent = host.agent("ada").start();
      assertThat(agent.run("t").fault().code()).isEqualTo(FaultCode.LIMIT_CYCLES);
      assertThat(agent.status().state()).isEqualTo("sketching");
    }
  }
}
