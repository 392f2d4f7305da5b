package dev.lkjagent.runtime.journal;

import java.util.zip.CRC32C;

/**
 * Encodes the inputs of one cycle into a record, without allocating.
 *
 * <pre>
 *   'L' 'J' version │ cycle │ item … │ 0 │ CRC-32C of all before, 4 bytes, little-endian
 *                     var     item: kind (1 byte), then its fields: number var, bytes behind their length
 * </pre>
 *
 * <p>It appends to an {@link Encoder} from {@link #begin} to {@link #end}; in between nobody else
 * writes to it. Reused; one thread at a time.
 */
public final class JournalWriter {
  /** The version of the format that this writes. */
  public static final int VERSION = 1;

  static final int MAGIC_0 = 'L';
  static final int MAGIC_1 = 'J';
  static final int END = 0;

  private final CRC32C crc = new CRC32C();
  private Encoder out = new Encoder(16);
  private int start;

  /** Makes a writer that has not begun. */
  public JournalWriter() {}

  /**
   * Begins a record.
   *
   * @param target takes the record, behind what it holds
   * @param cycle the cycle's number
   */
  public void begin(Encoder target, long cycle) {
    out = target;
    start = target.size();
    out.put(MAGIC_0);
    out.put(MAGIC_1);
    out.put(VERSION);
    out.putVar(cycle);
  }

  /** Ends the record. */
  public void end() {
    out.put(END);
    crc.reset();
    crc.update(out.array(), start, out.size() - start);
    out.putInt((int) crc.getValue());
  }

  /**
   * The prompt was this.
   *
   * @param lengthBytes its length
   * @param checksums what {@link TraceHash#prompt} answered for it
   */
  public void prompt(int lengthBytes, long checksums) {
    out.put(Kind.PROMPT.number());
    out.putVar(lengthBytes);
    out.putVar(Long.BYTES);
    out.putLong(checksums);
  }

  /**
   * The model said this, up to where reading stopped.
   *
   * @param bytes holds the reply or a piece of it
   * @param from where it begins
   * @param to where it ends
   */
  public void reply(byte[] bytes, int from, int to) {
    out.put(Kind.REPLY.number());
    out.putSized(bytes, from, to);
  }

  /**
   * The model asked for a tool outside its text.
   *
   * @param ordinal the number of the call in the reply
   * @param id the endpoint's name for the call
   * @param name the tool's name
   * @param arguments holds the arguments
   * @param from where they begin
   * @param to where they end
   */
  public void toolCall(
      int ordinal, CharSequence id, CharSequence name, byte[] arguments, int from, int to) {
    out.put(Kind.TOOL_CALL.number());
    out.putVar(ordinal);
    out.putText(id);
    out.putText(name);
    out.putSized(arguments, from, to);
  }

  /**
   * The endpoint reported its usage.
   *
   * @param promptTokens tokens of the prompt
   * @param replyTokens tokens of the reply
   * @param cachedTokens tokens of the prompt that came from its cache
   */
  public void usage(long promptTokens, long replyTokens, long cachedTokens) {
    out.put(Kind.USAGE.number());
    out.putVar(promptTokens);
    out.putVar(replyTokens);
    out.putVar(cachedTokens);
  }

  /** The endpoint reported no usage. */
  public void noUsage() {
    out.put(Kind.NO_USAGE.number());
  }

  /**
   * The reply ended for this reason.
   *
   * @param reason the reason's name
   */
  public void finish(CharSequence reason) {
    out.put(Kind.FINISH.number());
    out.putText(reason);
  }

  /**
   * An action answered.
   *
   * @param ordinal its number in the reply
   * @param fault whether it failed
   * @param text holds what it answered
   * @param from where that begins
   * @param to where it ends
   */
  public void result(int ordinal, boolean fault, byte[] text, int from, int to) {
    out.put(Kind.RESULT.number());
    out.putVar(ordinal);
    out.putVar(fault ? 1 : 0);
    out.putSized(text, from, to);
  }

  /**
   * The wall clock was read.
   *
   * @param millis what it said, in milliseconds since the epoch
   */
  public void time(long millis) {
    out.put(Kind.TIME.number());
    out.putVar(millis);
  }

  /**
   * A message was shown to the model.
   *
   * @param id its number in the store
   * @param millis when it was sent
   * @param sender who sent it
   * @param text holds what it says
   * @param from where that begins
   * @param to where it ends
   */
  public void message(long id, long millis, CharSequence sender, byte[] text, int from, int to) {
    out.put(Kind.MESSAGE.number());
    out.putVar(id);
    out.putVar(millis);
    out.putText(sender);
    out.putSized(text, from, to);
  }

  /**
   * A person decided on a call.
   *
   * @param cycle the cycle of the call
   * @param ordinal its number in that cycle
   * @param approved what was decided
   * @param note what the person said
   */
  public void decision(long cycle, int ordinal, boolean approved, CharSequence note) {
    out.put(Kind.DECISION.number());
    out.putVar(cycle);
    out.putVar(ordinal);
    out.putVar(approved ? 1 : 0);
    out.putText(note);
  }

  /**
   * Memory ran short.
   *
   * @param askedBytes how much was asked for
   * @param what what ran dry
   */
  public void pressure(long askedBytes, CharSequence what) {
    out.put(Kind.PRESSURE.number());
    out.putVar(askedBytes);
    out.putText(what);
  }

  /**
   * The model is asked again.
   *
   * @param attempt the number of the attempt that failed, from 1
   * @param pauseMillis how long the pause is
   * @param code the code of the fault
   */
  public void retry(int attempt, long pauseMillis, CharSequence code) {
    out.put(Kind.RETRY.number());
    out.putVar(attempt);
    out.putVar(pauseMillis);
    out.putText(code);
  }

  /**
   * Something went wrong.
   *
   * @param code the fault's code
   * @param offset its offset, or -1
   * @param message its message
   */
  public void fault(CharSequence code, long offset, CharSequence message) {
    out.put(Kind.FAULT.number());
    out.putVar(offset + 1);
    out.putText(code);
    out.putText(message);
  }

  /**
   * An entry was paged out.
   *
   * @param tags holds its tags
   * @param from where they begin
   * @param to where they end
   * @param reason why
   */
  public void eviction(byte[] tags, int from, int to, CharSequence reason) {
    out.put(Kind.EVICTION.number());
    out.putSized(tags, from, to);
    out.putText(reason);
  }

  /**
   * An input that has no kind of its own.
   *
   * @param name its name
   * @param bytes holds it
   * @param from where it begins
   * @param to where it ends
   */
  public void other(CharSequence name, byte[] bytes, int from, int to) {
    out.put(Kind.OTHER.number());
    out.putText(name);
    out.putSized(bytes, from, to);
  }
}
