package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.tree.Document;

/**
 * Reads one reply after the other: finds the agent block, knows where it ends, and takes it apart.
 * A reader is lent to one cycle at a time; it watches on the thread that receives the reply, then
 * reads on the worker.
 */
public interface ReplyReader {
  /**
   * The reader that hosts use unless they are told otherwise, for readers that only do something
   * beside.
   *
   * @return a new reader of replies as the contract has them
   */
  static ReplyReader ofContract() {
    return new ContractReplyReader();
  }

  /** Begins with another reply. */
  void begin();

  /**
   * Looks at more of the reply as it arrives, for the end of its block.
   *
   * @param reply holds the reply so far, from index 0
   * @param length how much of it there is
   * @return how many bytes the reply has up to the end of the block that closes it, or -1 if that
   *     has not been seen yet
   */
  int watch(byte[] reply, int length);

  /**
   * Takes the reply apart. Called once, when no more of it will come.
   *
   * @param reply holds the reply from index 0
   * @param length how long it is
   * @param scratch takes the block while it is read; empty before and after
   * @param into takes what was found, or what is wrong; cleared before
   */
  void read(byte[] reply, int length, Document scratch, Reply into);
}
