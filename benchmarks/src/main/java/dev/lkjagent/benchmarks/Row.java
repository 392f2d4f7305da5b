package dev.lkjagent.benchmarks;

import java.util.Locale;

/**
 * A line of the comparison.
 *
 * @param metric what is measured
 * @param ours our figure, with its unit
 * @param peerName who it is compared with
 * @param peer the peer's figure
 * @param ratio how many times as good as the peer's ours is; NaN if that is no question
 * @param owed what ours owes, for people
 * @param verdict whether it is paid
 * @param noise how far the ratio spread, for people; empty if it was measured once
 */
record Row(
    String metric,
    String ours,
    String peerName,
    String peer,
    double ratio,
    String owed,
    Verdict verdict,
    String noise) {
  /** In place of a figure that there is not. */
  static final String NONE = "-";

  /** What a line says about the figure. */
  enum Verdict {
    /** What is owed is paid, or nothing is owed. */
    OK,
    /** It falls short of what is owed. */
    SHORT,
    /** Somebody was not there. */
    ABSENT;

    static Verdict of(boolean paid) {
      return paid ? OK : SHORT;
    }
  }

  /** Only the figures called "vs" have a peer that could be. */
  boolean peerIsAhead() {
    return metric.contains(".vs.") && ratio < 1;
  }

  String ratioText() {
    return Double.isNaN(ratio) ? NONE : String.format(Locale.ROOT, "%.2f", ratio);
  }

  /** The line, divided by tabs. */
  String line() {
    return String.join(
        "\t",
        metric,
        ours,
        peerName,
        peer,
        ratioText(),
        owed,
        verdict.name().toLowerCase(Locale.ROOT));
  }

  static String atLeast(double owed) {
    return Double.isNaN(owed) ? NONE : String.format(Locale.ROOT, ">=%.2f", owed);
  }

  static String nanos(double nanos) {
    return nanos < 1000
        ? String.format(Locale.ROOT, "%.1f ns", nanos)
        : String.format(Locale.ROOT, "%.1f us", nanos / 1000);
  }

  static String bytes(double bytes) {
    return bytes < 10_000
        ? String.format(Locale.ROOT, "%.0f B", bytes)
        : bytes < 10e6
            ? String.format(Locale.ROOT, "%.1f KB", bytes / 1e3)
            : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
