package dev.lkjagent.runtime.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.Inject;
import com.google.inject.Provider;
import com.google.inject.Singleton;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.config.Config;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Assembly;
import dev.lkjagent.runtime.memory.PagingPolicy;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.state.AgentState;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.telemetry.Metrics;
import java.time.Clock;
import java.util.Set;

/** Binds the host of agents. Whoever owns the injector closes it. */
public final class LoopModule extends AbstractModule {
  /** Makes the module. */
  public LoopModule() {}

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    bind(AgentHost.class).toProvider(Assembled.class).in(Singleton.class);
    bind(Assembled.class);
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
              .everyAgent(
                  agent -> {
                    Assembly.of(config).configure(agent).paging(paging);
                    actions.forEach(agent::action);
                    states.forEach(agent::state);
                  });
    }

    @Override
    public AgentHost get() {
      return builder.build();
    }
  }
}
