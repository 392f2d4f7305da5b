package dev.lkjagent.memory.tree;

import dev.lkjagent.memory.PooledRope;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.SliceConsumer;
import dev.lkjagent.memory.Status;
import org.jspecify.annotations.Nullable;

/**
 * The texts of an editable tree that are longer than the largest tier: each a rope, known by the
 * handle of its first slot.
 *
 * <p>A holder is taken out of its field while it is in use, because the call may come back: a
 * request for room may run a reclaimer that edits the tree, and a reader of slices may read on.
 */
final class RopeTexts {
  private Scope scope;
  private @Nullable PooledRope spare;

  /** Keeps its place between two reads of one text, so that reading on costs no walk. */
  private @Nullable PooledRope reader;

  RopeTexts(Scope scope) {
    this.scope = scope;
  }

  private PooledRope take() {
    PooledRope holder = spare;
    spare = null;
    return holder == null ? new PooledRope(scope) : holder;
  }

  private void putBack(PooledRope holder) {
    holder.detach();
    spare = holder.scope() == scope ? holder : null;
  }

  /** Notes that another scope pays for the texts. */
  void paidBy(Scope newScope) {
    scope = newScope;
    if (spare != null) {
      spare.tryTransfer(newScope);
    }
  }

  /** Makes an empty rope with room; answers its handle, or the code of a status. */
  long reserve(int bytes) {
    PooledRope rope = take();
    Status status = rope.tryRoomFor(bytes);
    long handle = rope.handle();
    putBack(rope);
    return status == Status.OK ? handle : status.code();
  }

  Status append(long handle, byte[] text, int from, int length) {
    PooledRope rope = take();
    rope.attach(handle);
    Status status = rope.tryAppend(text, from, length);
    putBack(rope);
    return status;
  }

  void free(long handle) {
    PooledRope rope = take();
    rope.attach(handle);
    rope.destroy();
    putBack(rope);
  }

  void copyTo(long handle, int from, byte[] target, int at, int length) {
    PooledRope rope = reader;
    if (rope == null) {
      rope = new PooledRope(scope);
      reader = rope;
    }
    if (rope.handle() != handle) {
      rope.attach(handle);
    }
    rope.copyTo(from, target, at, length);
  }

  void forEachSlice(long handle, SliceConsumer consumer) {
    PooledRope rope = take();
    rope.attach(handle);
    rope.forEachSlice(consumer);
    putBack(rope);
  }
}
