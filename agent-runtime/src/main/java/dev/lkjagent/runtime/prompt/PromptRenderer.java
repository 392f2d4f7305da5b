package dev.lkjagent.runtime.prompt;

import static dev.lkjagent.runtime.prompt.Escaped.ascii;

import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.WorkingMemory;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.Role;
import java.util.Arrays;

/**
 * Writes prompts. One per worker: it keeps scratch space and the ledger of the last prompt.
 *
 * <p>First every section is measured, without writing. If the sum passes the limit, items leave in
 * this order, the oldest first, until it fits: thoughts, judgements, outcomes of actions but the
 * last, entries of memory that are not pinned; messages but the first wait. Then the prompt is
 * written.
 */
public final class PromptRenderer {
  private static final byte[] ENTRY = ascii("<entry tags=\"");
  private static final byte[] LOADED = ascii("\" source=\"storage");
  private static final byte[] MESSAGE = ascii("\" source=\"message");
  private static final byte[] VALUE = ascii("\">");
  private static final byte[] ENTRY_END = ascii("</entry>\n");
  private static final byte[] ITEM = ascii("<item>");
  private static final byte[] ITEM_END = ascii("</item>\n");
  private static final byte[] STATE = ascii("<state name=\"");
  private static final byte[] CYCLE = ascii("\" cycle=\"");
  private static final byte[] OF = ascii("\" of=\"");
  private static final byte[] STATE_OPENED = ascii("\">\n");
  private static final byte[] STATE_END = ascii("\n</state>\n");
  private static final Section[] SECTIONS = Section.values();
  private static final Section[] GIVING_WAY = {
    Section.THINKING, Section.EVALUATION, Section.EXECUTION, Section.MEMORY
  };
  private static final byte[][] OPEN = new byte[SECTIONS.length][];
  private static final byte[][] CLOSE = new byte[SECTIONS.length][];

  static {
    String[] names = {
      "", "working_memory", "thinking_log", "evaluation_log", "execution_log", "inbox", ""
    };
    for (int i = 0; i < names.length; i++) {
      OPEN[i] = ascii("<" + names[i] + ">\n");
      CLOSE[i] = ascii("</" + names[i] + ">\n");
    }
  }

