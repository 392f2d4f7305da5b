package dev.lkjagent.runtime.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.OptionalBinder;
import dev.lkjagent.runtime.telemetry.FlightRecorderMetrics;
import dev.lkjagent.runtime.telemetry.Metrics;
import java.time.Clock;

/** Binds metrics to the flight recorder, and the clock to the system's. */
public final class TelemetryModule extends AbstractModule {
  /** Makes the module. */
  public TelemetryModule() {}

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    OptionalBinder.newOptionalBinder(binder(), Metrics.class)
        .setDefault()
        .toInstance(new FlightRecorderMetrics());
    OptionalBinder.newOptionalBinder(binder(), Clock.class)
        .setDefault()
        .toInstance(Clock.systemUTC());
  }
}
