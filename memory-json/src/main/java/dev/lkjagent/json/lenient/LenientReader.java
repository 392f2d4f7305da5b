package dev.lkjagent.json.lenient;

import dev.lkjagent.json.lenient.LenientParser.Progress;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a model says into a {@link Document}, whole or as it comes.
 *
 * <pre>
 * reader.begin(ReplyForm.REPLY);
 * while (chunks come) {
 *   if (reader.feed(chunk, 0, chunk.length, document) != Progress.MORE) {
 *     break;                        // complete at its closing tag, or a fault
 *   }
 * }
 * reader.end(document);             // if the stream ended first
 * </pre>
 *
 * <p>The same tree and the same list of repairs come out however the reply is split. A document is
 * written when the reply is complete, or by {@link #peek} before; a fault leaves it empty. A reader
 * is reused for any number of replies, by one thread at a time. All it needs it takes when it is
 * made; nothing is allocated afterwards.
 */
public final class LenientReader {
  private final LenientLimits limits;
  private final LenientParser parser;
  private final byte[] input;
  private final byte[] text;
  private final long[] tape;
  private int length;
  private Progress progress = Progress.FAULT;
  private LenientFault ownFault = LenientFault.EMPTY;
  private int ownFaultOffset;
  private Status status = Status.OK;
  private int faultLine;
  private int faultColumn;

  /** Makes a reader with {@link LenientLimits#DEFAULT}. */
  public LenientReader() {
    this(LenientLimits.DEFAULT);
  }

  /**
   * Makes a reader.
   *
   * @param limits what it may use for one reply
   */
  public LenientReader(LenientLimits limits) {
    this.limits = limits;
    parser = new LenientParser(limits.maxDepth(), limits.maxRepairs());
    input = new byte[limits.maxBytes()];
    text = new byte[limits.maxBytes()];
    tape = new long[limits.maxNodes()];
  }

  /**
   * Begins a reply, whatever became of the one before.
   *
   * @param form which block is looked for
   */
  public void begin(ReplyForm form) {
    parser.begin(form);
    length = 0;
    progress = Progress.MORE;
    ownFault = LenientFault.NONE;
    ownFaultOffset = 0;
    status = Status.OK;
    faultLine = 0;
    faultColumn = 0;
  }

  /**
   * Takes the next bytes of the reply. Once it is complete, or has failed, further bytes are
   * ignored.
   *
   * @param chunk holds them
   * @param from where they begin
   * @param count how many there are
   * @param into is written when the reply is complete
   * @return {@link Progress#MORE}, {@link Progress#COMPLETE} or {@link Progress#FAULT}
   * @throws IndexOutOfBoundsException if the chunk does not hold that many bytes
   */
  public Progress feed(byte[] chunk, int from, int count, Document into) {
    Objects.checkFromIndexSize(from, count, chunk.length);
    if (progress != Progress.MORE) {
      return progress;
    }
    int taken = Math.min(count, input.length - length);
    System.arraycopy(chunk, from, input, length, taken);
    length += taken;
    Progress now = advance(input, 0, false, into);
    return now == Progress.MORE && taken < count ? fail(LenientFault.TOO_LARGE, length, into) : now;
  }

  /**
   * Ends the reply.
   *
   * @param into is written, unless it was already
   * @return {@link Progress#COMPLETE} or {@link Progress#FAULT}
   */
  public Progress end(Document into) {
    return progress == Progress.MORE ? advance(input, 0, true, into) : progress;
  }

  /**
   * Reads a reply that is there as a whole, without copying it first.
   *
   * @param form which block is looked for
   * @param reply holds it; it is not changed
   * @param from where it begins
   * @param count how many bytes it has
   * @param into is written
   * @return {@link Status#OK}, {@link Status#MALFORMED}, or why there is no room
   * @throws IndexOutOfBoundsException if the array does not hold that many bytes
   */
  public Status parse(ReplyForm form, byte[] reply, int from, int count, Document into) {
    Objects.checkFromIndexSize(from, count, reply.length);
    begin(form);
    length = Math.min(count, limits.maxBytes());
    boolean all = length == count;
    if (advance(reply, from, all, into) == Progress.MORE) {
      fail(LenientFault.TOO_LARGE, length, into);
    }
    return status;
  }

  private Progress advance(byte[] bytes, int from, boolean finished, Document into) {
    Progress now =
        parser.advance(bytes, from, length, finished, text, 0, text.length, tape, 0, tape.length);
    if (now == Progress.TEXT_FULL || now == Progress.NODES_FULL) {
      return fail(LenientFault.TOO_LARGE, parser.blockAt(), into);
    }
    progress = now;
    if (now == Progress.COMPLETE) {
      status = publish(into);
      if (status != Status.OK) {
        return fail(LenientFault.NO_ROOM, parser.used(), into);
      }
    } else if (now == Progress.FAULT) {
      status = Status.MALFORMED;
      place(bytes, from, parser.faultOffset());
      into.clear();
    }
    return now;
  }

  /** Notes the line and the column of a fault. */
  private void place(byte[] bytes, int from, int offset) {
    faultLine = 1;
    faultColumn = 1;
    for (int i = from; i < from + offset; i++) {
      if (bytes[i] == '\n') {
        faultLine++;
        faultColumn = 1;
      } else if ((bytes[i] & 0xC0) != 0x80) {
        faultColumn++;
      }
    }
  }

  private Progress fail(LenientFault fault, int offset, Document into) {
    ownFault = fault;
    ownFaultOffset = offset;
    if (status == Status.OK) {
      status = Status.TOO_LARGE;
    }
    progress = Progress.FAULT;
    into.clear();
    return progress;
  }

  private Status publish(Document into) {
    int textLength = parser.textLength();
    int nodes = parser.nodes();
    Status answer = into.reserve(Math.max(1, textLength), nodes);
    if (answer != Status.OK) {
      return answer;
    }
    if (into.tapeCapacity() < nodes) {
      into.clear();
      return Status.NODES_EXHAUSTED;
    }
    RawMemory raw = into.raw();
    System.arraycopy(text, 0, raw.bytes(), into.textAt(), textLength);
    System.arraycopy(tape, 0, raw.tape(), into.tapeAt(), nodes);
    into.publish(textLength, nodes, null);
    return Status.OK;
  }

  /**
   * Shows the tree as far as it has come: what is finished, the text that is still growing, and
   * around them the containers that are still open, as if they were closed. A name without a value
   * is left out. Reading on is not affected.
   *
   * @param into is written; it is empty if there is nothing to see yet
   * @return {@link Status#OK}, or why the pool has no room for it
   */
  public Status peek(Document into) {
    if (progress != Progress.MORE || !parser.show()) {
      into.clear();
      return Status.OK;
    }
    Status answer = publish(into);
    parser.unshow();
    return answer;
  }

  /**
   * Answers what was repaired so far.
   *
   * @return the list, which the next {@link #begin} clears
   */
  public Repairs repairs() {
    return parser.repairs();
  }

  /**
   * Answers where the block ended.
   *
   * @return bytes from the start of the reply, what stood before the block included; what came
   *     after was not part of it
   */
  public int used() {
    return parser.used();
  }

  /**
   * Answers how many bytes of the reply have been taken.
   *
   * @return bytes
   */
  public int received() {
    return length;
  }

  /**
   * Answers what was wrong with the last reply.
   *
   * @return the fault, null if there is none or none yet
   */
  public @Nullable LenientFault fault() {
    LenientFault fault = ownFault == LenientFault.NONE ? parser.fault() : ownFault;
    return fault == LenientFault.NONE ? null : fault;
  }

  /**
   * Answers where the last reply was wrong. For {@link LenientFault#TOO_LARGE} this is the first
   * byte beyond the limit, or where the block begins whose tree is too large; for {@link
   * LenientFault#NO_ROOM} where the block ends.
   *
   * @return bytes from the start of the reply, 0 without a fault
   */
  public int faultOffset() {
    if (fault() == null) {
      return 0;
    }
    return ownFault == LenientFault.NONE ? parser.faultOffset() : ownFaultOffset;
  }

  /**
   * Answers the line in which the last reply was wrong.
   *
   * @return lines from 1, 0 without a fault in the text
   */
  public int faultLine() {
    return faultLine;
  }

  /**
   * Answers the place in its line at which the last reply was wrong.
   *
   * @return code points from 1, 0 without a fault in the text
   */
  public int faultColumn() {
    return faultColumn;
  }

  /**
   * Answers how the last reply ended.
   *
   * @return {@link Status#OK} also while it is being read; {@link Status#MALFORMED} for a fault in
   *     the text; else which limit was met
   */
  public Status status() {
    return status;
  }

  /**
   * Says what was wrong with the last reply, where, and what to do about it. This allocates.
   *
   * @return a sentence, empty without a fault
   */
  public String faultMessage() {
    LenientFault fault = fault();
    if (fault == null) {
      return "";
    }
    String place = " at byte " + faultOffset();
    return switch (fault) {
      case TOO_DEEP ->
          fault.message() + " of " + limits.maxDepth() + place + "; raise LenientLimits.maxDepth";
      case TOO_LARGE ->
          fault.message()
              + " of "
              + limits.maxBytes()
              + " bytes and "
              + limits.maxNodes()
              + " nodes"
              + place
              + "; raise LenientLimits.maxBytes or maxNodes";
      case NO_ROOM ->
          fault.message() + ": " + status.meaning() + "; raise the budget of the scope or its pool";
      default -> fault.message() + place;
    };
  }
}
