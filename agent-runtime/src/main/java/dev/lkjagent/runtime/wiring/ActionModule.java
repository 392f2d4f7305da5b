package dev.lkjagent.runtime.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import dev.lkjagent.runtime.action.Action;

/** Collects the actions that every agent gets. */
public final class ActionModule extends AbstractModule {
  /** Makes the module. */
  public ActionModule() {}

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    var unused = Multibinder.newSetBinder(binder(), Action.class);
  }
}
