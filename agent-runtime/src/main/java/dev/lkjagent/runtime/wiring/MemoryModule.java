package dev.lkjagent.runtime.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.OptionalBinder;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.memory.CostOfAbsence;
import dev.lkjagent.runtime.memory.PagingPolicy;

/** Binds the pool's spec, and what leaves working memory when it is full. */
public final class MemoryModule extends AbstractModule {
  /** Makes the module. */
  public MemoryModule() {}

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    OptionalBinder.newOptionalBinder(binder(), PoolSpec.class)
        .setDefault()
        .toInstance(PoolSpec.DEFAULT);
    OptionalBinder.newOptionalBinder(binder(), PagingPolicy.class)
        .setDefault()
        .toInstance(new CostOfAbsence());
  }
}
