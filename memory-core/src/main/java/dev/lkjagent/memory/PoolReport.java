package dev.lkjagent.memory;

import java.util.List;
import java.util.Locale;

/**
 * The state of a pool at one moment.
 *
 * @param tiers per tier, smallest slot first
 * @param nodes of the editable trees' nodes
 * @param documentNodes how many nodes the documents may have
 * @param documentNodesLive how many of them are taken
 */
public record PoolReport(
    List<TierReport> tiers, TierReport nodes, int documentNodes, int documentNodesLive) {
  /**
   * Copies the list.
   *
   * @param tiers per tier, smallest slot first
   * @param nodes of the editable trees' nodes
   * @param documentNodes how many nodes the documents may have
   * @param documentNodesLive how many of them are taken
   */
  public PoolReport {
    tiers = List.copyOf(tiers);
  }

  /**
   * Tells whether everything has been returned.
   *
   * @return true if no slot and no node is in use
   */
  public boolean clean() {
    return documentNodesLive == 0
        && nodes.live() == 0
        && tiers.stream().allMatch(t -> t.live() == 0);
  }

  /**
   * Shows the report as a table of some 70 columns.
   *
   * @return lines
   */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "%-14s %11s %9s %11s %8s %9s%n",
            "tier",
            "free",
            "live",
            "count",
            "retired",
            "peak"));
    for (TierReport t : tiers) {
      row(out, size(t.slotBytes()), t);
    }
    row(out, "nodes", nodes);
    out.append(
        String.format(
            Locale.ROOT,
            "%-14s %,11d %,9d %,11d%n",
            "document nodes",
            documentNodes - documentNodesLive,
            documentNodesLive,
            documentNodes));
    return out.toString();
  }

  private static void row(StringBuilder out, String name, TierReport t) {
    out.append(
        String.format(
            Locale.ROOT,
            "%-14s %,11d %,9d %,11d %,8d %,9d%n",
            name,
            t.free(),
            t.live(),
            t.count(),
            t.retired(),
            t.peak()));
  }

  private static String size(int bytes) {
    if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + " MiB";
    }
    return bytes >= 1 << 10 && bytes % (1 << 10) == 0 ? (bytes >> 10) + " KiB" : bytes + " B";
  }
}
