package dev.lkjagent.runtime.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.Inject;
import com.google.inject.Provider;
import com.google.inject.Singleton;
import com.google.inject.multibindings.OptionalBinder;
import dev.lkjagent.runtime.config.Config;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import java.nio.file.Path;

/** Binds the store to what {@code store.kind} names. */
public final class StoreModule extends AbstractModule {
  /** Makes the module. */
  public StoreModule() {}

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    OptionalBinder.newOptionalBinder(binder(), Store.class)
        .setDefault()
        .toProvider(Configured.class)
        .in(Singleton.class);
    bind(Configured.class);
  }

  /** Opens the store that the configuration names; whoever owns the injector closes it. */
  static final class Configured implements Provider<Store> {
    private final Config config;

    @Inject
    Configured(Config config) {
      this.config = config;
    }

    @Override
    public Store get() {
      return config.store().kind().equals("memory")
          ? new InMemoryStore()
          : SqliteStore.open(Path.of(config.store().file()));
    }
  }
}
