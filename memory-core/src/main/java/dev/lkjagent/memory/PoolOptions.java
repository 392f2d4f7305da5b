package dev.lkjagent.memory;

import org.jspecify.annotations.Nullable;

/** How a pool behaves, as opposed to what it reserves. Immutable. */
public final class PoolOptions {
  /** Standard checks, spilling to larger tiers, nobody listens. */
  public static final PoolOptions DEFAULT = builder().build();

  final CheckLevel checks;
  final boolean poison;
  final int sampleEvery;
  final ExhaustionPolicy exhaustion;
  final PoolListener listener;
  final @Nullable AllocationFaults faults;

  private PoolOptions(Builder builder) {
    checks = builder.checks;
    poison = builder.poison || checks != CheckLevel.STANDARD;
    sampleEvery = builder.sampleEvery;
    exhaustion = builder.exhaustion;
    listener = builder.listener;
    faults = builder.faults;
  }

  /**
   * Starts options from the defaults.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the values of {@link PoolOptions}. */
  public static final class Builder {
    private CheckLevel checks = CheckLevel.STANDARD;
    private boolean poison;
    private int sampleEvery;
    private ExhaustionPolicy exhaustion = ExhaustionPolicy.SPILL;
    private PoolListener listener = PoolListener.NONE;
    private @Nullable AllocationFaults faults;

    private Builder() {}

    /**
     * Sets how much the pool proves while it runs.
     *
     * @param level the level
     * @return this
     */
    public Builder checks(CheckLevel level) {
      checks = level;
      return this;
    }

    /**
     * Overwrites slots when they are freed, so that secrets don't linger and a read through a stale
     * place shows. The levels above standard do that anyway.
     *
     * @param on whether
     * @return this
     */
    public Builder poisonOnFree(boolean on) {
      poison = on;
      return this;
    }

    /**
     * Notes the place in the program of every n-th slot or node that is taken, for the leak report.
     * Taking the note allocates on the Java heap.
     *
     * @param n 1 for all, 0 for none
     * @return this
     */
    public Builder sampleAllocations(int n) {
      if (n < 0) {
        throw new IllegalArgumentException("every n-th allocation is sampled, n >= 0; not " + n);
      }
      sampleEvery = n;
      return this;
    }

    /**
     * Sets what happens when a request can't be served; scopes inherit it.
     *
     * @param policy the policy
     * @return this
     */
    public Builder exhaustion(ExhaustionPolicy policy) {
      exhaustion = policy;
      return this;
    }

    /**
     * Sets who hears of exhaustion, recovery and leaks.
     *
     * @param value the listener
     * @return this
     */
    public Builder listener(PoolListener value) {
      listener = value;
      return this;
    }

    /**
     * Lets a test refuse allocations that could be served.
     *
     * @param plan which ones
     * @return this
     */
    public Builder faults(AllocationFaults plan) {
      faults = plan;
      return this;
    }

    /**
     * Builds the options.
     *
     * @return the options
     */
    public PoolOptions build() {
      return new PoolOptions(this);
    }
  }
}
