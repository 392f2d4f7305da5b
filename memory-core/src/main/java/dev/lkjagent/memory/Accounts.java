package dev.lkjagent.memory;

import java.util.Arrays;

/**
 * Who may take how much: a tree of accounts over the units of a pool (slots per tier, nodes,
 * document nodes) and over their bytes.
 *
 * <p>Account 0 is the house: it owns everything that is not sold. Every other account buys units
 * from above in blocks and keeps those that it does not use as <em>credit</em>, so taking and
 * returning a unit touches one number. What is bought counts as used against the limits of all
 * accounts above.
 *
 * <p>Per account and unit:
 *
 * <pre>
 *   bought  = units that came from above              (never above the limit)
 *   held    = bought, less what went on to children
 *   credit  = held, less what is in use
 *   ceiling = the credit above which the rest goes back up
 * </pre>
 *
 * Per account, {@code bytes} is the size of what it holds and the demand of its children; a child's
 * demand is what it has bought, or its reservation if that is more.
 *
 * <p><b>Exact mode.</b> The first purchase that an account refuses puts all below it into exact
 * mode: unused credit is called in once and the ceilings become 0, so from then on whatever is
 * returned goes up at once and a refusal costs no more than a walk to the account that refuses. The
 * mode ends when an eighth of the limit is free again and as many operations as the call-in visited
 * accounts have passed: each call-in is paid for by those who caused it. Ceilings rise lazily.
 */
final class Accounts {
  static final int HOUSE = 0;
  static final int BYTES = 30;
  private static final int NONE = -1;

  /** Hears of accounts that refuse for the first time, and of those that have room again. */
  interface Watcher {
    void refused(int account, int unit);

    void recovered(int account, int unit);
  }

  final int units;
  final int[] credit;
  private final Watcher watcher;
  private final int[] unitBytes;
  private final int[] block;
  private final int[] ceiling;
  private final int[] bought;
  private final int[] held;
  private final int[] limit;
  private final int[] reserved;
  private final long[] bytes;
  private final long[] bytesLimit;
  private final long[] bytesReserved;
  private final int[] exact;
  private final int[] reported;
  private final int[] toll;
  private final int[] parent;
  private final int[] firstChild;
  private final int[] nextSibling;
  private final int[] previousSibling;
  private long visits;
  private int freeAccounts = NONE;
  private int accountsUsed;
  private int open;
  private int refusedBy;
  private int refusedUnit;
  private boolean refusedForBytes;

  Accounts(Watcher watcher, int accounts, int[] unitBytes, int[] totals) {
    this.watcher = watcher;
    units = unitBytes.length;
    this.unitBytes = unitBytes;
    block = new int[units];
    for (int u = 0; u < units; u++) {
      int bySize = unitBytes[u] == 0 ? 64 : Math.max(2, Math.min(32, 262_144 / unitBytes[u]));
      block[u] = Math.max(1, Math.min(bySize, totals[u] / 32));
    }
    int cells = Math.multiplyExact(accounts, units);
    credit = new int[cells];
    ceiling = new int[cells];
    bought = new int[cells];
    held = new int[cells];
    limit = new int[cells];
    reserved = new int[cells];
    bytes = new long[accounts];
    bytesLimit = new long[accounts];
    bytesReserved = new long[accounts];
    exact = new int[accounts];
    reported = new int[accounts];
    toll = new int[accounts];
    parent = new int[accounts];
    firstChild = new int[accounts];
    nextSibling = new int[accounts];
    previousSibling = new int[accounts];
    accountsUsed = 1;
    parent[HOUSE] = NONE;
    firstChild[HOUSE] = NONE;
    bytesLimit[HOUSE] = Long.MAX_VALUE;
    for (int u = 0; u < units; u++) {
      credit[u] = bought[u] = held[u] = limit[u] = totals[u];
    }
  }

  static void describe(Footprint.Sum sum, int accounts, int units) {
    for (int i = 0; i < 6; i++) {
      sum.array((long) accounts * units, Integer.BYTES);
    }
    for (int i = 0; i < 3; i++) {
      sum.array(accounts, Long.BYTES);
    }
    for (int i = 0; i < 7; i++) {
      sum.array(accounts, Integer.BYTES);
    }
    sum.array(units, Integer.BYTES).array(units, Integer.BYTES);
  }

