package dev.lkjagent.json.lenient;

/**
 * The lenient engine over plain arrays: it owns no buffers, so whoever holds the bytes decides
 * where they live and how far they may grow.
 *
 * <p>One reply: {@link #begin}, then {@link #advance} with everything received so far as often as
 * more has come, at last with {@code finished}. Between two calls the arrays may be replaced by
 * larger ones with the same content. An object is reused for any number of replies, by one thread
 * at a time; from the second on nothing is allocated.
 */
public final class LenientParser {
  /** How far a reply has been read. */
  public enum Progress {
    /** The block is not complete yet: more input is needed. */
    MORE,
    /** The block is complete; {@link LenientParser#used} tells how many bytes it took. */
    COMPLETE,
    /** The region for text is full: go on with a larger one. */
    TEXT_FULL,
    /** The region for nodes is full: go on with a larger one. */
    NODES_FULL,
    /** The reply gives no tree; {@link LenientParser#fault} says why. */
    FAULT
  }

  private final Source source = new Source();
  private final Repairs repairs;
  private final Sink sink;
  private final ReplyScanner scanner;

  /**
   * Makes a parser.
   *
   * @param maxDepth how many containers may be open at once
   * @param maxRepairs how many repairs are listed; further ones are counted
   * @throws IllegalArgumentException if a limit is not positive
   */
  public LenientParser(int maxDepth, int maxRepairs) {
    if (maxDepth < 1 || maxRepairs < 1) {
      throw new IllegalArgumentException(
          "limits must be positive: depth " + maxDepth + ", repairs " + maxRepairs);
    }
    repairs = new Repairs(maxRepairs);
    sink = new Sink(source, repairs);
    scanner = new ReplyScanner(source, sink, repairs, maxDepth);
  }

  /**
   * Begins a reply, whatever became of the one before.
   *
   * @param form which block is looked for
   */
  public void begin(ReplyForm form) {
    source.reset();
    sink.clear();
    repairs.clear();
    scanner.begin(form);
  }

  /**
   * Reads on.
   *
   * @param in holds the reply, all of it from its first byte
   * @param from where the reply begins in {@code in}
   * @param length how many bytes of it have been received
   * @param finished whether that is all
   * @param out where the text of the tree is written
   * @param outFrom where its region begins
   * @param outRoom how many bytes it has
   * @param tape where the nodes are written
   * @param tapeFrom where its region begins
   * @param tapeRoom how many nodes it has
   * @return how far the reply has been read
   */
  public Progress advance(
      byte[] in,
      int from,
      int length,
      boolean finished,
      byte[] out,
      int outFrom,
      int outRoom,
      long[] tape,
      int tapeFrom,
      int tapeRoom) {
    source.window(in, from, length, finished);
    sink.window(out, outFrom, outRoom, tape, tapeFrom, tapeRoom);
    return switch (scanner.advance()) {
      case WAIT -> Progress.MORE;
      case DONE -> Progress.COMPLETE;
      case FULL -> sink.outFull() ? Progress.TEXT_FULL : Progress.NODES_FULL;
      default -> Progress.FAULT;
    };
  }

  /**
   * Makes the tree readable as it is: the growing text is appended and everything open closed. The
   * next call must be {@link #unshow}, with the arrays of the last {@link #advance}.
   *
   * @return false if there is nothing to see yet; then there is nothing to take back either
   */
  boolean show() {
    return scanner.show();
  }

  /** Takes back what {@link #show} did. */
  void unshow() {
    scanner.unshow();
  }

  /**
   * Answers how many nodes the tree has.
   *
   * @return the number of nodes written
   */
  public int nodes() {
    return sink.nodes();
  }

  /**
   * Answers how long the tree's text is.
   *
   * @return bytes written
   */
  public int textLength() {
    return sink.length();
  }

  /**
   * Answers where the block ended.
   *
   * @return bytes from the start of the reply, the frame before the block included
   */
  public int used() {
    return scanner.used();
  }

  /** Where the block that is read begins, in bytes from the start of the reply; 0 without one. */
  int blockAt() {
    return scanner.blockAt();
  }

  /**
   * Answers why there is no tree.
   *
   * @return {@link LenientFault#NONE} if there is one
   */
  public LenientFault fault() {
    return scanner.fault();
  }

  /**
   * Answers where the fault was noticed.
   *
   * @return bytes from the start of the reply
   */
  public int faultOffset() {
    return scanner.faultAt();
  }

  /**
   * Answers what was repaired.
   *
   * @return the list, which the next {@link #begin} clears
   */
  public Repairs repairs() {
    return repairs;
  }
}
