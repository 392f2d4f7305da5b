package dev.lkjagent.memory;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A text in a slot, in UTF-8.
 *
 * <p>The object is a reusable holder of one handle: it can be {@link #destroy destroyed} and filled
 * again, or {@link #attach attached} to another handle, without a new object. A text that outgrows
 * its slot moves to a larger one; its old handle is dead then. The new slot is taken and filled
 * before the old one is freed, so an operation that fails leaves the text as it was, and a text may
 * be appended to itself or set to a part of itself.
 *
 * <p>Each operation that needs room has two forms: {@code try…} answers a {@link Status}, the other
 * throws {@link PoolExhaustedException}, or {@link IllegalArgumentException} for characters that
 * have no encoding (a lone surrogate). Nothing allocates on the Java heap but thrown errors, {@link
 * #view}, {@link #openStream} and {@link #toString}. Bytes that come in as an array are the
 * caller's promise of UTF-8; {@link #isValid} checks. Indexes count bytes, and an index inside of a
 * character is refused.
 */
public final class PooledString implements AutoCloseable {
  private final MemoryPool pool;
  private Scope scope;
  private long handle;

  /**
   * Creates a holder of no text.
   *
   * @param scope who pays for the text
   */
  public PooledString(Scope scope) {
    this.scope = scope;
    pool = scope.pool();
  }

  // ---------------------------------------------------------------- the handle and its slot

  /**
   * Holds another text from now on. The text held so far is not freed.
   *
   * @param newHandle a live handle of this pool, or {@link Handles#NIL} for none
   * @throws StaleHandleException if the handle is not live
   */
  public void attach(long newHandle) {
    if (newHandle != Handles.NIL) {
      pool.check(newHandle);
    }
    handle = newHandle;
  }

  /**
   * Gives up the text without freeing it.
   *
   * @return its handle, {@link Handles#NIL} if there was none
   */
  public long detach() {
    long was = handle;
    handle = Handles.NIL;
    return was;
  }

  /**
   * Answers the handle of the text.
   *
   * @return {@link Handles#NIL} if there is none
   */
  public long handle() {
    return handle;
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
   * Makes another scope pay for the text, and for what becomes of it from now on. Nothing is
   * copied, and the handle stays valid.
   *
   * @param to who pays from now on
   * @return {@link Status#OK}, or why the other scope can't have it; nothing has changed then
   * @throws StaleHandleException if the text was freed by somebody else
   * @throws MemoryException if the scope is closed or in another pool, or a reclaimer is running
   */
  public Status tryTransfer(Scope to) {
    pool.checkPayer(to);
    Status status = handle == Handles.NIL ? Status.OK : pool.tryTransfer(handle, to);
    if (status == Status.OK) {
      scope = to;
    }
    return status;
  }

  /**
   * Answers the length of the text.
   *
   * @return bytes, 0 if there is no text
   * @throws StaleHandleException if the text was freed by somebody else
   */
  public int size() {
    return handle == Handles.NIL ? 0 : pool.length(handle);
  }

  /**
   * Tells whether there is nothing to read.
   *
   * @return true if there is no text, or an empty one
   */
  public boolean isEmpty() {
    return size() == 0;
  }

  /**
   * Answers how many bytes fit without a move.
   *
   * @return bytes, 0 if there is no text
   * @throws StaleHandleException if the text was freed by somebody else
   */
  public int capacity() {
    return handle == Handles.NIL ? 0 : pool.capacity(handle);
  }

  private int start() {
    return handle == Handles.NIL ? 0 : pool.offsetOfLive(handle);
  }

  /**
   * Takes a slot for an empty text.
   *
   * @param capacity how many bytes must fit
   * @return {@link Status#OK}, or why there is no room
   * @throws IllegalStateException if there is a text
   */
  public Status tryCreate(int capacity) {
    if (handle != Handles.NIL) {
      throw new IllegalStateException("there is a text of " + size() + " B: destroy it first");
    }
    long fresh = pool.take(scope.account(), capacity);
    if (fresh < 0) {
      return Status.of(fresh);
    }
    handle = fresh;
    return Status.OK;
  }

  /**
   * Takes a slot for an empty text.
   *
   * @param capacity how many bytes must fit
   * @return this
   * @throws IllegalStateException if there is a text
   */
  public PooledString create(int capacity) {
    orThrow(tryCreate(capacity), capacity);
    return this;
  }

  /**
   * Makes room, and keeps it when there is enough.
   *
   * @param bytes how many bytes must fit
   * @return {@link Status#OK}, or why there is no room
   */
  public Status tryReserve(int bytes) {
    long slot = slotFor(bytes);
    if (slot < 0) {
      return Status.of(slot);
    }
    move(slot);
    return Status.OK;
  }

  /**
   * Makes room, and keeps it when there is enough.
   *
   * @param bytes how many bytes must fit
   */
  public void reserve(int bytes) {
    orThrow(tryReserve(bytes), bytes);
  }

  /**
   * Moves the text to the smallest slot that fits, up or down.
   *
   * @param bytes how many bytes must fit
   * @return {@link Status#OK}, or why there is no room
   * @throws IllegalArgumentException if the text is longer: {@link #truncate} it first
   */
  public Status tryResize(int bytes) {
    int size = size();
    if (bytes < size) {
      throw new IllegalArgumentException(
          "a text of " + size + " B can't be resized to " + bytes + " B: truncate it first");
    }
    int tier = pool.tierFor(bytes);
    if (handle != Handles.NIL
        && tier < pool.slotBytes.length
        && pool.slotBytes[tier] == pool.capacity(handle)) {
      return Status.OK;
    }
    long slot = freshSlot(bytes);
    if (slot < 0) {
      return Status.of(slot);
    }
    move(slot);
    return Status.OK;
  }

  /**
   * Moves the text to the smallest slot that fits, up or down.
   *
   * @param bytes how many bytes must fit
   * @throws IllegalArgumentException if the text is longer: {@link #truncate} it first
   */
  public void resize(int bytes) {
    orThrow(tryResize(bytes), bytes);
  }

  /** Makes the text empty and keeps its slot. Without a text it does nothing. */
  public void clear() {
    if (handle != Handles.NIL) {
      pool.setLength(handle, 0);
    }
  }

  /**
   * Cuts the text off, before the character that would not fit.
   *
   * @param maxBytes how many bytes may stay
   * @return how many stay
   */
  public int truncate(int maxBytes) {
    int size = size();
    if (maxBytes < 0) {
      throw new IllegalArgumentException("a text can't be cut to " + maxBytes + " B");
    }
    if (maxBytes >= size) {
      return size;
    }
    int start = start();
    int kept = Utf8.floor(pool.slab, start, start + maxBytes, start + size) - start;
    pool.setLength(handle, kept);
    return kept;
  }

  /** Frees the text. Without a text it does nothing. */
  public void destroy() {
    if (handle != Handles.NIL) {
      pool.checkThread();
      pool.free(detach());
    }
  }

  /** Frees the text, as {@link #destroy()} does, unless its scope has taken it back already. */
  @Override
  public void close() {
    if (handle != Handles.NIL && pool.isOpen()) {
      pool.checkThread();
    }
    long was = detach();
    if (was != Handles.NIL && pool.isOpen()) {
      if (pool.isLive(was)) {
        pool.free(was);
      }
    }
  }

  /** Answers the own slot if it is large enough, else a new one, or the code of a status. */
  private long slotFor(int bytes) {
    return handle != Handles.NIL && pool.capacity(handle) >= bytes ? handle : freshSlot(bytes);
  }

  private long freshSlot(int bytes) {
    long before = handle;
    long fresh = pool.take(scope.account(), bytes);
    if (fresh > 0 && before != Handles.NIL && !pool.isLive(before)) {
      pool.free(fresh);
      pool.check(before);
    }
    return fresh;
  }

  /** Makes a slot the text's own: what was there is copied, and its slot freed. */
  private void move(long slot) {
    if (slot == handle) {
      return;
    }
    int size = size();
    System.arraycopy(pool.slab, start(), pool.slab, pool.offsetOfChecked(slot), size);
    adopt(slot, size);
  }

  private void adopt(long slot, int length) {
    pool.setLength(slot, length);
    if (slot == handle) {
      return;
    }
    long was = handle;
    handle = slot;
    if (was != Handles.NIL) {
      if (pool.capacity(slot) > pool.capacity(was)) {
        pool.countPromotion(was, slot);
      }
      pool.free(was);
    }
  }

  private void orThrow(Status status, int bytes) {
    if (status == Status.MALFORMED) {
      throw new IllegalArgumentException(
          "the characters have no encoding in UTF-8 or in the form asked for: nothing was changed");
    }
    if (status != Status.OK) {
      throw pool.exhausted(status, scope, bytes);
    }
  }

  // ---------------------------------------------------------------- set and append

  /**
   * Replaces the text.
   *
   * @param source where the new text stands, in UTF-8; may be the pool's own array
   * @param from its first byte
   * @param length its length in bytes
   * @return {@link Status#OK}, or why there is no room
   */
  public Status trySet(byte[] source, int from, int length) {
    Objects.checkFromIndexSize(from, length, source.length);
    long slot = slotFor(length);
    if (slot < 0) {
      return Status.of(slot);
    }
    System.arraycopy(source, from, pool.slab, pool.offsetOfChecked(slot), length);
    adopt(slot, length);
    return Status.OK;
  }

  /**
   * Replaces the text.
   *
   * @param text the new text
   * @return {@link Status#OK}, why there is no room, or {@link Status#MALFORMED}
   */
  public Status trySet(CharSequence text) {
    int length = Utf8.length(text);
    if (length < 0) {
      return Status.MALFORMED;
    }
    long slot = slotFor(length);
    if (slot < 0) {
      return Status.of(slot);
    }
    return encode(text, slot, 0, length);
  }

  /**
   * Writes a text that was measured. If it has changed since, what stood before {@code at} stays; a
   * text that was being overwritten in its slot is empty then, never half of each.
   */
  private Status encode(CharSequence text, long slot, int at, int length) {
    try {
      Utf8.encode(text, pool.slab, pool.offsetOfChecked(slot) + at, length);
    } catch (RuntimeException changedMeanwhile) {
      if (slot != handle) {
        pool.free(slot);
      } else {
        pool.setLength(slot, at);
      }
      throw changedMeanwhile;
    }
    adopt(slot, at + length);
    return Status.OK;
  }

  /**
   * Replaces the text by another one.
   *
   * @param source the other text, of any pool of this thread
   * @return {@link Status#OK}, or why there is no room
   */
  public Status trySet(PooledString source) {
    return trySet(source, 0, source.size());
  }

  /**
   * Replaces the text by a part of another one, or of itself.
   *
   * @param source the other text, of any pool of this thread
   * @param from the part's first byte
   * @param to the byte after its last
   * @return {@link Status#OK}, or why there is no room
   * @throws IndexOutOfBoundsException if the part is not one of whole characters in the text
   */
  public Status trySet(PooledString source, int from, int to) {
    source.checkPart(from, to);
    long slot = slotFor(to - from);
    if (slot < 0) {
      return Status.of(slot);
    }
    copyFrom(source, from, slot, 0, to - from);
    adopt(slot, to - from);
    return Status.OK;
  }

  /**
   * Adds to the end of the text.
   *
   * @param source where the addition stands, in UTF-8; may be the pool's own array
   * @param from its first byte
   * @param length its length in bytes
   * @return {@link Status#OK}, or why there is no room
   */
  public Status tryAppend(byte[] source, int from, int length) {
    Objects.checkFromIndexSize(from, length, source.length);
    int size = size();
    long slot = slotForMore(size, length);
    if (slot < 0) {
      return Status.of(slot);
    }
    System.arraycopy(source, from, pool.slab, pool.offsetOfChecked(slot) + size, length);
    adopt(slot, size + length);
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
    int size = size();
    long slot = slotForMore(size, length);
    if (slot < 0) {
      return Status.of(slot);
    }
    return encode(text, slot, size, length);
  }

  /**
   * Adds another text, or this one, to the end.
   *
   * @param source the other text, of any pool of this thread
   * @return {@link Status#OK}, or why there is no room
   */
  public Status tryAppend(PooledString source) {
    return tryAppend(source, 0, source.size());
  }

  /**
   * Adds a part of another text, or of this one, to the end.
   *
   * @param source the other text, of any pool of this thread
   * @param from the part's first byte
   * @param to the byte after its last
   * @return {@link Status#OK}, or why there is no room
   * @throws IndexOutOfBoundsException if the part is not one of whole characters in the text
   */
  public Status tryAppend(PooledString source, int from, int to) {
    source.checkPart(from, to);
    int size = size();
    long slot = slotForMore(size, to - from);
    if (slot < 0) {
      return Status.of(slot);
    }
    copyFrom(source, from, slot, size, to - from);
    adopt(slot, size + to - from);
    return Status.OK;
  }

  /**
   * Adds one character to the end.
   *
   * @param codePoint a Unicode scalar value
   * @return {@link Status#OK}, why there is no room, or {@link Status#MALFORMED}
   */
  public Status tryAppendCodePoint(int codePoint) {
    if (!Utf8.isScalar(codePoint)) {
      return Status.MALFORMED;
    }
    int size = size();
    int length = Utf8.size(codePoint);
    long slot = slotForMore(size, length);
    if (slot < 0) {
      return Status.of(slot);
    }
    Utf8.encode(codePoint, pool.slab, pool.offsetOfChecked(slot) + size);
    adopt(slot, size + length);
    return Status.OK;
  }

  /**
   * Adds the decimal digits of a number to the end.
   *
   * @param number any number
   * @return {@link Status#OK}, or why there is no room
   */
  public Status tryAppendNumber(long number) {
    int digits = 1;
    for (long rest = number / 10; rest != 0; rest /= 10) {
      digits++;
    }
    int length = number < 0 ? digits + 1 : digits;
    int size = size();
    long slot = slotForMore(size, length);
    if (slot < 0) {
      return Status.of(slot);
    }
    int at = pool.offsetOfChecked(slot) + size + length;
    long rest = number;
    do {
      pool.slab[--at] = (byte) ('0' + Math.abs(rest % 10));
      rest /= 10;
    } while (rest != 0);
    if (number < 0) {
      pool.slab[--at] = '-';
    }
    adopt(slot, size + length);
    return Status.OK;
  }

  /**
   * Adds as many whole characters to the end as fit into a limit.
   *
   * @param text what to add
   * @param maxBytes the limit
   * @return how many bytes were added, or the code of a {@link Status}
   */
  public int tryAppendUpTo(CharSequence text, int maxBytes) {
    int length = Utf8.lengthUpTo(text, maxBytes);
    if (length < 0) {
      return Status.MALFORMED.code();
    }
    int size = size();
    long slot = slotForMore(size, length);
    if (slot < 0) {
      return (int) slot;
    }
    encode(text, slot, size, length);
    return length;
  }

  /**
   * Adds as many whole characters to the end as fit into a limit.
   *
   * @param source where the addition stands, in UTF-8
   * @param from its first byte
   * @param length its length in bytes
   * @param maxBytes the limit
   * @return how many bytes were added, or the code of a {@link Status}
   */
  public int tryAppendUpTo(byte[] source, int from, int length, int maxBytes) {
    Objects.checkFromIndexSize(from, length, source.length);
    int cut = from + Math.max(0, Math.min(length, maxBytes));
    int whole = Utf8.floor(source, from, cut, from + length) - from;
    Status status = tryAppend(source, from, whole);
    return status == Status.OK ? whole : status.code();
  }

  /** Answers a slot for the text and more, with the text in it. */
  private long slotForMore(int size, int more) {
    if (more > Integer.MAX_VALUE - size) {
      return Status.TOO_LARGE.code();
    }
    long slot = slotFor(size + more);
    if (slot > 0 && slot != handle && size > 0) {
      System.arraycopy(pool.slab, start(), pool.slab, pool.offsetOfChecked(slot), size);
    }
    return slot;
  }

  private void copyFrom(PooledString source, int from, long slot, int at, int length) {
    if (length == 0) {
      return;
    }
    if (source != this && !source.pool.isLive(source.handle)) {
      if (slot != handle) {
        pool.free(slot);
      }
      source.pool.check(source.handle);
    }
    System.arraycopy(
        source.pool.slab,
        source.start() + from,
        pool.slab,
        pool.offsetOfChecked(slot) + at,
        length);
  }

  /**
   * Replaces the text.
   *
   * @param text the new text
   * @return this
   */
  public PooledString set(CharSequence text) {
    orThrow(trySet(text), text.length());
    return this;
  }

  /**
   * Replaces the text.
   *
   * @param source where the new text stands, in UTF-8
   * @param from its first byte
   * @param length its length in bytes
   * @return this
   */
  public PooledString set(byte[] source, int from, int length) {
    orThrow(trySet(source, from, length), length);
    return this;
  }

  /**
   * Replaces the text by another one.
   *
   * @param source the other text
   * @return this
   */
  public PooledString set(PooledString source) {
    orThrow(trySet(source), source.size());
    return this;
  }

  /**
   * Adds to the end of the text.
   *
   * @param text what to add
   * @return this
   */
  public PooledString append(CharSequence text) {
    orThrow(tryAppend(text), size() + text.length());
    return this;
  }

  /**
   * Adds to the end of the text.
   *
   * @param source where the addition stands, in UTF-8
   * @param from its first byte
   * @param length its length in bytes
   * @return this
   */
  public PooledString append(byte[] source, int from, int length) {
    orThrow(tryAppend(source, from, length), size() + length);
    return this;
  }

  /**
   * Adds another text, or this one, to the end.
   *
   * @param source the other text
   * @return this
   */
  public PooledString append(PooledString source) {
    orThrow(tryAppend(source), size() + source.size());
    return this;
  }

  /**
   * Adds one character to the end.
   *
   * @param codePoint a Unicode scalar value
   * @return this
   */
  public PooledString appendCodePoint(int codePoint) {
    orThrow(tryAppendCodePoint(codePoint), size() + 4);
    return this;
  }

  /**
   * Adds the decimal digits of a number to the end.
   *
   * @param number any number
   * @return this
   */
  public PooledString appendNumber(long number) {
    orThrow(tryAppendNumber(number), size() + 20);
    return this;
  }

  // ---------------------------------------------------------------- escape and unescape

  /**
   * Adds a text to the end, written so that it can stand in JSON or XML.
   *
   * @param form how
   * @param source where the plain text stands, in UTF-8
   * @param from its first byte
   * @param length its length in bytes
   * @return {@link Status#OK}, why there is no room, or {@link Status#MALFORMED} if the form has no
   *     way to write a character
   */
  public Status tryAppendEscaped(Escaping form, byte[] source, int from, int length) {
    Objects.checkFromIndexSize(from, length, source.length);
    int written = form.escapedLength(source, from, length);
    if (written < 0) {
      return Status.MALFORMED;
    }
    int size = size();
    long slot = slotForMore(size, written);
    if (slot < 0) {
      return Status.of(slot);
    }
    form.escape(source, from, length, pool.slab, pool.offsetOfChecked(slot) + size);
    adopt(slot, size + written);
    return Status.OK;
  }

  /**
   * Adds another text to the end, written so that it can stand in JSON or XML.
   *
   * @param form how
   * @param source the plain text
   * @return as {@link #tryAppendEscaped(Escaping, byte[], int, int)}
   */
  public Status tryAppendEscaped(Escaping form, PooledString source) {
    return tryAppendEscaped(form, source.pool.slab, source.start(), source.size());
  }

  /**
   * Adds to the end what an escaped text stands for.
   *
   * @param form how it is escaped
   * @param source where the escaped text stands, in UTF-8, without quotes around it
   * @param from its first byte
   * @param length its length in bytes
   * @return {@link Status#OK}, why there is no room, or {@link Status#MALFORMED} if the escaped
   *     text is not one; nothing has changed then
   */
  public Status tryAppendUnescaped(Escaping form, byte[] source, int from, int length) {
    Objects.checkFromIndexSize(from, length, source.length);
    int plain = form.unescapedLength(source, from, length);
    if (plain < 0) {
      return Status.MALFORMED;
    }
    int size = size();
    long slot = slotForMore(size, plain);
    if (slot < 0) {
      return Status.of(slot);
    }
    form.unescape(source, from, length, pool.slab, pool.offsetOfChecked(slot) + size);
    adopt(slot, size + plain);
    return Status.OK;
  }

  /**
   * Adds to the end what an escaped text stands for.
   *
   * @param form how it is escaped
   * @param source the escaped text
   * @return as {@link #tryAppendUnescaped(Escaping, byte[], int, int)}
   */
  public Status tryAppendUnescaped(Escaping form, PooledString source) {
    return tryAppendUnescaped(form, source.pool.slab, source.start(), source.size());
  }

  // ---------------------------------------------------------------- compare and find

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
    int size = size();
    int at = start();
    return size == length && Arrays.equals(pool.slab, at, at + size, other, from, from + length);
  }

  /**
   * Compares the text with characters.
   *
   * @param other the other text
   * @return true if they are the same
   */
  public boolean contentEquals(CharSequence other) {
    int size = size();
    int at = start();
    return Utf8.length(other) == size && Utf8.startsWith(pool.slab, at, at + size, other);
  }

  /**
   * Compares the text with another one.
   *
   * @param other the other text
   * @return true if they are the same
   */
  public boolean contentEquals(PooledString other) {
    return contentEquals(other.pool.slab, other.start(), other.size());
  }

  /**
   * Orders texts by their code points, which is the order of their bytes without sign.
   *
   * @param other the other text
   * @return negative, 0 or positive, as this text comes before, equals or comes after the other
   */
  public int compareContent(PooledString other) {
    return Arrays.compareUnsigned(
        pool.slab,
        start(),
        start() + size(),
        other.pool.slab,
        other.start(),
        other.start() + other.size());
  }

  /**
   * Finds bytes in the text.
   *
   * @param what where they stand
   * @param from the first of them
   * @param length how many
   * @param start the index from which to look on
   * @return the index of the first place, -1 if there is none
   */
  public int indexOf(byte[] what, int from, int length, int start) {
    Objects.checkFromIndexSize(from, length, what.length);
    int size = size();
    int base = start();
    int first = Math.max(0, start);
    for (int at = first; at <= size - length; at++) {
      if (length == 0
          || pool.slab[base + at] == what[from]
              && Arrays.equals(
                  pool.slab, base + at, base + at + length, what, from, from + length)) {
        return at;
      }
    }
    return -1;
  }

  /**
   * Finds characters in the text.
   *
   * @param what the characters
   * @param start the index from which to look on
   * @return the index of the first place, -1 if there is none
   */
  public int indexOf(CharSequence what, int start) {
    int size = size();
    int first = Math.max(0, start);
    if (what.length() == 0) {
      return first <= size ? first : -1;
    }
    int length = Utf8.length(what);
    if (length < 0) {
      return -1;
    }
    int base = start();
    byte lead = Utf8.firstByte(what);
    for (int at = first; at <= size - length; at++) {
      if (pool.slab[base + at] == lead
          && Utf8.startsWith(pool.slab, base + at, base + size, what)) {
        return at;
      }
    }
    return -1;
  }

  /**
   * Finds another text in this one.
   *
   * @param what the other text
   * @param start the index from which to look on
   * @return the index of the first place, -1 if there is none
   */
  public int indexOf(PooledString what, int start) {
    return indexOf(what.pool.slab, what.start(), what.size(), start);
  }

  /**
   * Answers the character at an index.
   *
   * @param index where it begins
   * @return a Unicode scalar value
   * @throws IndexOutOfBoundsException if no character begins there
   */
  public int codePointAt(int index) {
    checkPart(index, size());
    int at = start() + index;
    int size = index == size() ? -1 : Utf8.sizeAt(pool.slab, at, start() + size());
    if (size < 0) {
      throw new IndexOutOfBoundsException("no character begins at byte " + index);
    }
    return Utf8.pointAt(pool.slab, at, size);
  }

  /**
   * Tells whether the bytes are UTF-8 throughout.
   *
   * @return true if they are
   */
  public boolean isValid() {
    return Utf8.isValid(pool.slab, start(), size());
  }

  private void checkPart(int from, int to) {
    int size = size();
    Objects.checkFromToIndex(from, to, size);
    checkBoundary(from, size);
    checkBoundary(to, size);
  }

  private void checkBoundary(int index, int size) {
    if (index > 0 && index < size && (pool.slab[start() + index] & 0xC0) == 0x80) {
      throw new IndexOutOfBoundsException("byte " + index + " is inside of a character");
    }
  }

  // ---------------------------------------------------------------- reading where it lies

  /**
   * Hands the text to a reader where it lies.
   *
   * @param consumer the reader; it gets one piece, or none if the text is empty
   */
  public void forEachSlice(SliceConsumer consumer) {
    int size = size();
    if (size > 0) {
      consumer.accept(pool.slab, start(), size);
    }
  }

  /**
   * Copies a part of the text out of the pool.
   *
   * @param from the part's first byte
   * @param to the byte after its last
   * @param target where it goes
   * @param at the first byte there
   * @return how many bytes were copied
   */
  public int copyTo(int from, int to, byte[] target, int at) {
    Objects.checkFromToIndex(from, to, size());
    System.arraycopy(pool.slab, start() + from, target, at, to - from);
    return to - from;
  }

  /**
   * Shows the text as it lies, without a copy; the buffer is an object on the heap. It is not
   * checked any more: use it before the text is changed or freed.
   *
   * @return a buffer that can be read only
   */
  public ByteBuffer view() {
    return ByteBuffer.wrap(pool.slab, start(), size()).slice().asReadOnlyBuffer();
  }

  /**
   * Opens a stream over the text as it lies; the stream is an object on the heap. Each read checks
   * that the text is still there.
   *
   * @return a stream
   */
  public TextStream openStream() {
    return new TextStream().open(this);
  }

  MemoryPool pool() {
    return pool;
  }

  /**
   * Copies the text into a string; this allocates.
   *
   * @return the text, empty if there is none
   */
  @Override
  public String toString() {
    return new String(pool.slab, start(), size(), StandardCharsets.UTF_8);
  }
}
