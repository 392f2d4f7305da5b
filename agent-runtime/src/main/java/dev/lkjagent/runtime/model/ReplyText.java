package dev.lkjagent.runtime.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A reusable buffer in which {@link RuleSet rules} write a reply: UTF-8, growing, never shrinking.
 */
public final class ReplyText {
  private byte[] bytes = new byte[1024];
  private int length;

  /** An empty reply. */
  public ReplyText() {}

  /** Forgets what was written; keeps the array. */
  public void clear() {
    length = 0;
  }

  /**
   * Appends bytes.
   *
   * @param source the array that holds them
   * @param from the first
   * @param to after the last
   * @return this
   */
  public ReplyText append(byte[] source, int from, int to) {
    int count = to - from;
    if (count > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, count), 2 * bytes.length));
    }
    System.arraycopy(source, from, bytes, length, count);
    length += count;
    return this;
  }

  /**
   * Appends bytes.
   *
   * @param source all of them
   * @return this
   */
  public ReplyText append(byte[] source) {
    return append(source, 0, source.length);
  }

  /**
   * Appends a string; allocates nothing if it is ASCII.
   *
   * @param string the text
   * @return this
   */
  @SuppressWarnings("deprecation") // the only copy out of a string that allocates nothing
  public ReplyText append(String string) {
    for (int i = 0; i < string.length(); i++) {
      if (string.charAt(i) >= 0x80) {
        return append(string.getBytes(StandardCharsets.UTF_8));
      }
    }
    int count = string.length();
    if (count > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, count), 2 * bytes.length));
    }
    string.getBytes(0, count, bytes, length);
    length += count;
    return this;
  }

  /**
   * Appends a number in decimal digits.
   *
   * @param number any number
   * @return this
   */
  public ReplyText append(long number) {
    if (number < 0) {
      append("-");
    }
    int digits = 1;
    for (long rest = number / 10; rest != 0; rest /= 10) {
      digits++;
    }
    if (digits > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + digits, 2 * bytes.length));
    }
    long rest = number;
    for (int i = length + digits - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + Math.abs(rest % 10));
      rest /= 10;
    }
    length += digits;
    return this;
  }

  /**
   * The array that holds the text from its start; valid until more is appended.
   *
   * @return the array, longer than the text
   */
  public byte[] bytes() {
    return bytes;
  }

  /**
   * How much was written.
   *
   * @return a number of bytes
   */
  public int lengthBytes() {
    return length;
  }

  /** What was written, as a string. */
  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
