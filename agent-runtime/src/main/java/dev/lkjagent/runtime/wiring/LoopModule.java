package dev.lkjagent.runtime.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.Inject;
import com.google.inject.Key;
import com.google.inject.Provider;
import com.google.inject.Singleton;
import com.google.inject.multibindings.OptionalBinder;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.config.Config;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Assembly;
import dev.lkjagent.runtime.loop.ReplyReader;
import dev.lkjagent.runtime.memory.PagingPolicy;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.state.AgentState;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.telemetry.Metrics;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * Binds the host of agents; whoever owns the injector closes it. The executor {@link ForActions} is
 * the host's own unless one is bound, chance comes from the running thread's generator, and replies
 * are read as the contract says.
 */
public final class LoopModule extends AbstractModule {
  /** Makes the module. */
  public LoopModule() {}

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    bind(AgentHost.class).toProvider(Assembled.class).in(Singleton.class);
    bind(Assembled.class);
    var unused =
        OptionalBinder.newOptionalBinder(binder(), Key.get(Executor.class, ForActions.class));
    OptionalBinder.newOptionalBinder(binder(), RandomGenerator.class)
        .setDefault()
        .toInstance(() -> ThreadLocalRandom.current().nextLong());
    Provider<ReplyReader> readers = ReplyReader::ofContract;
    OptionalBinder.newOptionalBinder(binder(), ReplyReader.class).setDefault().toProvider(readers);
  }

  /** Puts the host together. */
  static final class Assembled implements Provider<AgentHost> {
    private final AgentHost.Builder builder;

    @Inject
    Assembled(
        Store store,
        Model model,
        Clock clock,
        Metrics metrics,
        PoolSpec pool,
        Config config,
        PagingPolicy paging,
        RandomGenerator random,
        Provider<ReplyReader> readers,
        @ForActions Optional<Executor> tools,
        Set<Action> actions,
        Set<AgentState> states) {
      builder =
          AgentHost.builder()
              .store(store)
              .model(model)
              .clock(clock)
              .metrics(metrics)
              .pool(pool)
              .workers(config.host().workers())
              .maxActive(config.host().maxActive())
              .idle(Duration.ofMillis(config.host().idleMs()))
              .random(random)
              .readers(readers::get)
              .everyAgent(
                  agent -> {
                    Assembly.of(config).configure(agent).paging(paging);
                    actions.forEach(agent::action);
                    states.forEach(agent::state);
                  });
      tools.ifPresent(builder::tools);
    }

    @Override
    public AgentHost get() {
      return builder.build();
    }
  }
}
