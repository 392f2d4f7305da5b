package dev.lkjagent.memory;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The wording of requests that could not be served: the thing, the limit, the value, the way out.
 */
final class Refusal {
  private Refusal() {}

  static String describe(MemoryPool pool, int account, int unit, @Nullable Scope asker, int asked) {
    String by = asker == null ? "" : " by \"" + asker.path() + "\"";
    int tiers = pool.slotBytes.length;
    String want =
        asked == 0
            ? ""
            : unit < tiers || unit == Accounts.BYTES
                ? String.format(Locale.ROOT, ", %,d B asked%s", asked, by)
                : String.format(Locale.ROOT, ", %,d asked%s", asked, by);
    return account == Accounts.HOUSE
        ? ofPool(pool, unit, want)
        : ofBudget(pool, account, unit, want);
  }

  private static String ofPool(MemoryPool pool, int unit, String want) {
    int tiers = pool.slotBytes.length;
    if (unit < tiers) {
      TierReport tier = pool.report(unit);
      String retired =
          tier.retired() == 0 ? "" : String.format(Locale.ROOT, ", %,d retired", tier.retired());
      return String.format(
          Locale.ROOT,
          "tier %,d B exhausted (%,d of %,d slots used%s%s); raise PoolSpec.tier(%d) or let the"
              + " agent page",
          tier.slotBytes(),
          tier.live(),
          tier.count(),
          retired,
          want,
          tier.slotBytes());
    }
    boolean nodes = unit == tiers;
    PoolReport report = pool.report();
    return String.format(
        Locale.ROOT,
        "%s exhausted (%,d of %,d used%s); raise PoolSpec.%s or let the agent page",
        nodes ? "nodes" : "document nodes",
        nodes ? report.nodes().live() : report.documentNodesLive(),
        nodes ? report.nodes().count() : report.documentNodes(),
        want,
        nodes ? "nodes" : "documentNodes");
  }

  private static String ofBudget(MemoryPool pool, int account, int unit, String want) {
    Scope scope = pool.scopeOf(account);
    String name = scope == null ? "being opened" : scope.path();
    String call;
    long limit;
    if (unit == Accounts.BYTES) {
      call = "bytes";
      limit = pool.accounts.bytesLimit(account);
    } else {
      limit = pool.accounts.limit(account, unit);
      int tiers = pool.slotBytes.length;
      call =
          unit < tiers
              ? "slots(" + pool.slotBytes[unit] + ")"
              : unit == tiers ? "nodes" : "documentNodes";
    }
    long used =
        unit == Accounts.BYTES ? pool.accounts.bytes(account) : pool.accounts.bought(account, unit);
    return String.format(
        Locale.ROOT,
        "budget of scope \"%s\" used up (%,d of %,d %s%s); raise Budget.%s or let the agent page",
        name,
        used,
        limit,
        Shortage.what(pool, unit),
        want,
        call);
  }

  /** Names what a budget reserves of a unit. */
  static String reservation(MemoryPool pool, int unit, Budget budget) {
    int tiers = pool.slotBytes.length;
    long count =
        unit == Accounts.BYTES
            ? budget.bytesReserved()
            : unit < tiers
                ? budget.slotReservation(pool.slotBytes[unit])
                : unit == tiers ? budget.nodesReserved() : budget.documentNodesReserved();
    return String.format(Locale.ROOT, "%,d %s", count, Shortage.what(pool, unit));
  }

  static String tooLarge(MemoryPool pool, Scope scope, int bytes) {
    return String.format(
        Locale.ROOT,
        "%,d B asked by \"%s\" fit no slot: the largest tier has %,d B; add PoolSpec.tier(%d, …), or"
            + " keep the text in a PooledRope",
        bytes,
        scope.path(),
        pool.slotBytes[pool.slotBytes.length - 1],
        (int)
            Math.min(PoolSpec.MAX_SLOT_BYTES, Integer.highestOneBit(Math.max(8, bytes - 1)) * 2L));
  }
}
