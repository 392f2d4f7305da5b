package dev.lkjagent.memory;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A text in a slot, in UTF-8.
 *
 * <p>The object is a reusable holder of one handle: it can be {@link #destroy destroyed} and filled
 * again, or {@link #attach attached} to another handle, without a new object. A text that outgrows
 * its slot moves to a larger one; its old handle is dead then. An operation that fails leaves the
 * text as it was.
 */
public final class PooledString implements AutoCloseable {
  private final Scope scope;
  private final MemoryPool pool;
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

  /**
   * Answers who pays for the text.
   *
   * @return the scope
   */
  public Scope scope() {
    return scope;
  }

  /**
   * Holds another text from now on. The text held so far is not freed.
   *
   * @param newHandle a live handle of this pool, or {@link Handles#NIL} for none
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
   * Answers the length of the text.
   *
   * @return bytes, 0 if there is no text
   */
  public int size() {
    return handle == Handles.NIL ? 0 : pool.length(handle);
  }

  /**
   * Answers how many bytes fit without a move.
   *
   * @return bytes, 0 if there is no text
   */
  public int capacity() {
    return handle == Handles.NIL ? 0 : pool.capacity(handle);
  }

  /**
   * Makes room.
   *
   * @param bytes how many bytes must fit
   * @return {@link Status#OK}, or why there is no room
   */
  public Status tryReserve(int bytes) {
    if (handle != Handles.NIL && pool.capacity(handle) >= bytes) {
      return Status.OK;
    }
    long bigger = pool.take(scope.account(), bytes);
    if (bigger < 0) {
      return Status.of(bigger);
    }
    if (handle != Handles.NIL) {
      int length = pool.length(handle);
      System.arraycopy(
          pool.slab, pool.offsetOfChecked(handle), pool.slab, pool.offsetOfChecked(bigger), length);
      pool.setLength(bigger, length);
      pool.countPromotion(handle, bigger);
      pool.free(handle);
    }
    handle = bigger;
    return Status.OK;
  }

  /**
   * Replaces the text.
   *
   * @param source where the new text stands, in UTF-8
   * @param from its first byte
   * @param length its length in bytes
   * @return {@link Status#OK}, or why there is no room
   */
  public Status trySet(byte[] source, int from, int length) {
    java.util.Objects.checkFromIndexSize(from, length, source.length);
    if (handle == Handles.NIL || pool.capacity(handle) < length) {
      long fresh = pool.take(scope.account(), length);
      if (fresh < 0) {
        return Status.of(fresh);
      }
      System.arraycopy(source, from, pool.slab, pool.offsetOfChecked(fresh), length);
      if (handle != Handles.NIL) {
        pool.free(handle);
      }
      handle = fresh;
    } else {
      System.arraycopy(source, from, pool.slab, pool.offsetOfChecked(handle), length);
    }
    pool.setLength(handle, length);
    return Status.OK;
  }

  /**
   * Adds to the end of the text.
   *
   * @param source where the addition stands, in UTF-8
   * @param from its first byte
   * @param length its length in bytes
   * @return {@link Status#OK}, or why there is no room
   */
  public Status tryAppend(byte[] source, int from, int length) {
    java.util.Objects.checkFromIndexSize(from, length, source.length);
    int size = size();
    Status status = tryReserve(Math.addExact(size, length));
    if (status == Status.OK) {
      System.arraycopy(source, from, pool.slab, pool.offsetOfChecked(handle) + size, length);
      pool.setLength(handle, size + length);
    }
    return status;
  }

  /**
   * Replaces the text. Encoding the string allocates.
   *
   * @param text the new text
   * @throws PoolExhaustedException if there is no room
   */
  public void set(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    orThrow(trySet(bytes, 0, bytes.length), bytes.length);
  }

  /**
   * Adds to the end of the text. Encoding the string allocates.
   *
   * @param text what to add
   * @throws PoolExhaustedException if there is no room
   */
  public void append(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    orThrow(tryAppend(bytes, 0, bytes.length), size() + bytes.length);
  }

  private void orThrow(Status status, int bytes) {
    if (status != Status.OK) {
      throw pool.exhausted(status, scope, bytes);
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
    int size = size();
    if (size != length) {
      return false;
    }
    int at = size == 0 ? 0 : pool.offsetOfChecked(handle);
    return Arrays.equals(pool.slab, at, at + size, other, from, from + length);
  }

  /** Frees the text. Without a text it does nothing. */
  public void destroy() {
    if (handle != Handles.NIL) {
      long was = handle;
      handle = Handles.NIL;
      pool.free(was);
    }
  }

  /** Frees the text, as {@link #destroy()} does. */
  @Override
  public void close() {
    destroy();
  }

  /**
   * Copies the text into a string; this allocates.
   *
   * @return the text, empty if there is none
   */
  @Override
  public String toString() {
    int size = size();
    return size == 0
        ? ""
        : new String(pool.slab, pool.offsetOfChecked(handle), size, StandardCharsets.UTF_8);
  }
}
