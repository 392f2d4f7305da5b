package dev.lkjagent.runtime.model;

import java.util.Arrays;

/**
 * The texts of a request as they stand in JSON strings.
 *
 * <p>Prompts begin with what changes least, so most of one is what the last one was. This keeps
 * what it escaped, a copy of the text that it was, and marks in both every few bytes. The next text
 * is compared with that copy, and escaped from the last mark before the first difference. Nobody
 * has to tell what has changed.
 *
 * <p>A mark stands in front of a byte that is not in the middle of a character. What is before it
 * depends on nothing after that byte, and what follows on nothing before: a sequence that is cut
 * off ends there in any case.
 */
final class EscapedTexts {
  private static final int STRIDE = 128;
  private static final int PER_MESSAGE = 4;

  private final JsonBytes json = new JsonBytes(4096);

  /** What was escaped. */
  private byte[] source = new byte[4096];

  private int sourceLength;

  /** Per message: from and to in the source, from and to in the JSON. */
  private int[] messages = new int[4 * PER_MESSAGE];

  private int messageCount;

  /** In pairs: a place in the source, and that in the JSON. */
  private int[] marks = new int[128];

  private int markCount;

  /** The array in which the escaped texts lie. */
  byte[] bytes() {
    return json.bytes();
  }

  int from(int message) {
    return messages[message * PER_MESSAGE + 2];
  }

  int to(int message) {
    return messages[message * PER_MESSAGE + 3];
  }

  /** Escapes all texts of a request, or what is not escaped yet. */
  void update(ModelRequest request) {
    byte[] text = request.bytes();
    int length = request.lengthBytes();
    int same = Arrays.mismatch(source, 0, sourceLength, text, 0, length);
    if (same < 0) {
      same = length;
    } else {
      if (source.length < length) {
        source = Arrays.copyOf(source, Math.max(length, text.length));
      }
      System.arraycopy(text, same, source, same, length - same);
    }
    sourceLength = length;
    int count = request.messageCount();
    int message = kept(request, same);
    int had = messageCount;
    messageCount = count;
    if (message == count) {
      return;
    }
    if (count * PER_MESSAGE > messages.length) {
      messages = Arrays.copyOf(messages, count * PER_MESSAGE * 2);
    }
    int at = request.textFrom(message);
    int start = message * PER_MESSAGE;
    if (message < had && messages[start] == at) {
      // The same message, with another end.
      int end = Math.min(request.textTo(message), messages[start + 1]);
      dropMarks(Math.min(same, end));
      boolean inside = markCount > 0 && marks[markCount - 2] > at;
      at = inside ? marks[markCount - 2] : at;
      json.truncate(inside ? marks[markCount - 1] : messages[start + 2]);
    } else {
      dropMarks(at);
      json.truncate(message == 0 ? 0 : messages[start - 1]);
      messages[start + 2] = json.length();
    }
    escape(request, message, at);
    for (int i = message + 1; i < count; i++) {
      messages[i * PER_MESSAGE + 2] = json.length();
      escape(request, i, request.textFrom(i));
    }
  }

  /** How many messages are as they were. */
  private int kept(ModelRequest request, int same) {
    int kept = 0;
    while (kept < Math.min(messageCount, request.messageCount())) {
      int to = request.textTo(kept);
      int at = kept * PER_MESSAGE;
      if (to > same || messages[at] != request.textFrom(kept) || messages[at + 1] != to) {
        break;
      }
      kept++;
    }
    return kept;
  }

  /** Forgets the marks from a place of the source on. */
  private void dropMarks(int from) {
    while (markCount > 0 && marks[markCount - 2] >= from) {
      markCount -= 2;
    }
  }

  /** Escapes a message from a place on to its end. */
  private void escape(ModelRequest request, int message, int from) {
    int to = request.textTo(message);
    int at = from;
    while (at < to) {
      int end = Math.min(to, at + STRIDE);
      while (end < to && (source[end] & 0xC0) == 0x80) {
        end++;
      }
      json.escaped(source, at, end);
      at = end;
      if (at < to) {
        mark(at);
      }
    }
    messages[message * PER_MESSAGE] = request.textFrom(message);
    messages[message * PER_MESSAGE + 1] = to;
    messages[message * PER_MESSAGE + 3] = json.length();
  }

  private void mark(int at) {
    if (markCount == marks.length) {
      marks = Arrays.copyOf(marks, markCount << 1);
    }
    marks[markCount++] = at;
    marks[markCount++] = json.length();
  }
}
