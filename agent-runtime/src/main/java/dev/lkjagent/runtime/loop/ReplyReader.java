package dev.lkjagent.runtime.loop;

/**
 * Reads replies: finds the agent block, knows where it ends, and takes it apart. Two objects share
 * the work, because the end must be known on the thread that receives the reply and the parts on
 * the worker.
 */
public interface ReplyReader {
  /** Watches a reply as it arrives, for the end of its agent block. */
  interface Watch {
    /** Begins with another reply. */
    void reset();

    /**
     * Looks at more of the reply.
     *
     * @param reply holds the reply so far, from index 0
     * @param length how much of it there is
     * @return where the block that closes the reply ends, or -1 if it has not been seen yet
     */
    int end(byte[] reply, int length);
  }

  /**
   * Makes a watch.
   *
   * @return one that is used by one call at a time
   */
  Watch watch();

  /**
   * Takes a reply apart. Called on one thread.
   *
   * @param bytes hold the reply
   * @param from where it begins
   * @param to where it ends
   * @param reply takes what was found, or what is wrong; cleared before
   */
  void read(byte[] bytes, int from, int to, Reply reply);
}
