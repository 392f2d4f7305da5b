package dev.lkjagent.runtime.wiring;

import com.google.inject.AbstractModule;

/**
 * Everything that an application needs to run agents: {@code
 * injector.getInstance(AgentHost.class)}.
 */
public final class LkjAgentModule extends AbstractModule {
  /** Makes the module. */
  public LkjAgentModule() {}

  @Override
  protected void configure() {
    install(new ConfigModule());
    install(new TelemetryModule());
    install(new MemoryModule());
    install(new ActionModule());
    install(new StateModule());
    install(new StoreModule());
    install(new ModelModule());
    install(new LoopModule());
  }
}
