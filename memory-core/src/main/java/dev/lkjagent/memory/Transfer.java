package dev.lkjagent.memory;

import static dev.lkjagent.memory.NodeRecords.INT;
import static dev.lkjagent.memory.NodeRecords.OWNER;

import org.jspecify.annotations.Nullable;

/**
 * The change of the scope that pays for all that an object holds: charged as a whole, or refused
 * with nothing changed.
 *
 * <p>The object names its slots, nodes and blocks once per step, in the same order each time. All
 * are looked at first, so whatever is stale is refused before anything changes. Then all are
 * credited to who paid, and then charged to who shall pay; so what moves below a common limit needs
 * no room under it. If one charge is refused, those before it are credited again and everything is
 * charged to who paid, which stands beside each slot and node until the end: what was in use at
 * once before can be so again.
 *
 * <p>A pool has one such object. Nothing allocates but thrown errors.
 */
public final class Transfer {
  private enum Step {
    LOOK,
    CREDIT,
    CHARGE,
    CREDIT_AGAIN,
    CHARGE_AGAIN,
    NOTE
  }

  private final MemoryPool pool;
  private final int tiers;
  private Step step = Step.LOOK;
  private int account;
  private Status outcome = Status.OK;
  private int charged;

  /** Whether all that was looked at is paid for by the account. */
  private boolean paid;

  private @Nullable Resident resident;
  private long rope;

  Transfer(MemoryPool pool) {
    this.pool = pool;
    tiers = pool.slotBytes.length;
  }

  /**
   * Names a slot that the object holds.
   *
   * @param handle a live handle
   * @throws StaleHandleException if the handle is not live; nothing has changed then
   */
  public void slot(long handle) {
    int row = step == Step.LOOK ? pool.check(handle) : pool.rowOf(handle);
    pay(pool.owner[row], pool.tierOfHandle(handle), 1);
    if (step == Step.NOTE) {
      pool.owner[row] = account;
    }
  }

  /**
   * Names all slots of a rope that the object holds.
   *
   * @param first the handle of its first slot
   * @throws StaleHandleException if a slot of it was freed; nothing has changed then
   */
  public void rope(long first) {
    for (long slot = first; slot != Handles.NIL; slot = PooledRope.after(pool, slot)) {
      slot(slot);
    }
  }

  /**
   * Names a node of an editable tree that the object holds.
   *
   * @param node its number
   * @throws StaleHandleException if the node is not in use; nothing has changed then
   */
  public void node(int node) {
    if (step == Step.LOOK) {
      pool.nodes.checkInUse(node);
    }
    pay(pool.nodes.owner(node), tiers, 1);
    if (step == Step.NOTE) {
      INT.set(pool.nodes.records, node * NodeRecords.BYTES + OWNER, account);
    }
  }

  /**
   * Names a block of document nodes that the object holds.
   *
   * @param payer who has paid so far
   * @param from the block's first node
   * @param length its length
   * @throws MemoryException if that is no block of the payer's; nothing has changed then
   */
  public void tape(Scope payer, int from, int length) {
    if (step == Step.LOOK) {
      pool.tape.check(payer.account(), from, length);
    }
    pay(payer.account(), tiers + 1, length);
    if (step == Step.NOTE) {
      pool.tape.note(from, account, length);
    }
  }

  private void pay(int payer, int unit, int count) {
    switch (step) {
      case LOOK -> paid &= payer == account;
      case CREDIT -> pool.accounts.giveBack(payer, unit, count);
      case CHARGE -> charge(unit, count);
      case CREDIT_AGAIN -> {
        if (charged > 0) {
          charged--;
          pool.accounts.giveBack(account, unit, count);
        }
      }
      case CHARGE_AGAIN -> pool.accounts.takeBack(payer, unit, count);
      case NOTE -> {}
    }
  }

  private void charge(int unit, int count) {
    if (outcome == Status.OK) {
      outcome = pool.charge(account, unit, count);
      charged += outcome == Status.OK ? 1 : 0;
    }
  }

  /** Makes a scope pay for what a resident holds, or answers why it can't. */
  Status of(Resident holder, Scope to) {
    return move(holder, Handles.NIL, to);
  }

  /** Makes a scope pay for all slots of a rope, or answers why it can't. */
  Status ofRope(long first, Scope to) {
    return move(null, first, to);
  }

  private Status move(@Nullable Resident holder, long first, Scope to) {
    account = pool.checkPayer(to);
    resident = holder;
    rope = first;
    outcome = Status.OK;
    charged = 0;
    name(Step.LOOK);
    name(Step.CREDIT);
    name(Step.CHARGE);
    if (outcome == Status.OK) {
      name(Step.NOTE);
    } else {
      name(Step.CREDIT_AGAIN);
      name(Step.CHARGE_AGAIN);
    }
    resident = null;
    return outcome;
  }

  private void name(Step next) {
    step = next;
    if (resident == null) {
      rope(rope);
    } else {
      resident.holdings(this);
    }
  }

  /** Tells whether a resident's scope pays for all that it holds. */
  boolean isPaid(Resident holder) {
    account = holder.scope().account();
    step = Step.LOOK;
    paid = true;
    holder.holdings(this);
    return paid;
  }
}
