package dev.lkjagent.memory;

import java.util.Arrays;

/**
 * Who may take how much: a tree of accounts over the units of a pool (slots per tier, nodes,
 * document nodes) and over their bytes.
 *
 * <p>Account 0 is the house: it owns everything that is not sold. Every other account buys units
 * from its parent in blocks and keeps those that it does not use as <em>credit</em>, so taking and
 * returning a unit touches one number. What is bought counts as used against the limits of all
 * accounts above; when a purchase is refused, unused credit below the refusing account is called in
 * and the purchase is tried once more, so the limits are exact.
 *
 * <p>Per account and unit:
 *
 * <pre>
 *   bought  = units that came from the parent         (never above the limit)
 *   held    = bought, less what was sold to children
 *   credit  = held, less what is in use
 * </pre>
 *
 * Per account, {@code bytes} is the size of what it holds and the demand of its children; a child's
 * demand is what it has bought, or its reservation if that is more.
 */
final class Accounts {
  static final int HOUSE = 0;
  private static final int NONE = -1;

  final int units;
  final int[] credit;
  private final int[] unitBytes;
  private final int[] block;
  private final int[] bought;
  private final int[] held;
  private final int[] limit;
  private final int[] reserved;
  private final long[] bytes;
  private final long[] bytesLimit;
  private final long[] bytesReserved;
  private final int[] parent;
  private final int[] firstChild;
  private final int[] nextSibling;
  private int freeAccounts = NONE;
  private int accountsUsed;

  /** The account whose limit refused the last purchase; the house if the pool itself is empty. */
  private int refusedBy;

  private boolean refusedForBytes;

  Accounts(int accounts, int[] unitBytes, int[] totals) {
    units = unitBytes.length;
    this.unitBytes = unitBytes;
    block = new int[units];
    for (int u = 0; u < units; u++) {
      int bySize = unitBytes[u] == 0 ? 64 : Math.max(1, Math.min(32, 32_768 / unitBytes[u]));
      block[u] = Math.max(1, Math.min(bySize, totals[u] / 64));
    }
    int cells = Math.multiplyExact(accounts, units);
    credit = new int[cells];
    bought = new int[cells];
    held = new int[cells];
    limit = new int[cells];
    reserved = new int[cells];
    bytes = new long[accounts];
    bytesLimit = new long[accounts];
    bytesReserved = new long[accounts];
    parent = new int[accounts];
    firstChild = new int[accounts];
    nextSibling = new int[accounts];
    accountsUsed = 1;
    parent[HOUSE] = NONE;
    firstChild[HOUSE] = NONE;
    bytesLimit[HOUSE] = Long.MAX_VALUE;
    for (int u = 0; u < units; u++) {
      credit[u] = bought[u] = held[u] = limit[u] = totals[u];
    }
  }

  static long arrayBytesPerAccount(int units) {
    return units * 5L * Integer.BYTES + 3L * Long.BYTES + 3L * Integer.BYTES;
  }

