package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.tree.Document;

/**
 * Reads replies: those that keep to the contract to the letter in one pass, all others with {@link
 * LenientReplyReader}. Both come to the same result where both can read.
 */
final class ContractReplyReader implements ReplyReader {
  private final ExactReplyReader exact = new ExactReplyReader();
  private final LenientReplyReader lenient = new LenientReplyReader();
  private boolean isLenient;

  @Override
  public void begin() {
    exact.begin();
    isLenient = false;
  }

  /** Whether the reply under way is one that keeps to the contract, as far as it was seen. */
  boolean isExact() {
    return !isLenient;
  }

  @Override
  public int watch(byte[] reply, int length) {
    if (!isLenient) {
      exact.advance(reply, length);
      if (exact.exact()) {
        return exact.closed() ? exact.used() : -1;
      }
      isLenient = true;
      lenient.begin();
    }
    return lenient.watch(reply, length);
  }

  @Override
  public void read(byte[] reply, int length, Document scratch, Reply into) {
    if (!isLenient && exact.closed()) {
      exact.take(reply, into);
      return;
    }
    if (!isLenient) {
      isLenient = true;
      lenient.begin();
    }
    lenient.read(reply, length, scratch, into);
  }
}