  private final PromptLedger ledger = new PromptLedger();
  private final byte[] digits = new byte[20];
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
        sum += entries(memory, EntryKind.LOADED, LOADED.length);
        yield sum + entries(memory, EntryKind.MESSAGE, MESSAGE.length);
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
        int of = source.lastCycle() == 0 ? 0 : OF.length + digits(source.lastCycle());
        yield STATE.length
            + source.stateName().length
            + CYCLE.length
            + digits(source.cycle())
            + of
            + STATE_OPENED.length
            + source.statePrompt().length
            + STATE_END.length;
      }
    };
  }

  private static int frame(Section section) {
    return OPEN[section.ordinal()].length + CLOSE[section.ordinal()].length;
  }

  private static long entries(WorkingMemory memory, EntryKind kind, int more) {
    int each = ENTRY.length + more + VALUE.length + ENTRY_END.length;
    return memory.escapedBytes(kind) + (long) memory.count(kind) * each;
  }

  private static long items(Section section, WorkingMemory memory, EntryKind kind) {
    int count = memory.count(kind);
    return count == 0 ? 0 : frame(section) + memory.escapedBytes(kind) + (long) count * ITEM_FRAME;
  }

  private static final int ITEM_FRAME = ITEM.length + ITEM_END.length;

  /**
   * Writes a prompt of at most so many bytes.
   *
   * @param source what it is made of
   * @param limitBytes its limit
   * @param out takes it; cleared first
   * @return whether it fits; if not, nothing that may leave it is left, and {@code out} is empty
   */
  public boolean render(PromptSource source, long limitBytes, ModelRequest out) {
    ledger.clear();
    out.clear();
    WorkingMemory memory = source.memory();
    if (hidden.length < memory.count()) {
      hidden = new boolean[Integer.highestOneBit(memory.count()) << 1];
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
        return false;
      }
    }
    byte[] system = source.system();
    out.begin(Role.SYSTEM).append(system, 0, system.length).end();
    ledger.bytes(Section.SYSTEM, system.length);
    out.begin(Role.USER);
    int start = out.lengthBytes();
    memory(memory, out);
    start = book(Section.MEMORY, start, out);
    log(Section.THINKING, EntryKind.THINKING, memory, out);
    start = book(Section.THINKING, start, out);
    log(Section.EVALUATION, EntryKind.EVALUATION, memory, out);
    start = book(Section.EVALUATION, start, out);
    log(Section.EXECUTION, EntryKind.EXECUTION, memory, out);
    start = book(Section.EXECUTION, start, out);
    inbox(source.inbox(), out);
    start = book(Section.INBOX, start, out);
    state(source, out);
    book(Section.STATE, start, out);
    out.end();
    return true;
  }

  private int book(Section section, int start, ModelRequest out) {
    ledger.bytes(section, openLength(out) - start);
    return openLength(out);
  }

  private static int openLength(ModelRequest out) {
    return out.lengthBytes();
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
    int tags = memory.tagsBytes(index) + ENTRY.length + VALUE.length + ENTRY_END.length;
    return switch (memory.kind(index)) {
      case NOTE -> text + tags;
      case LOADED -> text + tags + LOADED.length;
      case MESSAGE -> text + tags + MESSAGE.length;
      default -> text + ITEM_FRAME;
    };
  }

  private void memory(WorkingMemory memory, ModelRequest out) {
    byte[] slab = memory.bytes();
    append(out, OPEN[Section.MEMORY.ordinal()]);
    for (int i = 0; i < memory.count(); i++) {
      EntryKind kind = memory.kind(i);
      if (!kind.paged() || hidden[i]) {
        continue;
      }
      append(out, ENTRY);
      int tags = memory.tagsFrom(i);
      out.append(slab, tags, tags + memory.tagsBytes(i));
      if (kind != EntryKind.NOTE) {
        append(out, kind == EntryKind.LOADED ? LOADED : MESSAGE);
      }
      append(out, VALUE);
      value(memory, i, tags + memory.tagsBytes(i), out);
      append(out, ENTRY_END);
    }
    append(out, CLOSE[Section.MEMORY.ordinal()]);
  }

  private void log(Section section, EntryKind kind, WorkingMemory memory, ModelRequest out) {
    if (memory.count(kind) == 0) {
      return;
    }
    append(out, OPEN[section.ordinal()]);
    for (int i = 0; i < memory.count(); i++) {
      if (memory.kind(i) == kind && !hidden[i]) {
        append(out, ITEM);
        value(memory, i, memory.valueFrom(i), out);
        append(out, ITEM_END);
      }
    }
    append(out, CLOSE[section.ordinal()]);
  }

  private static void value(WorkingMemory memory, int index, int from, ModelRequest out) {
    int to = from + memory.valueBytes(index);
    if (memory.escapedGrowth(index) == 0) {
      out.append(memory.bytes(), from, to);
    } else {
      Escaped.append(out, memory.bytes(), from, to);
    }
  }

  private void inbox(Inbox inbox, ModelRequest out) {
    if (shownMessages > 0) {
      append(out, OPEN[Section.INBOX.ordinal()]);
      for (int i = 0; i < shownMessages; i++) {
        append(out, inbox.shown(i));
      }
      append(out, CLOSE[Section.INBOX.ordinal()]);
    }
  }

  private void state(PromptSource source, ModelRequest out) {
    append(out, STATE);
    append(out, source.stateName());
    append(out, CYCLE);
    number(source.cycle(), out);
    if (source.lastCycle() != 0) {
      append(out, OF);
      number(source.lastCycle(), out);
    }
    append(out, STATE_OPENED);
    append(out, source.statePrompt());
    append(out, STATE_END);
  }

  private static void append(ModelRequest out, byte[] text) {
    out.append(text, 0, text.length);
  }

  private void number(long value, ModelRequest out) {
    int at = digits.length;
    for (long rest = value; rest > 0 || at == digits.length; rest /= 10) {
      digits[--at] = (byte) ('0' + rest % 10);
    }
    out.append(digits, at, digits.length);
  }

  private static int digits(long value) {
    int count = 1;
    for (long rest = value / 10; rest > 0; rest /= 10) {
      count++;
    }
    return count;
  }
}