  /** Opens an account; answers its number, or the code of a status with nothing changed. */
  int open(int under, Budget budget, int[] tierBytes) {
    int account = freeAccounts;
    if (account != NONE) {
      freeAccounts = nextSibling[account];
    } else if (accountsUsed < parent.length) {
      account = accountsUsed++;
    } else {
      return Status.SCOPES_EXHAUSTED.code();
    }
    int base = account * units;
    Arrays.fill(ceiling, base, base + units, 0);
    for (int t = 0; t < tierBytes.length; t++) {
      limit[base + t] = budget.slotLimit(tierBytes[t]);
    }
    limit[base + tierBytes.length] = budget.nodesLimit;
    limit[base + tierBytes.length + 1] = budget.documentNodesLimit;
    bytes[account] = 0;
    bytesLimit[account] = budget.bytesLimit;
    bytesReserved[account] = 0;
    exact[account] = 0;
    reported[account] = 0;
    toll[account] = 0;
    parent[account] = under;
    firstChild[account] = NONE;
    previousSibling[account] = NONE;
    nextSibling[account] = firstChild[under];
    if (firstChild[under] != NONE) {
      previousSibling[firstChild[under]] = account;
    }
    firstChild[under] = account;
    open++;
    if (reserve(account, budget, tierBytes)) {
      return account;
    }
    close(account);
    return Status.BUDGET_EXCEEDED.code();
  }

  private boolean reserve(int account, Budget budget, int[] tierBytes) {
    int base = account * units;
    for (int u = 0; u < units; u++) {
      int count;
      if (u < tierBytes.length) {
        count = budget.slotReservation(tierBytes[u]);
      } else {
        count = u == tierBytes.length ? budget.nodesReserved : budget.documentNodesReserved;
      }
      if (count > 0 && !buyExactly(account, u, count)) {
        return false;
      }
      reserved[base + u] = count;
    }
    if (budget.bytesReserved > budget.bytesLimit) {
      refusedBy = account;
      refusedForBytes = true;
      return false;
    }
    while (budget.bytesReserved > 0 && !reserveBytes(account, budget.bytesReserved)) {
      if (!enterExact(0)) {
        return false;
      }
    }
    return true;
  }

  private boolean reserveBytes(int account, long count) {
    long growth = Math.max(bytes[account], count) - bytes[account];
    long more = growth;
    for (int a = parent[account]; a != HOUSE && more > 0; a = parent[a]) {
      if (bytes[a] + more > bytesLimit[a]) {
        refusedBy = a;
        refusedForBytes = true;
        return false;
      }
      more = demand(a, bytes[a] + more) - demand(a, bytes[a]);
    }
    bytesReserved[account] = count;
    addBytes(parent[account], growth);
    return true;
  }

  private long demand(int account, long size) {
    return Math.max(size, bytesReserved[account]);
  }

  /** Adds to an account's bytes and passes on what that changes for those above. */
  private void addBytes(int from, long change) {
    long delta = change;
    for (int a = from; a != HOUSE && delta != 0; a = parent[a]) {
      long before = demand(a, bytes[a]);
      bytes[a] += delta;
      delta = demand(a, bytes[a]) - before;
    }
  }

  /** Takes units; answers false, with nothing changed, if no account above can sell them. */
  boolean take(int account, int unit, int count) {
    int cell = account * units + unit;
    int left = credit[cell] - count;
    if (left < 0) {
      if (!buy(account, unit, -left)) {
        return false;
      }
      left = credit[cell] - count;
    }
    credit[cell] = left;
    return true;
  }

  /** Takes units that the account has had and that nobody has taken since. */
  void takeBack(int account, int unit, int count) {
    if (!take(account, unit, count)) {
      throw new MemoryException("account " + account + " could not take back what it had");
    }
  }

  /** Returns units that were in use. */
  void giveBack(int account, int unit, int count) {
    int cell = account * units + unit;
    int now = credit[cell] + count;
    credit[cell] = now;
    if (now > ceiling[cell]) {
      settle(account, unit);
    }
  }

