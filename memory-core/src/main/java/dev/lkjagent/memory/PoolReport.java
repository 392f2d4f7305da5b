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
 * @param documentNodesExhaustions how often a request for them could not be served
 * @param names how many names the editable trees may share
 * @param namesUsed how many they do
 * @param scopes how many scopes may be open, the root included
 * @param scopesOpen how many are
 */
public record PoolReport(
    List<TierReport> tiers,
    TierReport nodes,
    int documentNodes,
    int documentNodesLive,
    long documentNodesExhaustions,
    int names,
    int namesUsed,
    int scopes,
    int scopesOpen) {
  /**
   * Copies the list.
   *
   * @param tiers per tier, smallest slot first
   * @param nodes of the editable trees' nodes
   * @param documentNodes how many nodes the documents may have
   * @param documentNodesLive how many of them are taken
   * @param documentNodesExhaustions how often a request for them could not be served
   * @param names how many names the editable trees may share
   * @param namesUsed how many they do
   * @param scopes how many scopes may be open, the root included
   * @param scopesOpen how many are
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
   * Shows the report as a table of some 90 columns.
   *
   * @return lines
   */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "%-14s %9s %9s %9s %7s %9s %8s %8s\n",
            "tier",
            "free",
            "live",
            "count",
            "retired",
            "peak",
            "promoted",
            "refused"));
    for (TierReport t : tiers) {
      row(out, size(t.slotBytes()), t);
    }
    row(out, "nodes", nodes);
    line(out, "document nodes", documentNodesLive, documentNodes);
    line(out, "names", namesUsed, names);
    line(out, "scopes", scopesOpen, scopes);
    return out.toString();
  }

  private static void line(StringBuilder out, String name, int live, int count) {
    out.append(
        String.format(Locale.ROOT, "%-14s %,9d %,9d %,9d\n", name, count - live, live, count));
  }

  private static void row(StringBuilder out, String name, TierReport t) {
    out.append(
        String.format(
            Locale.ROOT,
            "%-14s %,9d %,9d %,9d %,7d %,9d %,8d %,8d\n",
            name,
            t.free(),
            t.live(),
            t.count(),
            t.retired(),
            t.peak(),
            t.promotions(),
            t.exhaustions()));
  }

  static String size(int bytes) {
    if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + " MiB";
    }
    return bytes >= 1 << 10 && bytes % (1 << 10) == 0 ? (bytes >> 10) + " KiB" : bytes + " B";
  }
}
