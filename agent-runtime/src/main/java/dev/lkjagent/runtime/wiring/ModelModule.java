package dev.lkjagent.runtime.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.Inject;
import com.google.inject.Provider;
import com.google.inject.Singleton;
import com.google.inject.multibindings.OptionalBinder;
import dev.lkjagent.runtime.config.Config;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.Models;

/** Binds the model to what {@code llm.endpoint} names. */
public final class ModelModule extends AbstractModule {
  /** Makes the module. */
  public ModelModule() {}

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    OptionalBinder.newOptionalBinder(binder(), Model.class)
        .setDefault()
        .toProvider(Configured.class)
        .in(Singleton.class);
    bind(Configured.class);
  }

  /** Opens the model that the configuration names; whoever owns the injector closes it. */
  static final class Configured implements Provider<Model> {
    private final Config config;

    @Inject
    Configured(Config config) {
      this.config = config;
    }

    @Override
    public Model get() {
      return Models.of(config.llm());
    }
  }
}
