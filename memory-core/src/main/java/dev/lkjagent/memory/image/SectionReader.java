package dev.lkjagent.memory.image;

import dev.lkjagent.memory.Budget;
import java.nio.charset.StandardCharsets;

/** Reads the numbers of an image one behind the other; what lies outside of it is refused. */
final class SectionReader {
  final Bytes bytes;
  int at;
  int end;

  SectionReader(Bytes bytes) {
    this.bytes = bytes;
  }

  /** Goes to the first section. */
  void begin() {
    at = ImageFormat.HEADER_BYTES;
    end = bytes.length - ImageFormat.CHECKSUM_BYTES;
  }

  int nextInt(String what) {
    require(Integer.BYTES, what);
    return bytes.getInt(skip(Integer.BYTES));
  }

  long nextLong(String what) {
    require(Long.BYTES, what);
    return bytes.getLong(skip(Long.BYTES));
  }

  /**
   * Reads a count of things that have at least so many bytes each, so it can't be larger than the
   * rest.
   */
  int nextCount(int bytesEach, String what) {
    int start = at;
    int count = nextInt(what);
    if (count < 0 || (long) count * bytesEach > end - at) {
      throw new ImageException(count + " is no number of " + what + " that fits here", start);
    }
    return count;
  }

  void require(int bytes, String what) {
    if (end - at < bytes) {
      throw new ImageException("it ends where " + what + " should stand", at);
    }
  }

  /** Answers the place, and goes on behind so many bytes. */
  int skip(int bytes) {
    at += bytes;
    return at - bytes;
  }

  String nextText() {
    int length = nextCount(1, "bytes of a name");
    return new String(bytes.array, skip(length), length, StandardCharsets.UTF_8);
  }

  Budget nextBudget() {
    int start = at;
    Budget.Builder budget = Budget.builder();
    try {
      budget.bytes(nextLong("a limit")).reserveBytes(nextLong("a reservation"));
      budget.nodes(nextInt("a limit")).reserveNodes(nextInt("a reservation"));
      budget.documentNodes(nextInt("a limit")).reserveDocumentNodes(nextInt("a reservation"));
      for (int i = nextCount(8, "limits"); i > 0; i--) {
        budget.slots(nextInt("a size"), nextInt("a limit"));
      }
      for (int i = nextCount(8, "reservations"); i > 0; i--) {
        budget.reserveSlots(nextInt("a size"), nextInt("a reservation"));
      }
    } catch (IllegalArgumentException e) {
      throw new ImageException("a budget with a negative number", start);
    }
    return budget.build();
  }
}
