package dev.lkjagent.benchmarks;

import java.util.Locale;

/**
 * One line of the comparison: what is measured, against whom, and what is owed.
 *
 * @param metric its name, words joined by dots
 * @param ours the benchmark of ours: class, method and parameter joined by dots
 * @param peerName who it is compared with
 * @param peer the peer's benchmark
 * @param owed how many times as fast as the peer ours has to be
 */
record Figure(String metric, String ours, String peerName, String peer, double owed) {
  /** What a line says about the figure. */
  enum Verdict {
    OK,
    SHORT,
    ABSENT
  }

  static String line(
      String metric,
      String ours,
      String peerName,
      String peer,
      String ratio,
      String owed,
      Verdict verdict) {
    return String.join(
        "\t", metric, ours, peerName, peer, ratio, owed, verdict.name().toLowerCase(Locale.ROOT));
  }
}
