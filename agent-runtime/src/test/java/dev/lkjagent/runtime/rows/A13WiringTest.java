package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.action.ActionCall;
import dev.lkjagent.runtime.action.ActionResult;
import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.config.Config;
import dev.lkjagent.runtime.config.ConfigLoader;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.memory.CostOfAbsence;
import dev.lkjagent.runtime.memory.PagingPolicy;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.state.AgentState;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.telemetry.Metrics;
import dev.lkjagent.runtime.wiring.LkjAgentModule;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

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
    Config config =
        new ConfigLoader().json(json.getBytes(StandardCharsets.UTF_8), "test.json").load().config();
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
