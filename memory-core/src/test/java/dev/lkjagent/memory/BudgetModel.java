package dev.lkjagent.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What budgets promise, computed anew from plain numbers for every question. */
final class BudgetModel {
  static final int UNLIMITED = Integer.MAX_VALUE;

  /** A scope of the model. */
  static final class Account {
    final Account parent;
    final List<Account> children = new ArrayList<>();
    final int[] used;
    final int[] limit;
    final int[] reserved;
    final long bytesLimit;
    final long bytesReserved;

    Account(Account parent, int[] limit, int[] reserved, long bytesLimit, long bytesReserved) {
      this.parent = parent;
      used = new int[limit.length];
      this.limit = limit;
      this.reserved = reserved;
      this.bytesLimit = bytesLimit;
      this.bytesReserved = bytesReserved;
    }

    /** What the account and all below it take from above: what they use, or what is reserved. */
    int demand(int unit) {
      return Math.max(reserved[unit], below(unit));
    }

    private int below(int unit) {
      int sum = used[unit];
      for (Account child : children) {
        sum += child.demand(unit);
      }
      return sum;
    }

    long bytes(int[] unitBytes) {
      long sum = 0;
      for (int u = 0; u < unitBytes.length; u++) {
        int unusedReservation = Math.max(0, reserved[u] - below(u));
        sum += (long) unitBytes[u] * (used[u] + unusedReservation);
      }
      for (Account child : children) {
        sum += Math.max(child.bytesReserved, child.bytes(unitBytes));
      }
      return sum;
    }
  }

  /** A slot or a node, and who pays for it. */
  static class Unit {
    int unit;
    Account account;
  }

  private final int[] unitBytes;
  private final int[] totals;
  final Account root;

  BudgetModel(int[] unitBytes, int[] totals, long bytes) {
    this.unitBytes = unitBytes;
    this.totals = totals;
    int[] unlimited = new int[totals.length];
    java.util.Arrays.fill(unlimited, UNLIMITED);
    root = new Account(null, unlimited, new int[totals.length], bytes, 0);
  }

  /** Tells whether all limits hold as things stand. */
  boolean holds(Account from) {
    for (Account a = from; a != null; a = a.parent) {
      for (int u = 0; u < totals.length; u++) {
        if (a.demand(u) > a.limit[u]) {
          return false;
        }
      }
      if (Math.max(a.bytesReserved, a.bytes(unitBytes)) > a.bytesLimit) {
        return false;
      }
    }
    for (int u = 0; u < totals.length; u++) {
      if (root.demand(u) > totals[u]) {
        return false;
      }
    }
    return true;
  }

  boolean take(Account account, int unit) {
    account.used[unit]++;
    if (holds(account)) {
      return true;
    }
    account.used[unit]--;
    return false;
  }

  /** Makes an account pay for all units or for none. */
  boolean transfer(Set<? extends Unit> units, Account to) {
    units.forEach(unit -> unit.account.used[unit.unit]--);
    units.forEach(unit -> to.used[unit.unit]++);
    boolean granted = holds(to);
    if (!granted) {
      units.forEach(unit -> to.used[unit.unit]--);
      units.forEach(unit -> unit.account.used[unit.unit]++);
    } else {
      units.forEach(unit -> unit.account = to);
    }
    return granted;
  }

  boolean open(Account child) {
    child.parent.children.add(child);
    if (holds(child)) {
      return true;
    }
    child.parent.children.remove(child);
    return false;
  }
}
