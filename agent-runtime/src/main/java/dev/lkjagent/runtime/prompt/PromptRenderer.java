package dev.lkjagent.runtime.prompt;

import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.WorkingMemory;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.Role;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes prompts. One per worker: it keeps scratch space and the ledger of the last prompt.
 *
 * <p>First every section is measured, without writing. If the sum passes the limit, items leave in
 * this order, the oldest first, until it fits: thoughts, judgements, outcomes of actions but the
 * last, entries of memory that are not pinned; messages but the first wait. Then the prompt is
 * written.
 *
 * <p>Working memory changes at its end, so most of its section is what it was in the last prompt.
 * The entries at its beginning that have the handles that they had then are not written again, as
 * long as nobody else has touched the request.
 */
public final class PromptRenderer {
  private static final Literal ENTRY = Literal.of("<entry tags=\"");
  private static final Literal LOADED = Literal.of("\" source=\"storage");
  private static final Literal MESSAGE = Literal.of("\" source=\"message");
  private static final Literal VALUE = Literal.of("\">");
  private static final Literal ENTRY_END = Literal.of("</entry>\n");
  private static final Literal ITEM = Literal.of("<item>");
  private static final Literal ITEM_END = Literal.of("</item>\n");
  private static final Literal STATE = Literal.of("<state name=\"");
  private static final Literal CYCLE = Literal.of("\" cycle=\"");
  private static final Literal OF = Literal.of("\" of=\"");
  private static final Literal STATE_OPENED = Literal.of("\">\n");
  private static final Literal STATE_END = Literal.of("\n</state>\n");
  private static final Section[] SECTIONS = Section.values();
  private static final Section[] GIVING_WAY = {
    Section.THINKING, Section.EVALUATION, Section.EXECUTION, Section.MEMORY
  };
  private static final Literal[] OPEN = new Literal[SECTIONS.length];
  private static final Literal[] CLOSE = new Literal[SECTIONS.length];

  static {
    String[] names = {
      "", "working_memory", "thinking_log", "evaluation_log", "execution_log", "inbox", ""
    };
    for (int i = 0; i < names.length; i++) {
      OPEN[i] = Literal.of("<" + names[i] + ">\n");
      CLOSE[i] = Literal.of("</" + names[i] + ">\n");
    }
  }

  private final PromptLedger ledger = new PromptLedger();

  /** Takes the prompt under way: an array that has room for all of it. */
  private byte[] text = new byte[0];

  /** Where the prompt under way goes on. */
  private int at;

  /** The entries that the last prompt showed: their handles, and where they end in it. */
  private long[] entries = new long[64];

  private int[] entryEnds = new int[64];
  private int entryCount;

  /** What the last prompt was written to, how often that had changed by then, and from where. */
  private @Nullable ModelRequest last;

  private int lastEdits;
  private byte @Nullable [] lastSlab;
  private int lastStart;

  private boolean[] hidden = new boolean[64];
  private boolean anyHidden;
  private int shownMessages;

  /** Makes a renderer with an empty ledger. */
  public PromptRenderer() {}

  /**
   * What the last prompt took.
   *
   * @return the ledger, changed by the next prompt
   */
  public PromptLedger ledger() {
    return ledger;
  }

  /**
   * How many messages of the inbox the last prompt shows.
   *
   * @return a number of messages, the oldest ones
   */
  public int shownMessages() {
    return shownMessages;
  }

  /**
   * How large a prompt would be with nothing left out.
   *
   * @param source what it is made of
   * @return bytes
   */
  public long measure(PromptSource source) {
    long sum = 0;
    for (Section section : SECTIONS) {
      sum += measure(section, source);
    }
    return sum;
  }

  private long measure(Section section, PromptSource source) {
    WorkingMemory memory = source.memory();
    return switch (section) {
      case SYSTEM -> source.system().length;
      case MEMORY -> {
        long sum = frame(section);
        sum += entries(memory, EntryKind.NOTE, 0);
        sum += entries(memory, EntryKind.LOADED, LOADED.length());
        yield sum + entries(memory, EntryKind.MESSAGE, MESSAGE.length());
      }
      case THINKING -> items(section, memory, EntryKind.THINKING);
      case EVALUATION -> items(section, memory, EntryKind.EVALUATION);
      case EXECUTION -> items(section, memory, EntryKind.EXECUTION);
      case INBOX -> {
        int count = source.inbox().shownCount();
        long sum = count == 0 ? 0 : frame(section);
        for (int i = 0; i < count; i++) {
          sum += source.inbox().shown(i).length;
        }
        yield sum;
      }
      case STATE -> {
        int of = source.lastCycle() == 0 ? 0 : OF.length() + digits(source.lastCycle());
        yield STATE.length()
            + source.stateName().length
            + CYCLE.length()
            + digits(source.cycle())
            + of
            + STATE_OPENED.length()
            + source.statePrompt().length
            + STATE_END.length();
      }
    };
  }

