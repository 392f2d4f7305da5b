package dev.lkjagent.runtime.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import dev.lkjagent.runtime.state.AgentState;

/** Collects the states that every agent gets beside the standard ones. */
public final class StateModule extends AbstractModule {
  /** Makes the module. */
  public StateModule() {}

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    var unused = Multibinder.newSetBinder(binder(), AgentState.class);
  }
}