  private void settle(int account, int unit) {
    int cell = account * units + unit;
    if (exactAbove(account, unit)) {
      ceiling[cell] = 0;
      returnSurplus(account, unit, credit[cell]);
      relax(account, unit);
      return;
    }
    int most = Math.max(8, 4 * block[unit]);
    ceiling[cell] = most;
    if (credit[cell] > most) {
      returnSurplus(account, unit, credit[cell] - most / 2);
    }
  }

  private boolean exactAbove(int account, int unit) {
    int bits = 1 << unit | 1 << BYTES;
    for (int a = account; a != NONE; a = parent[a]) {
      if ((exact[a] & bits) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Looks, after something came back, which accounts above have room again. */
  private void relax(int account, int unit) {
    for (int a = account; a != NONE; a = parent[a]) {
      if (exact[a] != 0) {
        toll[a]--;
        relax(a, unit, room(a, unit), a == HOUSE ? bought[unit] : limit[a * units + unit]);
        relax(a, BYTES, bytesLimit[a] - bytes[a], bytesLimit[a]);
      }
    }
  }

  private void relax(int account, int which, long room, long of) {
    int bit = 1 << which;
    if ((exact[account] & bit) == 0 || room < Math.max(1, of >>> 3)) {
      return;
    }
    if (toll[account] <= 0) {
      exact[account] &= ~bit;
    }
    if ((reported[account] & bit) != 0) {
      reported[account] &= ~bit;
      watcher.recovered(account, which);
    }
  }

  private long room(int account, int unit) {
    int cell = account * units + unit;
    return account == HOUSE ? credit[cell] : (long) limit[cell] - bought[cell];
  }

  /** Makes sure that the account has as many units of credit more as are missing. */
  boolean buy(int account, int unit, int missing) {
    int generous = Math.max(missing, block[unit]);
    if (generous > missing && !exactAbove(account, unit) && purchase(account, unit, generous)) {
      return true;
    }
    return buyExactly(account, unit, missing);
  }

  private boolean buyExactly(int account, int unit, int count) {
    int target = credit[account * units + unit] + count;
    while (true) {
      int missing = target - credit[account * units + unit];
      if (missing <= 0 || purchase(account, unit, missing)) {
        return true;
      }
      if (!enterExact(unit)) {
        report(refusedBy, refusedForBytes ? BYTES : unit);
        return false;
      }
    }
  }

  /** Notes a refusal that no account's limit explains, and reports it as others are. */
  void refuse(int account, int unit) {
    refusedBy = account;
    refusedUnit = unit;
    refusedForBytes = false;
    report(account, unit);
  }

  private void report(int account, int which) {
    int bit = 1 << which;
    if ((reported[account] & bit) == 0) {
      reported[account] |= bit;
      watcher.refused(account, which);
    }
  }

  /** Calls in all unused credit below the account that refused; answers false if that is done. */
  private boolean enterExact(int unit) {
    int top = refusedBy;
    int bit = 1 << (refusedForBytes ? BYTES : unit);
    if ((exact[top] & bit) != 0) {
      return false;
    }
    exact[top] |= bit;
    int from = refusedForBytes ? 0 : unit;
    int to = refusedForBytes ? units : unit + 1;
    int visited = 0;
    int a = deepest(top);
    while (true) {
      visited++;
      for (int u = from; a != HOUSE && u < to; u++) {
        int cell = a * units + u;
        ceiling[cell] = 0;
        if (credit[cell] > 0) {
          returnSurplus(a, u, credit[cell]);
        }
      }
      if (a == top) {
        break;
      }
      a = nextSibling[a] != NONE ? deepest(nextSibling[a]) : parent[a];
    }
    toll[top] = Math.max(toll[top], visited);
    visits += visited;
    return true;
  }

  private int deepest(int account) {
    int a = account;
    while (firstChild[a] != NONE) {
      a = firstChild[a];
    }
    return a;
  }

  /**
   * Buys units: each account on the way up adds what it has unused, the house the rest. Checks the
   * whole way before anything changes.
   */
  private boolean purchase(int account, int unit, int count) {
    long size = unitBytes[unit];
    int flow = count;
    long growth = size * count;
    for (int a = account; flow > 0; a = parent[a]) {
      if (a == HOUSE) {
        return refuse(HOUSE, unit, false);
      }
      if ((long) bought[a * units + unit] + flow > limit[a * units + unit]) {
        return refuse(a, unit, false);
      }
      if (growth > 0 && bytes[a] + growth > bytesLimit[a]) {
        boolean poolIsDry = parent[a] == HOUSE && credit[unit] < flow;
        return refuse(poolIsDry ? HOUSE : a, unit, !poolIsDry);
      }
      int used = Math.min(credit[parent[a] * units + unit], flow);
      growth = demand(a, bytes[a] + growth) - demand(a, bytes[a]) - used * size;
      flow -= used;
    }
    held[account * units + unit] += count;
    credit[account * units + unit] += count;
    flow = count;
    growth = size * count;
    int a = account;
    while (flow > 0) {
      bought[a * units + unit] += flow;
      long before = demand(a, bytes[a]);
      bytes[a] += growth;
      long after = demand(a, bytes[a]);
      a = parent[a];
      int used = Math.min(credit[a * units + unit], flow);
      credit[a * units + unit] -= used;
      held[a * units + unit] -= used;
      growth = after - before - used * size;
      flow -= used;
    }
    addBytes(a, growth);
    return true;
  }

  private boolean refuse(int account, int unit, boolean forBytes) {
    refusedBy = account;
    refusedUnit = unit;
    refusedForBytes = forBytes;
    return false;
  }

  /**
   * Returns unused credit above what is reserved as far up as the reservations on the way allow: to
   * the house as a rule.
   */
  private void returnSurplus(int account, int unit, int count) {
    int cell = account * units + unit;
    int n = Math.min(Math.min(count, credit[cell]), bought[cell] - reserved[cell]);
    if (n <= 0) {
      return;
    }
    long size = (long) unitBytes[unit] * n;
    long change = -size;
    int keeper = account;
    do {
      change = demand(keeper, bytes[keeper] + change) - demand(keeper, bytes[keeper]);
      keeper = parent[keeper];
    } while (keeper != HOUSE
        && bought[keeper * units + unit] - reserved[keeper * units + unit] >= n);
    if (keeper != HOUSE && size + change > 0 && !fits(keeper, size + change)) {
      // The units would weigh on the keeper while their bytes stay reserved below it.
      if (bytesReserved[account] > 0) {
        return;
      }
      keeper = parent[account];
    }
    credit[cell] -= n;
    held[cell] -= n;
    for (int a = account; a != keeper; a = parent[a]) {
      bought[a * units + unit] -= n;
    }
    credit[keeper * units + unit] += n;
    held[keeper * units + unit] += n;
    addBytes(account, -size);
    if (keeper != HOUSE) {
      addBytes(keeper, size);
      returnSurplus(keeper, unit, n);
    }
  }

  private boolean fits(int account, long growth) {
    long more = growth;
    for (int a = account; a != HOUSE && more > 0; a = parent[a]) {
      if (bytes[a] + more > bytesLimit[a]) {
        return false;
      }
      more = demand(a, bytes[a] + more) - demand(a, bytes[a]);
    }
    return true;
  }

  /** Takes units that are in use away for good: their slots are retired. */
  void retire(int account, int unit) {
    held[account * units + unit]--;
    for (int a = account; a != NONE; a = parent[a]) {
      int cell = a * units + unit;
      bought[cell]--;
      reserved[cell] = Math.min(reserved[cell], bought[cell]);
    }
    if (account != HOUSE) {
      addBytes(account, -unitBytes[unit]);
    }
  }

  /** Closes an account that has no children and nothing in use. */
  void close(int account) {
    int above = parent[account];
    int base = account * units;
    Arrays.fill(reserved, base, base + units, 0);
    addBytes(above, bytes[account] - demand(account, bytes[account]));
    bytesReserved[account] = 0;
    for (int u = 0; u < units; u++) {
      if (credit[base + u] > 0) {
        returnSurplus(account, u, Integer.MAX_VALUE);
      }
    }
    int before = previousSibling[account];
    int after = nextSibling[account];
    if (before == NONE) {
      firstChild[above] = after;
    } else {
      nextSibling[before] = after;
    }
    if (after != NONE) {
      previousSibling[after] = before;
    }
    parent[account] = NONE;
    nextSibling[account] = freeAccounts;
    freeAccounts = account;
    open--;
    for (int u = 0; u < units; u++) {
      relax(above, u);
    }
  }

  /** Answers how many accounts are open, the house not counted. */
  int openCount() {
    return open;
  }

  /** Answers the units in use by the account itself, without its children. */
  int used(int account, int unit) {
    int cell = account * units + unit;
    return held[cell] - credit[cell];
  }

  /** Answers the units in use by the account and all below it. */
  int usedInAll(int account, int unit) {
    int sum = 0;
    int a = deepest(account);
    while (true) {
      sum += used(a, unit);
      if (a == account) {
        return sum;
      }
      a = nextSibling[a] != NONE ? deepest(nextSibling[a]) : parent[a];
    }
  }

  /** Answers the units that the account could still take, unused credit of others not counted. */
  int available(int account, int unit) {
    long room = Long.MAX_VALUE;
    long found = 0;
    for (int a = account; ; a = parent[a]) {
      int cell = a * units + unit;
      found = Math.min(found + credit[cell], Math.max(room, found));
      if (a == HOUSE) {
        return (int) Math.min(found, Integer.MAX_VALUE);
      }
      room = Math.min(room, found + limit[cell] - bought[cell]);
    }
  }

  /** Answers how many accounts all call-ins together have visited. */
  long visits() {
    return visits;
  }

  int refusedBy() {
    return refusedBy;
  }

  int refusedUnit() {
    return refusedUnit;
  }

  boolean refusedForBytes() {
    return refusedForBytes;
  }

  int limit(int account, int unit) {
    return limit[account * units + unit];
  }

  int bought(int account, int unit) {
    return bought[account * units + unit];
  }

  int reserved(int account, int unit) {
    return reserved[account * units + unit];
  }

  long bytes(int account) {
    return bytes[account];
  }

  long bytesLimit(int account) {
    return bytesLimit[account];
  }

  int parent(int account) {
    return parent[account];
  }

  boolean isOpen(int account) {
    return account == HOUSE || account < accountsUsed && parent[account] != NONE;
  }

  /** Throws unless every equation of the class comment holds. */
  void verify() {
    int counted = 0;
    for (int a = 0; a < accountsUsed; a++) {
      if (!isOpen(a)) {
        continue;
      }
      counted += a == HOUSE ? 0 : 1;
      long size = 0;
      for (int u = 0; u < units; u++) {
        int cell = a * units + u;
        int sold = 0;
        for (int c = firstChild[a]; c != NONE; c = nextSibling[c]) {
          sold += bought[c * units + u];
        }
        check(held[cell] == bought[cell] - sold, a, u, "held is bought less sold");
        check(credit[cell] >= 0 && credit[cell] <= held[cell], a, u, "credit is part of held");
        check(bought[cell] <= limit[cell], a, u, "bought is within the limit");
        check(bought[cell] >= reserved[cell], a, u, "what is reserved is bought");
        size += (long) held[cell] * unitBytes[u];
      }
      for (int c = firstChild[a]; c != NONE; c = nextSibling[c]) {
        check(parent[c] == a, c, NONE, "the parent is the one that lists it");
        size += demand(c, bytes[c]);
      }
      if (a != HOUSE) {
        check(bytes[a] == size, a, NONE, "bytes are those held and the children's demand");
        check(bytes[a] <= bytesLimit[a], a, NONE, "bytes are within the limit");
        check(bytesReserved[a] <= bytesLimit[a], a, NONE, "reserved bytes are within the limit");
      }
    }
    check(counted == open, HOUSE, NONE, "as many accounts are open as are counted");
  }

  private static void check(boolean holds, int account, int unit, String claim) {
    if (!holds) {
      throw new MemoryException(
          "account " + account + ", unit " + unit + ": not true that " + claim);
    }
  }
}