  private static int frame(Section section) {
    return OPEN[section.ordinal()].length() + CLOSE[section.ordinal()].length();
  }

  private static long entries(WorkingMemory memory, EntryKind kind, int more) {
    int each = ENTRY.length() + more + VALUE.length() + ENTRY_END.length();
    return memory.escapedBytes(kind) + (long) memory.count(kind) * each;
  }

  private static long items(Section section, WorkingMemory memory, EntryKind kind) {
    int count = memory.count(kind);
    return count == 0 ? 0 : frame(section) + memory.escapedBytes(kind) + (long) count * ITEM_FRAME;
  }

  private static final int ITEM_FRAME = ITEM.length() + ITEM_END.length();

  /**
   * Writes a prompt of at most so many bytes.
   *
   * @param source what it is made of
   * @param limitBytes its limit
   * @param out takes it; cleared first
   * @return whether it fits; if not, nothing that may leave it is left, and {@code out} is empty
   */
  public boolean render(PromptSource source, long limitBytes, ModelRequest out) {
    ledger.clear(source.estimator());
    byte[] system = source.system();
    WorkingMemory memory = source.memory();
    if (out != last
        || out.edits() != lastEdits
        || memory.bytes() != lastSlab
        || system.length != lastStart) {
      entryCount = 0;
      last = null;
    }
    out.clear();
    if (hidden.length < memory.count()) {
      int room = Integer.highestOneBit(memory.count()) << 1;
      hidden = new boolean[room];
      entries = Arrays.copyOf(entries, room);
      entryEnds = Arrays.copyOf(entryEnds, room);
      anyHidden = false;
    }
    if (anyHidden) {
      Arrays.fill(hidden, false);
      anyHidden = false;
    }
    shownMessages = source.inbox().shownCount();
    long total = measure(source);
    if (total > limitBytes) {
      total = shrink(source, total, limitBytes);
      if (total > limitBytes) {
        last = null;
        return false;
      }
    }
    out.begin(Role.SYSTEM).append(system, 0, system.length).end();
    ledger.bytes(Section.SYSTEM, system.length);
    out.begin(Role.USER);
    text = out.reserve(Math.toIntExact(total - system.length + Literal.SLACK));
    at = system.length;
    int start = at;
    memory(memory);
    start = book(Section.MEMORY, start);
    log(Section.THINKING, EntryKind.THINKING, memory);
    start = book(Section.THINKING, start);
    log(Section.EVALUATION, EntryKind.EVALUATION, memory);
    start = book(Section.EVALUATION, start);
    log(Section.EXECUTION, EntryKind.EXECUTION, memory);
    start = book(Section.EXECUTION, start);
    inbox(source.inbox());
    start = book(Section.INBOX, start);
    state(source);
    book(Section.STATE, start);
    out.advance(at - system.length).end();
    last = out;
    lastEdits = out.edits();
    lastSlab = memory.bytes();
    lastStart = system.length;
    return true;
  }

  private int book(Section section, int start) {
    ledger.bytes(section, at - start);
    return at;
  }

  private long shrink(PromptSource source, long total, long limitBytes) {
    long left = total;
    WorkingMemory memory = source.memory();
    for (Section section : GIVING_WAY) {
      int spare =
          section.overflow() == Section.Overflow.OMIT_OLDEST_BUT_ONE
              ? memory.count(EntryKind.EXECUTION) - 1
              : Integer.MAX_VALUE;
      for (int i = 0; i < memory.count() && left > limitBytes && spare > 0; i++) {
        if (sectionOf(memory.kind(i)) == section && !memory.pinned(i)) {
          hidden[i] = true;
          anyHidden = true;
          spare--;
          left -= shownBytes(memory, i);
          ledger.omit(section);
        }
      }
    }
    Inbox inbox = source.inbox();
    while (left > limitBytes && shownMessages > 1) {
      left -= inbox.shown(--shownMessages).length;
      ledger.omit(Section.INBOX);
    }
    return left;
  }

