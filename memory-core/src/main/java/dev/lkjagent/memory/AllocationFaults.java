package dev.lkjagent.memory;

/**
 * Refuses chosen allocations of a pool, so that a test can see what every operation does when it is
 * cut off in its middle: let the first allocation fail, then the second, until the operation
 * succeeds.
 *
 * <p>Slots, nodes and blocks of document nodes count alike, also those that another scope is made
 * to pay for. A refused request answers as an exhausted pool does; policies and listeners are not
 * asked.
 */
public final class AllocationFaults {
  private int countdown;
  private int refused;

  /** Creates a plan that refuses nothing. */
  public AllocationFaults() {
    countdown = 0;
  }

  /**
   * Refuses one allocation from now on.
   *
   * @param n 1 for the next, 2 for the one after it; 0 for none
   */
  public void refuse(int n) {
    if (n < 0) {
      throw new IllegalArgumentException("the n-th allocation is refused, n >= 0; not " + n);
    }
    countdown = n;
    refused = 0;
  }

  /**
   * Tells whether the refusal has happened.
   *
   * @return false if fewer allocations than planned were asked since
   */
  public boolean happened() {
    return refused > 0;
  }

  boolean strikes() {
    if (countdown == 0 || --countdown > 0) {
      return false;
    }
    refused++;
    return true;
  }
}
