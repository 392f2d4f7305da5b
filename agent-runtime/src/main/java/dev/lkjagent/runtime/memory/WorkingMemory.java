package dev.lkjagent.runtime.memory;

import dev.lkjagent.memory.Handles;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import dev.lkjagent.runtime.journal.Decoder;
import dev.lkjagent.runtime.journal.Encoder;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What an agent has in mind: entries of text under tag sets, all of it in slots of a pool.
 *
 * <p>Each entry is one slot with the canonical tags and the value behind them. A table, itself in a
 * slot, holds a row per entry, in the order in which the entries were written:
 *
 * <pre>
 *   0        8      12           14     15      16       20     24            28
 *  +--------+------+------------+------+-------+--------+------+-------------+----------------+
 *  | handle | hash | tags bytes | kind | flags | written| read | value bytes | growth escaped |
 *  +--------+------+------------+------+-------+--------+------+-------------+----------------+
 * </pre>
 *
 * Replacing an entry moves it to the end, so the beginning of a rendered memory is what has been
 * the same for longest, which is what an endpoint's prompt cache can use. The hash only speeds up
 * look-up; no order depends on it.
 *
 * <p>Every change since the last {@link #commit()} stands in an undo log, in a slot as well, and
 * the slots of entries that were removed stay taken until then. {@link #undo()} therefore needs no
 * memory and can't fail, and {@link #encodeDelta} tells what changed without looking at what did
 * not. A change that finds no room leaves everything as it was.
 *
 * <p>Belongs to the pool's thread; nothing but the methods that answer objects allocates.
 */
public final class WorkingMemory implements AutoCloseable {
  /** Answered where no entry is meant. */
  public static final int NONE = -1;

  /** The longest canonical tag set in bytes. */
  public static final int MAX_TAGS_BYTES = 1024;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle CHAR =
      MethodHandles.byteArrayViewVarHandle(char[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int ROW = 32;
  private static final int HASH = 8;
  private static final int TAGS_BYTES = 12;
  private static final int KIND = 14;
  private static final int FLAGS = 15;
  private static final int WRITTEN = 16;
  private static final int READ = 20;
  private static final int VALUE_BYTES = 24;
  private static final int GROWTH = 28;

  static final int PINNED = 1;

  /** An undo record: the operation and the index of the row, then the row as it was. */
  private static final int UNDO = 8 + ROW;

  static final int REMOVED = 1;
  static final int REPLACED = 2;
  static final int APPENDED = 3;
  static final int UPDATED = 4;

  /** The most that an encoded row has beside tags and value: three bytes, four numbers. */
  private static final int MOST_BESIDE = 3 + 4 * Encoder.MAX_VAR_BYTES;

  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  static final int FORMAT = 1;

  private final Scope scope;
  private final MemoryPool pool;
  private final RawMemory raw;
  private final byte[] slab;
  private final int[] countOfKind = new int[EntryKind.values().length];
  private final long[] bytesOfKind = new long[EntryKind.values().length];
  private long table;

  /** Where the table's slot begins; slots do not move. */
  private int tableAt;

  private int count;
  private long log;

  /** Where the undo log's slot begins. */
  private int logAt;

  private int logged;

  /** How many changes were asked for since the last commit or undo. */
  private int asked;

  private @Nullable Encoder refusals;
  private @Nullable IntFunction<@Nullable Status> foreseen;

  /**
   * Makes an empty memory, which takes nothing yet.
   *
   * @param scope who pays for all that is put into it
   */
  public WorkingMemory(Scope scope) {
    this.scope = Objects.requireNonNull(scope, "scope");
    pool = scope.pool();
    raw = pool.raw();
    slab = raw.bytes();
  }

  /**
   * How many entries there are, logs included.
   *
   * @return their number
   */
  public int count() {
    return count;
  }

  /**
   * How many entries of a kind there are.
   *
   * @param kind which
   * @return their number
   */
  public int count(EntryKind kind) {
    return countOfKind[kind.ordinal()];
  }

  /**
   * How many bytes the escaped values of a kind have, and their tags unless it is a log, whose
   * prompts show no tags.
   *
   * @param kind which
   * @return the sum over all entries
   */
  public long escapedBytes(EntryKind kind) {
    return bytesOfKind[kind.ordinal()];
  }

  /**
   * The array in which tags and values lie.
   *
   * @return the pool's slab
   */
  public byte[] bytes() {
    return slab;
  }

  private int row(int index) {
    return tableAt + Objects.checkIndex(index, count) * ROW;
  }

  private static int getInt(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  private static long getLong(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  private static int getChar(byte[] bytes, int at) {
    return (char) CHAR.get(bytes, at);
  }

  /**
   * The handle of the slot that holds an entry. Kind, tags and value never change under a handle,
   * and in this pool it never names anything else: whoever knows it knows the entry.
   *
   * @param index the entry, from 0, oldest first
   * @return a live handle
   */
  public long handle(int index) {
    return getLong(slab, row(index));
  }

  /**
   * Where an entry's tags begin in {@link #bytes()}.
   *
   * @param index the entry, from 0, oldest first
   * @return an offset
   */
  public int tagsFrom(int index) {
    return raw.offset(getLong(slab, row(index)));
  }

  /**
   * How long an entry's tags are.
   *
   * @param index the entry
   * @return bytes
   */
  public int tagsBytes(int index) {
    return getChar(slab, row(index) + TAGS_BYTES);
  }

  /**
   * Where an entry's value begins in {@link #bytes()}.
   *
   * @param index the entry
   * @return an offset
   */
  public int valueFrom(int index) {
    int row = row(index);
    return raw.offset(getLong(slab, row)) + getChar(slab, row + TAGS_BYTES);
  }

  /**
   * How long an entry's value is.
   *
   * @param index the entry
   * @return bytes
   */
  public int valueBytes(int index) {
    return getInt(slab, row(index) + VALUE_BYTES);
  }

  /**
   * By how much an entry's value grows when {@code <}, {@code >} and {@code &} are escaped.
   *
   * @param index the entry
   * @return bytes; 0 if the value can be copied as it is
   */
  public int escapedGrowth(int index) {
    return getInt(slab, row(index) + GROWTH);
  }

  /**
   * Whether paging may take an entry.
   *
   * @return true if there is one that is paged and not pinned
   */
  public boolean canPage() {
    for (int i = 0; i < count; i++) {
      if (kind(i).paged() && !pinned(i)) {
        return true;
      }
    }
    return false;
  }

  /**
   * What an entry is.
   *
   * @param index the entry
   * @return its kind
   */
  public EntryKind kind(int index) {
    return EntryKind.of(slab[row(index) + KIND]);
  }

  /**
   * Whether paging must leave an entry.
   *
   * @param index the entry
   * @return true if it is pinned
   */
  public boolean pinned(int index) {
    return (slab[row(index) + FLAGS] & PINNED) != 0;
  }

  /**
   * The cycle in which an entry was written.
   *
   * @param index the entry
   * @return the cycle
   */
  public int writtenCycle(int index) {
    return getInt(slab, row(index) + WRITTEN);
  }

  /**
   * The cycle in which an action last asked for an entry.
   *
   * @param index the entry
   * @return the cycle; the one in which it was written if none did
   */
  public int readCycle(int index) {
    return getInt(slab, row(index) + READ);
  }

  /**
   * Finds the entry that a tag set names.
   *
   * @param tags holds the tags in canonical form
   * @param from where they begin
   * @param to where they end
   * @return its index, or {@link #NONE}
   */
  public int find(byte[] tags, int from, int to) {
    if (count == 0) {
      return NONE;
    }
    return find(hash(tags, from, to), tags, from, to);
  }

  private int find(int hash, byte[] tags, int from, int to) {
    int at = tableAt;
    for (int i = 0; i < count; i++, at += ROW) {
      if (getInt(slab, at + HASH) == hash && getChar(slab, at + TAGS_BYTES) == to - from) {
        int own = raw.offset(getLong(slab, at));
        if (Arrays.equals(slab, own, own + to - from, tags, from, to)) {
          return i;
        }
      }
    }
    return NONE;
  }

  /**
   * Finds the next entry that a prompt can name and that carries all of some tags.
   *
   * @param tags holds the tags in canonical form
   * @param from where they begin
   * @param to where they end
   * @param start the first index to look at
   * @return an index, or {@link #NONE}
   */
  public int findAll(byte[] tags, int from, int to, int start) {
    for (int i = start; i < count; i++) {
      if (kind(i).paged()) {
        int own = tagsFrom(i);
        if (Tags.containsAll(slab, own, own + tagsBytes(i), tags, from, to)) {
          return i;
        }
      }
    }
    return NONE;
  }

  private static int hash(byte[] bytes, int from, int to) {
    long hash = (long) to - from;
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      hash = (hash ^ getLong(bytes, i)) * MULTIPLIER;
      hash ^= hash >>> 32;
    }
    for (; i < to; i++) {
      hash = hash * 31 + bytes[i];
    }
    return (int) (hash ^ hash >>> 32);
  }

  /**
   * Writes an entry at the end; one with the same tags is replaced, and stays pinned if it was.
   *
   * @param kind what it is
   * @param tags holds the tags in canonical form
   * @param tagsFrom where they begin
   * @param tagsTo where they end
   * @param value holds the value, UTF-8
   * @param valueFrom where it begins
   * @param valueTo where it ends
   * @param cycle the present cycle
   * @return {@link Status#OK}, or why there is no room
   */
  public Status put(
      EntryKind kind,
      byte[] tags,
      int tagsFrom,
      int tagsTo,
      byte[] value,
      int valueFrom,
      int valueTo,
      int cycle) {
    return put(kind.ordinal(), 0, tags, tagsFrom, tagsTo, value, valueFrom, valueTo, cycle, cycle);
  }

  /**
   * Tells this memory which changes are refused, whatever room there is: a replay goes the way of a
   * run whose pool was another one.
   *
   * @param refused answers why a change is refused, or null; changes are counted from 0 after every
   *     commit and undo
   */
  public void foresee(IntFunction<@Nullable Status> refused) {
    foreseen = refused;
  }

  /**
   * The changes since the last commit or undo for which there was no room, as pairs of a change's
   * number and the name of the status.
   *
   * @return the pairs one behind the other; null if there was room for all
   */
  public @Nullable Encoder refusals() {
    return refusals == null || refusals.size() == 0 ? null : refusals;
  }

  private Status refused(int change, Status why) {
    if (refusals == null) {
      refusals = new Encoder(64);
    }
    refusals.putVar(change);
    refusals.putText(why.name());
    return why;
  }

  private void forgetRefusals() {
    asked = 0;
    if (refusals != null) {
      refusals.clear();
    }
  }

  private Status put(
      int kind,
      int flags,
      byte[] tags,
      int tagsFrom,
      int tagsTo,
      byte[] value,
      int valueFrom,
      int valueTo,
      int written,
      int read) {
    int tagsBytes = tagsTo - tagsFrom;
    int valueBytes = valueTo - valueFrom;
    if (tagsBytes < 1 || tagsBytes > MAX_TAGS_BYTES) {
      throw new IllegalArgumentException(
          "a tag set has 1 to " + MAX_TAGS_BYTES + " bytes; not " + tagsBytes);
    }
    int change = asked;
    Status room = reserve();
    if (room != Status.OK) {
      return room;
    }
    long slot = scope.tryAllocate(tagsBytes + valueBytes);
    if (slot < 0) {
      return refused(change, Status.of(slot));
    }
    int at = raw.offset(slot);
    System.arraycopy(tags, tagsFrom, slab, at, tagsBytes);
    System.arraycopy(value, valueFrom, slab, at + tagsBytes, valueBytes);
    pool.setLength(slot, tagsBytes + valueBytes);
    int keptFlags = flags;
    int hash = hash(slab, at, at + tagsBytes);
    int old = find(hash, slab, at, at + tagsBytes);
    if (old != NONE) {
      keptFlags |= slab[row(old) + FLAGS];
      take(old, REPLACED);
    }
    int row = tableAt + count * ROW;
    LONG.set(slab, row, slot);
    INT.set(slab, row + HASH, hash);
    CHAR.set(slab, row + TAGS_BYTES, (char) tagsBytes);
    slab[row + KIND] = (byte) kind;
    slab[row + FLAGS] = (byte) keptFlags;
    INT.set(slab, row + WRITTEN, written);
    INT.set(slab, row + READ, read);
    INT.set(slab, row + VALUE_BYTES, valueBytes);
    INT.set(slab, row + GROWTH, Markup.growth(slab, at + tagsBytes, at + tagsBytes + valueBytes));
    count++;
    tally(row, 1);
    note(APPENDED, count - 1, row);
    return Status.OK;
  }

  private void tally(int row, int sign) {
    int kind = slab[row + KIND];
    countOfKind[kind] += sign;
    bytesOfKind[kind] +=
        (long) sign
            * ((EntryKind.of(kind).paged() ? getChar(slab, row + TAGS_BYTES) : 0)
                + getInt(slab, row + VALUE_BYTES)
                + getInt(slab, row + GROWTH));
  }

  /**
   * Removes an entry.
   *
   * @param index the entry
   * @return {@link Status#OK}, or why there is no room to remember it until the commit
   */
  public Status remove(int index) {
    Objects.checkIndex(index, count);
    Status room = reserve();
    if (room == Status.OK) {
      take(index, REMOVED);
    }
    return room;
  }

  private void take(int index, int how) {
    int row = row(index);
    note(how, index, row);
    tally(row, -1);
    count--;
    System.arraycopy(slab, row + ROW, slab, row, (count - index) * ROW);
  }

  /**
   * Notes that an action asked for an entry.
   *
   * @param index the entry
   * @param cycle the present cycle
   * @return {@link Status#OK}, or why there is no room to remember what it was
   */
  public Status touch(int index, int cycle) {
    return readCycle(index) == cycle ? Status.OK : update(index, READ, cycle);
  }

  /**
   * Pins an entry, so that paging leaves it, or unpins it.
   *
   * @param index the entry
   * @param pinned whether it is to be pinned
   * @return {@link Status#OK}, or why there is no room to remember what it was
   */
  public Status pin(int index, boolean pinned) {
    return pinned(index) == pinned ? Status.OK : update(index, FLAGS, pinned ? PINNED : 0);
  }

  private Status update(int index, int field, int value) {
    Status room = reserve();
    if (room == Status.OK) {
      int row = row(index);
      note(UPDATED, index, row);
      if (field == FLAGS) {
        slab[row + FLAGS] = (byte) value;
      } else {
        INT.set(slab, row + field, value);
      }
    }
    return room;
  }

  /** Makes room for one more row and for the two undo records that a replacement needs. */
  private Status reserve() {
    int change = asked++;
    Status told = foreseen == null ? null : foreseen.apply(change);
    if (told != null) {
      return refused(change, told);
    }
    long grown = grown(table, count * ROW, ROW);
    if (grown < 0) {
      return refused(change, Status.of(grown));
    }
    if (grown != table) {
      table = grown;
      tableAt = raw.offset(table);
    }
    grown = grown(log, logged * UNDO, 2 * UNDO);
    if (grown < 0) {
      return refused(change, Status.of(grown));
    }
    if (grown != log) {
      log = grown;
      logAt = raw.offset(log);
    }
    return Status.OK;
  }

  private long grown(long slot, int used, int more) {
    if (slot != Handles.NIL && pool.capacity(slot) >= used + more) {
      return slot;
    }
    long bigger = scope.tryAllocate(used + Math.max(more, used));
    if (bigger < 0) {
      bigger = scope.tryAllocate(used + more);
    }
    if (bigger >= 0 && slot != Handles.NIL) {
      System.arraycopy(slab, raw.offset(slot), slab, raw.offset(bigger), used);
      pool.free(slot);
    }
    return bigger;
  }

  private void note(int what, int index, int row) {
    int at = logAt + logged * UNDO;
    LONG.set(slab, at, (long) index << 8 | what);
    System.arraycopy(slab, row, slab, at + 8, ROW);
    logged++;
  }

  /**
   * How much has been changed since the last commit; a place to go back to.
   *
   * @return 0 if nothing has
   */
  public int mark() {
    return logged;
  }

  /** Takes back everything since the last commit. */
  public void undo() {
    undoTo(0);
    forgetRefusals();
  }

  /**
   * Takes back everything since a mark.
   *
   * @param mark what {@link #mark()} answered
   */
  public void undoTo(int mark) {
    while (logged > mark) {
      logged--;
      int at = logAt + logged * UNDO;
      int what = (int) getLong(slab, at) & 0xFF;
      int index = (int) (getLong(slab, at) >>> 8);
      int row = tableAt + index * ROW;
      switch (what) {
        case APPENDED -> {
          tally(row, -1);
          count--;
          pool.free(getLong(slab, at + 8));
        }
        case UPDATED -> System.arraycopy(slab, at + 8, slab, row, ROW);
        default -> {
          System.arraycopy(slab, row, slab, row + ROW, (count - index) * ROW);
          System.arraycopy(slab, at + 8, slab, row, ROW);
          count++;
          tally(row, 1);
        }
      }
    }
    if (logged == 0) {
      dropLog();
    }
  }

  /** Makes all changes final, and frees what was removed. */
  public void commit() {
    for (int i = 0; i < logged; i++) {
      int at = logAt + i * UNDO;
      int what = (int) getLong(slab, at) & 0xFF;
      if (what == REMOVED || what == REPLACED) {
        pool.free(getLong(slab, at + 8));
      }
    }
    logged = 0;
    dropLog();
    forgetRefusals();
  }

  private void dropLog() {
    if (log != Handles.NIL) {
      pool.free(log);
      log = Handles.NIL;
    }
  }

  /**
   * Passes the changes since the last commit to a listener, in their order. This allocates.
   *
   * @param listener takes them
   */
  public void tell(MemoryListener listener) {
    for (int i = 0; i < logged; i++) {
      int at = logAt + i * UNDO;
      int what = (int) getLong(slab, at) & 0xFF;
      if (what == APPENDED) {
        listener.entryWritten(entryOf(at + 8));
      } else if (what == REMOVED) {
        listener.entryRemoved(entryOf(at + 8));
      }
    }
  }

  /**
   * Writes down the changes since the last commit; {@link #apply} does them again.
   *
   * @param out takes them
   */
  public void encodeDelta(Encoder out) {
    out.put(FORMAT);
    out.putVar(logged);
    for (int i = 0; i < logged; i++) {
      int at = logAt + i * UNDO;
      int what = (int) getLong(slab, at) & 0xFF;
      if (what == UPDATED) {
        int now = rowOf(getLong(slab, at + 8));
        encodeRow(out, what, now < 0 ? at + 8 : now, false);
      } else {
        encodeRow(out, what, at + 8, what == APPENDED);
      }
    }
  }

  private int rowOf(long handle) {
    int at = count == 0 ? 0 : tableAt;
    for (int i = 0; i < count; i++, at += ROW) {
      if (getLong(slab, at) == handle) {
        return at;
      }
    }
    return NONE;
  }

  private void encodeRow(Encoder out, int what, int row, boolean withValue) {
    int at = raw.offset(getLong(slab, row));
    int tagsBytes = getChar(slab, row + TAGS_BYTES);
    int valueBytes = withValue ? getInt(slab, row + VALUE_BYTES) : 0;
    out.reserve(tagsBytes + valueBytes + MOST_BESIDE);
    byte[] target = out.array();
    int start = out.size();
    target[start] = (byte) what;
    int next = Encoder.putVar(target, start + 1, tagsBytes);
    System.arraycopy(slab, at, target, next, tagsBytes);
    next += tagsBytes;
    target[next] = slab[row + KIND];
    target[next + 1] = slab[row + FLAGS];
    next = Encoder.putVar(target, next + 2, getInt(slab, row + WRITTEN));
    next = Encoder.putVar(target, next, getInt(slab, row + READ));
    if (withValue) {
      next = Encoder.putVar(target, next, valueBytes);
      System.arraycopy(slab, at + tagsBytes, target, next, valueBytes);
      next += valueBytes;
    }
    out.advance(next - start);
  }

  /**
   * Writes down everything; {@link #apply} on an empty memory makes the same again.
   *
   * @param out takes the image
   */
  public void encodeImage(Encoder out) {
    out.put(FORMAT);
    out.putVar(count);
    for (int i = 0; i < count; i++) {
      encodeRow(out, APPENDED, row(i), true);
    }
  }

  /**
   * Begins an image that is not made from a memory.
   *
   * @param out takes the image
   * @param entries how many entries follow
   */
  public static void beginImage(Encoder out, int entries) {
    out.put(FORMAT);
    out.putVar(entries);
  }

  /**
   * Adds an entry to an image that is not made from a memory.
   *
   * @param out takes the image
   * @param kind what the entry is
   * @param pinned whether paging must leave it
   * @param cycle when it counts as written
   * @param tags its tags in canonical form
   * @param value its value, UTF-8
   */
  public static void imageEntry(
      Encoder out, EntryKind kind, boolean pinned, int cycle, byte[] tags, byte[] value) {
    out.put(APPENDED);
    out.putSized(tags, 0, tags.length);
    out.put(kind.ordinal());
    out.put(pinned ? PINNED : 0);
    out.putVar(cycle);
    out.putVar(cycle);
    out.putSized(value, 0, value.length);
  }

  /**
   * Does what a delta or an image says.
   *
   * @param source holds it
   * @param from where it begins
   * @param to where it ends
   * @return {@link Status#OK}; {@link Status#MALFORMED} if it is damaged or of a newer version; or
   *     why there is no room. What was done before a failure can be undone
   */
  public Status apply(byte[] source, int from, int to) {
    Decoder in = new Decoder().open(source, from, to);
    if (from == to) {
      return Status.OK;
    }
    if (in.next() != FORMAT) {
      return Status.MALFORMED;
    }
    long changes = in.number();
    for (long i = 0; i < changes; i++) {
      int what = in.next();
      int tags = in.range();
      int tagsTo = in.at();
      int kind = in.next();
      int flags = in.next();
      int written = (int) in.number();
      int read = (int) in.number();
      int value = what == APPENDED ? in.range() : in.at();
      if (in.failed()
          || what < REMOVED
          || what > UPDATED
          || kind < 0
          || kind >= countOfKind.length
          || tags == tagsTo) {
        return Status.MALFORMED;
      }
      Status status = Status.OK;
      if (what == APPENDED) {
        status = put(kind, flags, source, tags, tagsTo, source, value, in.at(), written, read);
      } else if (what != REPLACED) {
        int index = find(source, tags, tagsTo);
        if (index != NONE) {
          status = what == REMOVED ? remove(index) : restore(index, flags, read);
        }
      }
      if (status != Status.OK) {
        return status;
      }
    }
    return in.at() == to ? Status.OK : Status.MALFORMED;
  }

  private Status restore(int index, int flags, int read) {
    Status status = update(index, FLAGS, flags);
    return status == Status.OK ? update(index, READ, read) : status;
  }

  /**
   * A copy of an entry, for people.
   *
   * @param index the entry
   * @return the copy
   */
  public MemoryEntry entry(int index) {
    return entryOf(row(index));
  }

  private MemoryEntry entryOf(int row) {
    int at = raw.offset(getLong(slab, row));
    int tagsBytes = getChar(slab, row + TAGS_BYTES);
    return new MemoryEntry(
        new String(slab, at, tagsBytes, StandardCharsets.UTF_8),
        new String(slab, at + tagsBytes, getInt(slab, row + VALUE_BYTES), StandardCharsets.UTF_8),
        EntryKind.of(slab[row + KIND]),
        (slab[row + FLAGS] & PINNED) != 0,
        getInt(slab, row + WRITTEN),
        getInt(slab, row + READ));
  }

  /**
   * Copies of all entries, for people.
   *
   * @return them, oldest first
   */
  public List<MemoryEntry> entries() {
    List<MemoryEntry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(entry(i));
    }
    return entries;
  }

  /**
   * The bytes of all slots that the scope has taken, for this memory and what else it pays for.
   *
   * @return bytes, each slot with its whole size
   */
  public long slotBytes() {
    return scope.usedBytes();
  }

  /**
   * The bytes of the slots that stay taken when the changes since the last commit are final:
   * without what was removed or replaced, and without the undo log.
   *
   * @return bytes, each slot with its whole size
   */
  public long settledBytes() {
    long bytes = scope.usedBytes();
    for (int i = 0; i < logged; i++) {
      int at = logAt + i * UNDO;
      int what = (int) getLong(slab, at) & 0xFF;
      if (what == REMOVED || what == REPLACED) {
        bytes -= pool.capacity(getLong(slab, at + 8));
      }
    }
    return log == Handles.NIL ? bytes : bytes - pool.capacity(log);
  }

  /** Returns everything to the pool. */
  @Override
  public void close() {
    undo();
    for (int i = 0; i < count; i++) {
      pool.free(getLong(slab, row(i)));
    }
    count = 0;
    Arrays.fill(countOfKind, 0);
    Arrays.fill(bytesOfKind, 0);
    if (table != Handles.NIL) {
      pool.free(table);
      table = Handles.NIL;
    }
  }
}