  private static Section sectionOf(EntryKind kind) {
    return switch (kind) {
      case THINKING -> Section.THINKING;
      case EVALUATION -> Section.EVALUATION;
      case EXECUTION -> Section.EXECUTION;
      default -> Section.MEMORY;
    };
  }

  /**
   * How many bytes of a prompt an entry takes.
   *
   * @param memory holds it
   * @param index the entry
   * @return bytes
   */
  public static int shownBytes(WorkingMemory memory, int index) {
    int text = memory.valueBytes(index) + memory.escapedGrowth(index);
    int tags = memory.tagsBytes(index) + ENTRY.length() + VALUE.length() + ENTRY_END.length();
    return switch (memory.kind(index)) {
      case NOTE -> text + tags;
      case LOADED -> text + tags + LOADED.length();
      case MESSAGE -> text + tags + MESSAGE.length();
      default -> text + ITEM_FRAME;
    };
  }

  private void memory(WorkingMemory memory) {
    byte[] slab = memory.bytes();
    int same = last == null ? 0 : entryCount;
    if (same > 0) {
      // A literal writes beyond its end, where the first entry stands.
      at += OPEN[Section.MEMORY.ordinal()].length();
    } else {
      put(OPEN[Section.MEMORY.ordinal()]);
    }
    int count = 0;
    for (int i = 0; i < memory.count(); i++) {
      EntryKind kind = memory.kind(i);
      if (!kind.paged() || hidden[i]) {
        continue;
      }
      long handle = memory.handle(i);
      if (count < same && entries[count] == handle) {
        at = entryEnds[count++];
        continue;
      }
      same = 0;
      put(ENTRY);
      int tags = memory.tagsFrom(i);
      int tagsTo = tags + memory.tagsBytes(i);
      put(slab, tags, tagsTo);
      if (kind != EntryKind.NOTE) {
        put(kind == EntryKind.LOADED ? LOADED : MESSAGE);
      }
      put(VALUE);
      value(memory, i, tagsTo);
      put(ENTRY_END);
      entries[count] = handle;
      entryEnds[count++] = at;
    }
    entryCount = count;
    put(CLOSE[Section.MEMORY.ordinal()]);
  }

  private void log(Section section, EntryKind kind, WorkingMemory memory) {
    if (memory.count(kind) == 0) {
      return;
    }
    put(OPEN[section.ordinal()]);
    for (int i = 0; i < memory.count(); i++) {
      if (memory.kind(i) == kind && !hidden[i]) {
        put(ITEM);
        value(memory, i, memory.valueFrom(i));
        put(ITEM_END);
      }
    }
    put(CLOSE[section.ordinal()]);
  }

  private void value(WorkingMemory memory, int index, int from) {
    int to = from + memory.valueBytes(index);
    if (memory.escapedGrowth(index) == 0) {
      put(memory.bytes(), from, to);
    } else {
      at = Escaped.write(memory.bytes(), from, to, text, at);
    }
  }

  private void inbox(Inbox inbox) {
    if (shownMessages > 0) {
      put(OPEN[Section.INBOX.ordinal()]);
      for (int i = 0; i < shownMessages; i++) {
        put(inbox.shown(i));
      }
      put(CLOSE[Section.INBOX.ordinal()]);
    }
  }

  private void state(PromptSource source) {
    put(STATE);
    put(source.stateName());
    put(CYCLE);
    number(source.cycle());
    if (source.lastCycle() != 0) {
      put(OF);
      number(source.lastCycle());
    }
    put(STATE_OPENED);
    put(source.statePrompt());
    put(STATE_END);
  }

  private void put(Literal literal) {
    at = literal.write(text, at);
  }

  private void put(byte[] bytes) {
    put(bytes, 0, bytes.length);
  }

  private void put(byte[] bytes, int from, int to) {
    System.arraycopy(bytes, from, text, at, to - from);
    at += to - from;
  }

  private void number(long value) {
    int end = at + digits(value);
    long rest = value;
    for (int i = end - 1; i >= at; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    at = end;
  }

  private static int digits(long value) {
    int count = 1;
    for (long power = 10; power <= value && count < MOST_DIGITS; power *= 10) {
      count++;
    }
    return count;
  }

  /** Those of the largest long; the power of ten behind them is none. */
  private static final int MOST_DIGITS = 19;
}
