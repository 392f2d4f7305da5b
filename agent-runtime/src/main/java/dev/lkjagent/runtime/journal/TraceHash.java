package dev.lkjagent.runtime.journal;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * The hash of a run: SHA-256 chained over its cycles. That of a cycle covers the one before it, the
 * cycle's number, the state, the prompt, what came from outside (messages, what was loaded, the
 * reply), the outcomes of the actions and the delta of working memory; nothing that depends on
 * time, on slots or on how a stream was cut.
 *
 * <p>The prompt and the delta enter by 64 bits of checksums each, CRC-32C and CRC-32: all that they
 * are made of has entered the chain by itself, so this only has to notice that the same was
 * rendered, or remembered, in another way.
 *
 * <p>The state and the reply may come in pieces: what counts is the bytes, not where they were cut.
 * Behind each field stand its tag and its length, so that no two different cycles feed the same
 * bytes. The order is fixed by the caller.
 *
 * <p>Reused from cycle to cycle; allocates nothing but in {@link #hex}. One thread at a time.
 */
public final class TraceHash {
  /** The length of a hash in bytes. */
  public static final int BYTES = 32;

  private static final int NO_FIELD = 0;
  private static final int STATE = 1;
  private static final int PROMPT = 2;
  private static final int REPLY = 3;
  private static final int OUTCOME = 4;
  private static final int DELTA = 5;
  private static final int INPUT = 6;

  private final MessageDigest sha256;
  private final CRC32C castagnoli = new CRC32C();
  private final CRC32 ethernet = new CRC32();

  /**
   * All that the cycle feeds: one long text is hashed several times faster than many short ones.
   */
  private final Encoder fed = new Encoder(4096);

  private final byte[] chain = new byte[BYTES];
  private int field = NO_FIELD;
  private long fieldBytes;

  /** Makes the hash of a run that has not begun: 32 zero bytes. */
  public TraceHash() {
    sha256 = newSha256();
  }

  /**
   * A digest for SHA-256, which every Java platform has.
   *
   * @return a new one
   */
  public static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java platform has no SHA-256, which each must have", e);
    }
  }

  /** Goes back to the hash of a run that has not begun. */
  public void reset() {
    Arrays.fill(chain, (byte) 0);
    fed.clear();
    field = NO_FIELD;
  }

  /**
   * Goes on from the hash after some cycle.
   *
   * @param src holds the hash
   * @param from where its 32 bytes begin
   */
  public void resume(byte[] src, int from) {
    System.arraycopy(src, from, chain, 0, BYTES);
    fed.clear();
    field = NO_FIELD;
  }

  /**
   * Begins a cycle; what was fed of one that did not end is forgotten.
   *
   * @param cycle its number
   */
  public void begin(long cycle) {
    fed.clear();
    fed.putBytes(chain, 0, BYTES);
    fed.putLong(cycle);
    field = NO_FIELD;
    fieldBytes = 0;
  }

  /**
   * Feeds the state that the cycle began in.
   *
   * @param bytes holds its name
   * @param from where it begins
   * @param to where it ends
   */
  public void state(byte[] bytes, int from, int to) {
    feed(STATE, bytes, from, to);
  }

  /**
   * Feeds a whole message of the prompt.
   *
   * @param bytes holds it
   * @param from where it begins
   * @param to where it ends
   * @return its checksums, CRC-32C in the low half and CRC-32 in the high one
   */
  public long prompt(byte[] bytes, int from, int to) {
    return checked(PROMPT, bytes, from, to);
  }

  /**
   * Feeds something else that came from outside, whole.
   *
   * @param bytes holds it
   * @param from where it begins
   * @param to where it ends
   */
  public void input(byte[] bytes, int from, int to) {
    endField();
    feed(INPUT, bytes, from, to);
    endField();
  }

  /**
   * Feeds the reply, as far as reading went, or a piece of it.
   *
   * @param bytes holds it
   * @param from where it begins
   * @param to where it ends
   */
  public void reply(byte[] bytes, int from, int to) {
    feed(REPLY, bytes, from, to);
  }

  /**
   * Feeds the whole outcome of an action.
   *
   * @param ordinal the number of the action in the reply
   * @param bytes holds the outcome
   * @param from where it begins
   * @param to where it ends
   */
  public void outcome(int ordinal, byte[] bytes, int from, int to) {
    endField();
    fed.putLong(ordinal);
    fieldBytes = Long.BYTES;
    field = OUTCOME;
    feed(OUTCOME, bytes, from, to);
  }

  /**
   * Feeds the whole delta of working memory.
   *
   * @param bytes holds it
   * @param from where it begins
   * @param to where it ends
   */
  public void delta(byte[] bytes, int from, int to) {
    var unused = checked(DELTA, bytes, from, to);
  }

  /** Ends the cycle: its hash becomes the run's. */
  public void end() {
    endField();
    try {
      sha256.update(fed.array(), 0, fed.size());
      sha256.digest(chain, 0, BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException("SHA-256 does not fit 32 bytes", e);
    }
  }

  /**
   * Copies the hash after the last cycle that ended.
   *
   * @param dst takes it
   * @param at where its 32 bytes begin
   */
  public void copyTo(byte[] dst, int at) {
    System.arraycopy(chain, 0, dst, at, BYTES);
  }

  /**
   * The hash after the last cycle that ended, for people.
   *
   * @return 64 hexadecimal digits
   */
  public String hex() {
    return HexFormat.of().formatHex(chain);
  }

  /** Feeds a field by its checksums, and answers them. */
  private long checked(int which, byte[] bytes, int from, int to) {
    Objects.checkFromToIndex(from, to, bytes.length);
    endField();
    castagnoli.reset();
    castagnoli.update(bytes, from, to - from);
    ethernet.reset();
    ethernet.update(bytes, from, to - from);
    fed.putInt((int) castagnoli.getValue());
    fed.putInt((int) ethernet.getValue());
    fed.put(which);
    fed.putLong(to - from);
    return ethernet.getValue() << Integer.SIZE | castagnoli.getValue();
  }

  private void feed(int which, byte[] bytes, int from, int to) {
    Objects.checkFromToIndex(from, to, bytes.length);
    if (which != field) {
      endField();
      field = which;
    }
    fed.putBytes(bytes, from, to);
    fieldBytes += to - from;
  }

  private void endField() {
    if (field != NO_FIELD) {
      fed.put(field);
      fed.putLong(fieldBytes);
      field = NO_FIELD;
      fieldBytes = 0;
    }
  }
}
