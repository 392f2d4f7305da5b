package dev.lkjagent.memory;

import static dev.lkjagent.memory.NodeRecords.LONG;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A text of any length, in UTF-8, as a chain of slots: for what is longer than the largest tier, or
 * grows piece by piece. Read and written by chunk, up to the budget and to the spec's rule for
 * ropes.
 *
 * <pre>
 *   first slot   | next 8 | last 8 | size 8 | text ...
 *   other slots  | next 8 | text ...
 * </pre>
 *
 * <p>The object is a reusable holder of the first slot's handle. An append takes all slots that it
 * needs before it writes, so one that fails leaves the text as it was. Nothing allocates on the
 * Java heap but thrown errors and {@link #toString}.
 */
public final class PooledRope implements AutoCloseable {
  private static final int NEXT = 0;
  private static final int LAST = 8;
  private static final int SIZE = 16;
  private static final int FIRST_HEADER = 24;
  private static final int HEADER = 8;

  private final MemoryPool pool;
  private Scope scope;
  private long first;
  private long cursor;
  private long cursorStart;

  /**
   * Creates a holder of no text.
   *
   * @param scope who pays for the text
   */
  public PooledRope(Scope scope) {
    this.scope = scope;
    pool = scope.pool();
  }

  /**
   * Holds another rope from now on. The one held so far is not freed.
   *
   * @param newHandle the handle of a rope's first slot, or {@link Handles#NIL} for none
   * @throws StaleHandleException if the handle is not live
   */
  public void attach(long newHandle) {
    if (newHandle != Handles.NIL) {
      pool.check(newHandle);
    }
    first = newHandle;
    cursor = Handles.NIL;
  }

  /**
   * Gives up the rope without freeing it.
   *
   * @return the handle of its first slot, {@link Handles#NIL} if there was none
   */
  public long detach() {
    long was = first;
    first = Handles.NIL;
    cursor = Handles.NIL;
    return was;
  }

  /**
   * Answers the handle of the first slot, which stands for the rope and never changes while it
   * grows.
   *
   * @return {@link Handles#NIL} if there is no text
   */
  public long handle() {
    return first;
  }

  /**
   * Answers who pays for the text.
   *
   * @return the scope
   */
  public Scope scope() {
    return scope;
  }

  /**
   * Makes another scope pay for the text, and for what is added to it from now on: for all its
   * slots, or for none. Nothing is copied, and the handle stays valid.
   *
   * @param to who pays from now on
   * @return {@link Status#OK}, or why the other scope can't have it; nothing has changed then
   * @throws MemoryException if the scope is closed or in another pool, or a reclaimer is running
   */
  public Status tryTransfer(Scope to) {
    Status status = pool.transfer.ofRope(first, to);
    if (status == Status.OK) {
      scope = to;
    }
    return status;
  }

  /** Answers the slot behind a live slot of a rope, {@link Handles#NIL} behind the last. */
  static long after(MemoryPool pool, long slot) {
    return (long) LONG.get(pool.slab, pool.offsetOfChecked(slot) + NEXT);
  }

  /**
   * Answers the length of the text.
   *
   * @return bytes, 0 if there is none
   */
  public long size() {
    return first == Handles.NIL ? 0 : get(first, SIZE);
  }

  private long get(long slot, int field) {
    pool.check(slot);
    return (long) LONG.get(pool.slab, pool.offsetOfChecked(slot) + field);
  }

  private void put(long slot, int field, long value) {
    LONG.set(pool.slab, pool.offsetOfChecked(slot) + field, value);
  }

  private int header(long slot) {
    return slot == first ? FIRST_HEADER : HEADER;
  }

  /**
   * Adds to the end of the text.
   *
   * @param source where the addition stands, in UTF-8; it may be cut anywhere
   * @param from its first byte
   * @param length its length in bytes
   * @return {@link Status#OK}, or why there is no room
   */
  public Status tryAppend(byte[] source, int from, int length) {
    Objects.checkFromIndexSize(from, length, source.length);
    Status status = tryRoomFor(length);
    if (status != Status.OK) {
      return status;
    }
    int at = from;
    int left = length;
    while (left > 0) {
      int count = Math.min(left, tailRoom());
      System.arraycopy(source, at, pool.slab, tailOffset(), count);
      commit(count);
      at += count;
      left -= count;
    }
    return Status.OK;
  }

  /**
   * Adds to the end of the text.
   *
   * @param text what to add
   * @return {@link Status#OK}, why there is no room, or {@link Status#MALFORMED}
   */
  public Status tryAppend(CharSequence text) {
    int length = Utf8.length(text);
    if (length < 0) {
      return Status.MALFORMED;
    }
    Status status = tryRoomFor(length);
    if (status != Status.OK) {
      return status;
    }
    long before = size();
    boolean done = false;
    try {
      encode(text, length);
      done = true;
    } finally {
      if (!done) {
        cut(before);
      }
    }
    return Status.OK;
  }

  /** Writes a text that was measured; throws if it has changed since. */
  private void encode(CharSequence text, int length) {
    int left = length;
    for (int i = 0; left > 0; ) {
      char c = text.charAt(i++);
      int point = Character.isSurrogate(c) ? Utf8.pair(c, text.charAt(i++)) : c;
      left -= Utf8.size(point);
      if (left < 0) {
        throw Utf8.changed();
      }
      appendPoint(point);
    }
  }

  private void appendPoint(int point) {
    int size = Utf8.size(point);
    if (size <= tailRoom()) {
      Utf8.encode(point, pool.slab, tailOffset());
      commit(size);
      return;
    }
    // At a seam: byte by byte, the high bits first.
    for (int i = 0; i < size; i++) {
      int shift = 6 * (size - 1 - i);
      int lead = size == 2 ? 0xC0 : size == 3 ? 0xE0 : 0xF0;
      int b = i == 0 ? lead | point >>> shift : 0x80 | point >>> shift & 0x3F;
      tailRoom();
      pool.slab[tailOffset()] = (byte) b;
      commit(1);
    }
  }

  /**
   * Adds a pooled text to the end.
   *
   * @param source the text, of any pool of this thread
   * @return {@link Status#OK}, or why there is no room
   */
  public Status tryAppend(PooledString source) {
    int size = source.size();
    return size == 0
        ? Status.OK
        : tryAppend(source.pool().slab, source.pool().raw().offset(source.handle()), size);
  }

  /**
   * Makes room at the end, in slots that are taken at once or not at all.
   *
   * @param bytes how many bytes will be added
   * @return {@link Status#OK}, or why there is no room
   */
  public Status tryRoomFor(int bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("room for " + bytes + " B was asked");
    }
    RopeRules rules = pool.spec().ropes();
    if (size() + bytes > rules.maxBytes()) {
      return Status.TOO_LARGE;
    }
    boolean fresh = first == Handles.NIL;
    long tail = fresh ? Handles.NIL : get(first, LAST);
    long room = fresh ? 0 : spareAfter(tail);
    long chain = Handles.NIL;
    long end = Handles.NIL;
    while (room < bytes || fresh && chain == Handles.NIL) {
      long slot = pool.take(scope.account(), rules.chunkBytes());
      if (slot < 0) {
        freeChain(chain);
        return Status.of(slot);
      }
      if (!fresh && !pool.isLive(first)) {
        pool.free(slot);
        freeChain(chain);
        pool.check(first);
      }
      put(slot, NEXT, Handles.NIL);
      if (chain == Handles.NIL) {
        chain = slot;
      } else {
        put(end, NEXT, slot);
      }
      end = slot;
      boolean head = fresh && slot == chain;
      pool.setLength(slot, head ? FIRST_HEADER : HEADER);
      room += pool.capacity(slot) - (head ? FIRST_HEADER : HEADER);
    }
    if (chain == Handles.NIL) {
      return Status.OK;
    }
    if (fresh) {
      first = chain;
      put(first, SIZE, 0);
      put(first, LAST, first);
    } else {
      long last = tail;
      while (get(last, NEXT) != Handles.NIL) {
        last = get(last, NEXT);
      }
      put(last, NEXT, chain);
    }
    return Status.OK;
  }

  /** Answers the room in a slot and in the empty ones after it. */
  private long spareAfter(long tail) {
    long room = 0;
    for (long slot = tail; slot != Handles.NIL; slot = get(slot, NEXT)) {
      room += pool.capacity(slot) - pool.length(slot);
    }
    return room;
  }

  /**
   * Answers how many bytes can be written at {@link #tailOffset}.
   *
   * @return bytes, 0 if there is no room: ask for it by {@link #tryRoomFor}
   */
  public int tailRoom() {
    if (first == Handles.NIL) {
      return 0;
    }
    long last = get(first, LAST);
    int room = pool.capacity(last) - pool.length(last);
    while (room == 0 && get(last, NEXT) != Handles.NIL) {
      last = get(last, NEXT);
      put(first, LAST, last);
      room = pool.capacity(last) - pool.length(last);
    }
    return room;
  }

  /**
   * Answers where the next bytes go.
   *
   * @return an index into {@link RawMemory#bytes()}; valid for {@link #tailRoom} bytes
   */
  public int tailOffset() {
    long last = get(first, LAST);
    return pool.offsetOfChecked(last) + pool.length(last);
  }

  /**
   * Makes bytes that were written at {@link #tailOffset} part of the text.
   *
   * @param bytes how many
   * @throws IndexOutOfBoundsException if there is not so much room
   */
  public void commit(int bytes) {
    if (bytes < 0 || bytes > tailRoom()) {
      throw new IndexOutOfBoundsException(
          bytes + " B were written to a chunk with room for " + tailRoom() + " B");
    }
    if (bytes > 0) {
      long last = get(first, LAST);
      pool.setLength(last, pool.length(last) + bytes);
      put(first, SIZE, get(first, SIZE) + bytes);
    }
  }

  /**
   * Copies a part of the text. Reading on where the last part ended takes constant time, going back
   * takes time in proportion to the chunks before.
   *
   * @param from the part's first byte
   * @param target where it goes
   * @param at the first byte there
   * @param length how many bytes
   * @throws IndexOutOfBoundsException if the text or the target is shorter
   */
  public void copyTo(long from, byte[] target, int at, int length) {
    Objects.checkFromIndexSize(at, length, target.length);
    if (from < 0 || from > size() - length) {
      throw new IndexOutOfBoundsException(
          length + " B from byte " + from + " on, of a text of " + size() + " B");
    }
    if (length == 0) {
      return;
    }
    if (cursor == Handles.NIL || cursorStart > from || !pool.isLive(cursor)) {
      cursor = first;
      cursorStart = 0;
    }
    int done = 0;
    while (done < length) {
      int inChunk = pool.length(cursor) - header(cursor);
      long skip = from + done - cursorStart;
      if (skip >= inChunk) {
        cursor = get(cursor, NEXT);
        cursorStart += inChunk;
        continue;
      }
      int count = (int) Math.min((long) length - done, inChunk - skip);
      int offset = pool.offsetOfChecked(cursor) + header(cursor) + (int) skip;
      System.arraycopy(pool.slab, offset, target, at + done, count);
      done += count;
    }
  }

  /**
   * Hands the text to a reader, chunk by chunk, where it lies. A chunk may end inside of a
   * character.
   *
   * @param consumer the reader
   */
  public void forEachSlice(SliceConsumer consumer) {
    long slot = first;
    while (slot != Handles.NIL) {
      int header = header(slot);
      int length = pool.length(slot) - header;
      if (length > 0 && !consumer.accept(pool.slab, pool.offsetOfChecked(slot) + header, length)) {
        return;
      }
      slot = get(slot, NEXT);
    }
  }

  /**
   * Compares the text with bytes.
   *
   * @param other where the other text stands
   * @param from its first byte
   * @param length its length in bytes
   * @return true if they are the same
   */
  public boolean contentEquals(byte[] other, int from, int length) {
    Objects.checkFromIndexSize(from, length, other.length);
    if (size() != length) {
      return false;
    }
    int at = from;
    for (long slot = first; slot != Handles.NIL; slot = get(slot, NEXT)) {
      int start = pool.offsetOfChecked(slot) + header(slot);
      int count = pool.length(slot) - header(slot);
      if (!java.util.Arrays.equals(pool.slab, start, start + count, other, at, at + count)) {
        return false;
      }
      at += count;
    }
    return true;
  }

  /**
   * Cuts the text off, before the character that would not fit, and frees the slots behind.
   *
   * @param maxBytes how many bytes may stay
   * @return how many stay
   */
  public long truncate(long maxBytes) {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("a text can't be cut to " + maxBytes + " B");
    }
    long size = size();
    if (first == Handles.NIL || maxBytes >= size) {
      return size;
    }
    long kept = maxBytes;
    while (kept > 0 && (byteAt(kept) & 0xC0) == 0x80) {
      kept--;
    }
    cut(kept);
    return kept;
  }

  /** Cuts the text off at a byte, and frees the slots behind. */
  private void cut(long kept) {
    long slot = first;
    long left = kept;
    while (left > pool.length(slot) - header(slot)) {
      left -= pool.length(slot) - header(slot);
      slot = get(slot, NEXT);
    }
    long rest = get(slot, NEXT);
    put(slot, NEXT, Handles.NIL);
    pool.setLength(slot, header(slot) + (int) left);
    put(first, LAST, slot);
    put(first, SIZE, kept);
    cursor = Handles.NIL;
    freeChain(rest);
  }

  /**
   * Answers what is wrong with a chain of slots, for proofs of a pool's invariants.
   *
   * @param size how long the text should be
   * @return null if nothing is
   */
  static @Nullable String flaw(MemoryPool pool, long first, long size) {
    if (!pool.isLive(first)) {
      return "its first slot is live";
    }
    long tail = (long) LONG.get(pool.slab, pool.offsetOfChecked(first) + LAST);
    long inSlots = 0;
    boolean behindTail = false;
    int slots = 0;
    for (long slot = first; slot != Handles.NIL; slots++) {
      if (!pool.isLive(slot) || slots > pool.spec().slotCount()) {
        return "each slot of the chain is live and in it once";
      }
      int used = pool.length(slot) - (slot == first ? FIRST_HEADER : HEADER);
      if (used < 0 || behindTail && used > 0) {
        return "its slots are filled one after the other";
      }
      behindTail |= slot == tail;
      inSlots += used;
      slot = after(pool, slot);
    }
    long told = (long) LONG.get(pool.slab, pool.offsetOfChecked(first) + SIZE);
    return !behindTail
        ? "its last slot is one of the chain"
        : inSlots == size && told == size ? null : "its length is that of its pieces";
  }

  private int byteAt(long index) {
    long left = index;
    long slot = first;
    while (left >= pool.length(slot) - header(slot)) {
      left -= pool.length(slot) - header(slot);
      slot = get(slot, NEXT);
    }
    return pool.slab[pool.offsetOfChecked(slot) + header(slot) + (int) left];
  }

  private void freeChain(long chain) {
    long slot = chain;
    while (slot != Handles.NIL) {
      long next = get(slot, NEXT);
      pool.free(slot);
      slot = next;
    }
  }

  /** Frees the text. Without a text it does nothing. */
  public void destroy() {
    if (first != Handles.NIL) {
      pool.checkThread();
      freeChain(detach());
    }
  }

  /** Frees the text, as {@link #destroy()} does, unless its scope has taken it back already. */
  @Override
  public void close() {
    if (first != Handles.NIL && pool.isOpen()) {
      pool.checkThread();
    }
    long was = detach();
    if (was != Handles.NIL && pool.isOpen()) {
      if (pool.isLive(was)) {
        freeChain(was);
      }
    }
  }

  /**
   * Copies the text into a string; this allocates.
   *
   * @return the text, empty if there is none
   * @throws OutOfMemoryError if it is longer than an array may be
   */
  @Override
  public String toString() {
    long size = size();
    if (size > Integer.MAX_VALUE - 8) {
      throw new OutOfMemoryError("a text of " + size + " B fits no string");
    }
    byte[] copy = new byte[(int) size];
    copyTo(0, copy, 0, copy.length);
    return new String(copy, StandardCharsets.UTF_8);
  }
}