  /** Opens an account; answers its number, or a negative status. */
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
    for (int u = 0; u < units; u++) {
      limit[base + u] = Integer.MAX_VALUE;
      reserved[base + u] = 0;
    }
    for (int t = 0; t < tierBytes.length; t++) {
      limit[base + t] = budget.slotLimits.getOrDefault(tierBytes[t], Integer.MAX_VALUE);
    }
    limit[base + tierBytes.length] = budget.nodesLimit;
    limit[base + tierBytes.length + 1] = budget.documentNodesLimit;
    bytes[account] = 0;
    bytesLimit[account] = budget.bytesLimit;
    bytesReserved[account] = 0;
    parent[account] = under;
    firstChild[account] = NONE;
    nextSibling[account] = firstChild[under];
    firstChild[under] = account;
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
        count = budget.slotReservations.getOrDefault(tierBytes[u], 0);
      } else {
        count = u == tierBytes.length ? budget.nodesReserved : budget.documentNodesReserved;
      }
      if (count > 0 && !buyExactly(account, u, count)) {
        return false;
      }
      reserved[base + u] = count;
    }
    if (budget.bytesReserved > budget.bytesLimit) {
      return false;
    }
    if (budget.bytesReserved == 0) {
      return true;
    }
    if (!reserveBytes(account, budget.bytesReserved)) {
      callIn(parent[account]);
      return reserveBytes(account, budget.bytesReserved);
    }
    return true;
  }

  private boolean reserveBytes(int account, long count) {
    long more = Math.max(bytes[account], count) - bytes[account];
    for (int a = parent[account]; a != HOUSE && more > 0; a = parent[a]) {
      if (bytes[a] + more > bytesLimit[a]) {
        refusedBy = a;
        refusedForBytes = true;
        return false;
      }
      more = Math.max(bytes[a] + more, bytesReserved[a]) - Math.max(bytes[a], bytesReserved[a]);
    }
    more = Math.max(bytes[account], count) - bytes[account];
    bytesReserved[account] = count;
    addBytes(parent[account], more);
    return true;
  }

  /** Adds to an account's bytes and passes on what that changes for those above. */
  private void addBytes(int from, long change) {
    long delta = change;
    for (int a = from; a != HOUSE && delta != 0; a = parent[a]) {
      long before = Math.max(bytes[a], bytesReserved[a]);
      bytes[a] += delta;
      delta = Math.max(bytes[a], bytesReserved[a]) - before;
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

  /** Returns units that were in use. */
  void giveBack(int account, int unit, int count) {
    int cell = account * units + unit;
    int now = credit[cell] + count;
    credit[cell] = now;
    if (now > 4 * block[unit] && account != HOUSE) {
      returnSurplus(account, unit, now - 2 * block[unit]);
    }
  }

  /** Makes sure that the account has at least one unit of credit. */
  boolean buy(int account, int unit, int missing) {
    if (account == HOUSE) {
      return false;
    }
    int generous = Math.max(missing, block[unit]);
    if (generous > missing && purchase(account, unit, generous)) {
      return true;
    }
    return buyExactly(account, unit, missing);
  }

  private boolean buyExactly(int account, int unit, int count) {
    if (purchase(account, unit, count)) {
      return true;
    }
    int cell = account * units + unit;
    int target = credit[cell] + count;
    callIn(refusedBy);
    int missing = target - credit[cell];
    return missing <= 0 || purchase(account, unit, missing);
  }

  private boolean purchase(int account, int unit, int count) {
    long size = (long) unitBytes[unit] * count;
    int seller = account;
    long more = size;
    do {
      int cell = seller * units + unit;
      if ((long) bought[cell] + count > limit[cell]) {
        refusedBy = seller;
        refusedForBytes = false;
        return false;
      }
      if (bytes[seller] + more > bytesLimit[seller]) {
        refusedBy = seller;
        refusedForBytes = true;
        return false;
      }
      more =
          Math.max(bytes[seller] + more, bytesReserved[seller])
              - Math.max(bytes[seller], bytesReserved[seller]);
      seller = parent[seller];
    } while (seller != HOUSE && credit[seller * units + unit] < count);
    int sold = seller * units + unit;
    if (credit[sold] < count) {
      refusedBy = HOUSE;
      refusedForBytes = false;
      return false;
    }
    credit[sold] -= count;
    held[sold] -= count;
    if (seller != HOUSE) {
      addBytes(seller, -size);
    }
    for (int a = account; a != seller; a = parent[a]) {
      bought[a * units + unit] += count;
    }
    int cell = account * units + unit;
    held[cell] += count;
    credit[cell] += count;
    addBytes(account, size);
    return true;
  }

  /**
   * Returns unused credit, above what is reserved, as far up as the reservations of the accounts
   * between allow: to the house as a rule.
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
      change =
          Math.max(bytes[keeper] + change, bytesReserved[keeper])
              - Math.max(bytes[keeper], bytesReserved[keeper]);
      keeper = parent[keeper];
    } while (keeper != HOUSE
        && bought[keeper * units + unit] - reserved[keeper * units + unit] >= n);
    if (keeper != HOUSE && size + change > 0) {
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
    }
  }

  /** Returns all unused credit below an account to it, children first, without recursion. */
  private void callIn(int top) {
    int a = top;
    while (firstChild[a] != NONE) {
      a = firstChild[a];
    }
    while (true) {
      if (a != HOUSE && (a != top || refusedForBytes)) {
        for (int u = 0; u < units; u++) {
          returnSurplus(a, u, credit[a * units + u]);
        }
      }
      if (a == top) {
        return;
      }
      if (nextSibling[a] != NONE) {
        a = nextSibling[a];
        while (firstChild[a] != NONE) {
          a = firstChild[a];
        }
      } else {
        a = parent[a];
      }
    }
  }

  /** Takes units that are in use away for good: their slots are retired. */
  void retire(int account, int unit) {
    held[account * units + unit]--;
    for (int a = account; a != NONE; a = parent[a]) {
      int cell = a * units + unit;
      bought[cell]--;
      reserved[cell] = Math.min(reserved[cell], bought[cell]);
    }
    addBytes(account, -unitBytes[unit]);
  }

  /** Closes an account that has no children and nothing in use. */
  void close(int account) {
    Arrays.fill(reserved, account * units, (account + 1) * units, 0);
    int above = parent[account];
    addBytes(above, bytes[account] - Math.max(bytes[account], bytesReserved[account]));
    bytesReserved[account] = 0;
    for (int u = 0; u < units; u++) {
      returnSurplus(account, u, Integer.MAX_VALUE);
    }
    if (firstChild[above] == account) {
      firstChild[above] = nextSibling[account];
    } else {
      int a = firstChild[above];
      while (nextSibling[a] != account) {
        a = nextSibling[a];
      }
      nextSibling[a] = nextSibling[account];
    }
    parent[account] = NONE;
    nextSibling[account] = freeAccounts;
    freeAccounts = account;
  }

  int firstChild(int account) {
    return firstChild[account];
  }

  int nextSibling(int account) {
    return nextSibling[account];
  }

  /** Answers the units in use by the account itself, without its children. */
  int used(int account, int unit) {
    int cell = account * units + unit;
    return held[cell] - credit[cell];
  }

  /** Answers the units in use by the account and all below it. */
  int usedInAll(int account, int unit) {
    int sum = 0;
    int a = account;
    while (true) {
      sum += used(a, unit);
      if (firstChild[a] != NONE) {
        a = firstChild[a];
        continue;
      }
      while (a != account && nextSibling[a] == NONE) {
        a = parent[a];
      }
      if (a == account) {
        return sum;
      }
      a = nextSibling[a];
    }
  }

  /** Answers the units that the account could still take, unused credit of others not counted. */
  int available(int account, int unit) {
    long room = Long.MAX_VALUE;
    long best = 0;
    for (int a = account; a != NONE; a = parent[a]) {
      int cell = a * units + unit;
      best = Math.max(best, Math.min(room, credit[cell]));
      if (a != HOUSE) {
        room = Math.min(room, (long) limit[cell] - bought[cell]);
      }
    }
    return (int) Math.min(best, Integer.MAX_VALUE);
  }

  int refusedBy() {
    return refusedBy;
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

  long bytesLimit(int account) {
    return bytesLimit[account];
  }

  int parent(int account) {
    return parent[account];
  }

  /** Throws unless every equation of the class comment holds. */
  void verify() {
    for (int a = 0; a < accountsUsed; a++) {
      if (a != HOUSE && parent[a] == NONE) {
        continue;
      }
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
      if (a != HOUSE) {
        for (int c = firstChild[a]; c != NONE; c = nextSibling[c]) {
          size += Math.max(bytes[c], bytesReserved[c]);
        }
        check(bytes[a] == size, a, -1, "bytes are those held and the children's demand");
        check(bytes[a] <= bytesLimit[a], a, -1, "bytes are within the limit");
      }
    }
  }

  private static void check(boolean holds, int account, int unit, String claim) {
    if (!holds) {
      throw new MemoryException(
          "account " + account + ", unit " + unit + ": not true that " + claim);
    }
  }
}
