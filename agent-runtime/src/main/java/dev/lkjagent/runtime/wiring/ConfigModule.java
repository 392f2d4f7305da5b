package dev.lkjagent.runtime.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.OptionalBinder;
import dev.lkjagent.runtime.config.Config;

/** Binds the configuration to the defaults. */
public final class ConfigModule extends AbstractModule {
  /** Makes the module. */
  public ConfigModule() {}

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    OptionalBinder.newOptionalBinder(binder(), Config.class)
        .setDefault()
        .toInstance(Config.defaults());
  }
}
