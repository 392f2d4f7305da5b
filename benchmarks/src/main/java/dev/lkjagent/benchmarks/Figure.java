package dev.lkjagent.benchmarks;

/**
 * A figure that a contest makes: what is measured, against whom, and what is owed.
 *
 * @param metric its name, words joined by dots, of which the first ones name the group
 * @param ours the contestant of ours: class, method and parameter joined by dots
 * @param peerName who it is compared with
 * @param peer the peer's contestant
 * @param owed how many times as fast as the peer ours has to be; NaN if nothing is owed
 * @param allocation whether ours must allocate nothing
 */
record Figure(
    String metric, String ours, String peerName, String peer, double owed, boolean allocation) {
  /** In place of what is owed. */
  static final double NOTHING = Double.NaN;

  /** What the figure about its allocation is called. */
  String allocationMetric() {
    return metric.replaceFirst("\\.vs\\..*", "") + ".allocated";
  }
}
