package dev.lkjagent.memory;

/**
 * The arrays of a pool, for engines in other packages that read and write texts and nodes where
 * they lie.
 *
 * <p>Nothing here is checked but handles: an engine that writes past the range it was given
 * destroys its neighbours. Applications use {@link PooledString} and the trees instead. The arrays
 * stay the same for the life of the pool, and belong to the pool's thread.
 */
public final class RawMemory {
  /**
   * Bytes behind any text that an engine may read, and clear between {@link #clearTail} and {@link
   * #restoreTail}.
   */
  public static final int PADDING = 64;

  private final MemoryPool pool;
  private final byte[] saved = new byte[PADDING];
  private int savedAt = -1;
  private int stamp;

  RawMemory(MemoryPool pool) {
    this.pool = pool;
  }

  static void describe(Footprint.Sum sum) {
    sum.array(PADDING, 1);
  }

  /**
   * Answers the bytes of all slots.
   *
   * @return the slab, {@link #PADDING} bytes longer than the last slot
   */
  public byte[] bytes() {
    return pool.slab;
  }

  /**
   * Answers the nodes of all documents.
   *
   * @return nodes in the format of {@code Tape}
   */
  public long[] tape() {
    return pool.tape.nodes;
  }

  /**
   * Answers the records of all nodes of editable trees.
   *
   * @return records of {@link NodeRecords#BYTES} bytes
   */
  public byte[] records() {
    return pool.nodes.records;
  }

  /**
   * Answers the size of the largest slots.
   *
   * @return bytes
   */
  public int largestSlot() {
    return pool.slotBytes[pool.slotBytes.length - 1];
  }

  /**
   * Answers the size of the smallest slots that hold a text.
   *
   * @param length the text's length in bytes, not more than fit the largest
   * @return bytes
   */
  public int slotFor(int length) {
    return pool.slotBytes[pool.tierFor(length)];
  }

  /**
   * Answers where a slot begins.
   *
   * @param handle a live handle
   * @return an index into {@link #bytes()}
   * @throws StaleHandleException if the handle is not live
   */
  public int offset(long handle) {
    pool.check(handle);
    return pool.offsetOfChecked(handle);
  }

  /**
   * Answers the number of bytes in use of a slot.
   *
   * @param handle a live handle
   * @return bytes
   * @throws StaleHandleException if the handle is not live
   */
  public int length(long handle) {
    return pool.length(handle);
  }

  /**
   * Answers the handle of a live slot.
   *
   * @param slot its number
   * @return a handle
   */
  public long handle(int slot) {
    return pool.handleOf(slot);
  }

  /**
   * Clears the {@link #PADDING} bytes from an index on, and remembers what they were.
   *
   * @param at an index into {@link #bytes()}: the end of a text
   */
  public void clearTail(int at) {
    System.arraycopy(pool.slab, at, saved, 0, PADDING);
    java.util.Arrays.fill(pool.slab, at, at + PADDING, (byte) 0);
    savedAt = at;
  }

  /** Puts back what {@link #clearTail} cleared. */
  public void restoreTail() {
    System.arraycopy(saved, 0, pool.slab, savedAt, PADDING);
    savedAt = -1;
  }

  /**
   * Takes a node of an editable tree.
   *
   * @param scope who pays
   * @return the node's number, or the code of a {@link Status}
   */
  public int takeNode(Scope scope) {
    return pool.nodes.take(scope.account());
  }

  /**
   * Takes adjacent nodes of an editable tree; {@link #nodesTaken} tells how many.
   *
   * @param scope who pays
   * @param wanted how many would be of use
   * @return the first node's number, or the code of a {@link Status}
   */
  public int takeNodes(Scope scope, int wanted) {
    return pool.nodes.takeRun(scope.account(), wanted);
  }

  /**
   * Answers how many nodes the last {@link #takeNodes} took.
   *
   * @return 1 or more
   */
  public int nodesTaken() {
    return pool.nodes.taken();
  }

  /**
   * Returns nodes of {@link #takeNodes} that were not used.
   *
   * @param scope who paid
   * @param first the first of them
   * @param end the node after the last
   */
  public void putBackNodes(Scope scope, int first, int end) {
    pool.nodes.putBack(scope.account(), first, end);
  }

  /**
   * Returns a node, but leaves it to {@link #refundNodes} to give it back to its scope.
   *
   * @param scope who is thought to have paid
   * @param node its number
   * @return 1 if it has to be given back, 0 if that is done
   */
  public int freePaidNode(Scope scope, int node) {
    return pool.nodes.freePaid(node, scope.account());
  }

  /**
   * Returns adjacent nodes at once, and gives them back to their scope.
   *
   * @param scope who paid for all of them
   * @param first the first
   * @param end the node after the last
   * @return false, with nothing done, if this pool has to be given them one by one
   */
  public boolean freeNodes(Scope scope, int first, int end) {
    return pool.nodes.freeRun(scope.account(), first, end);
  }

  /**
   * Gives nodes back to a scope that were freed by {@link #freePaidNode}.
   *
   * @param scope who paid
   * @param count how many
   */
  public void refundNodes(Scope scope, int count) {
    pool.nodes.refund(scope.account(), count);
  }

  /**
   * Takes a slot for a text, and notes its length.
   *
   * @param scope who pays
   * @param length the text's length in bytes
   * @return a handle, or the code of a {@link Status}
   */
  public long takeText(Scope scope, int length) {
    return pool.takeText(scope.account(), length);
  }

  /**
   * Takes slots for several texts, as far as that takes nothing but what was freed before and is
   * paid for already; {@link #takeText} serves the text that this stops at.
   *
   * @param scope who pays
   * @param lengths the texts' lengths in bytes
   * @param from the first of them
   * @param to the one after the last
   * @param handles where the handles go, at the indices of the lengths
   * @return the first text that has got no slot
   */
  public int takeTexts(Scope scope, int[] lengths, int from, int to, long[] handles) {
    return pool.takeTexts(scope.account(), lengths, from, to, handles);
  }

  /**
   * Returns the slots that hold texts of adjacent nodes, the last first; ropes are left alone.
   *
   * @param scope who is thought to have paid
   * @param first the first node
   * @param end the node after the last
   */
  public void freeTexts(Scope scope, int first, int end) {
    pool.freeTexts(scope.account(), first, end);
  }

  /**
   * Answers where the slot of a handle begins that has just been taken, without checking it.
   *
   * @param handle a handle that is known to be live
   * @return an index into {@link #bytes()}
   */
  public int offsetOfFresh(long handle) {
    return pool.offsetOfChecked(handle);
  }

  /**
   * Returns a node of an editable tree.
   *
   * @param node its number
   */
  public void freeNode(int node) {
    pool.nodes.free(node);
  }

  /**
   * Answers the handle of a node of an editable tree.
   *
   * @param node its number
   * @return a handle in the numbers of nodes
   */
  public long nodeHandle(int node) {
    return pool.nodes.handle(node);
  }

  /**
   * Answers the number behind the handle of a node.
   *
   * @param handle the handle
   * @return the node's number
   * @throws StaleHandleException if the node was freed
   */
  public int node(long handle) {
    return pool.nodes.check(handle);
  }

  /**
   * Tells whether a handle is that of a node in use.
   *
   * @param handle any number
   * @return false if the node was freed since, or there never was one
   */
  public boolean isNode(long handle) {
    return pool.nodes.isLive(handle);
  }

  /**
   * Takes a contiguous block of document nodes: as many as wanted, or the most there are.
   *
   * @param scope who pays
   * @param wanted nodes
   * @param atLeast nodes without which the block is of no use
   * @return the first node's index into {@link #tape()}, or the code of a {@link Status}; {@link
   *     #tapeBlockLength} tells how many there are
   */
  public int takeTape(Scope scope, int wanted, int atLeast) {
    return pool.tape.take(scope.account(), wanted, atLeast);
  }

  /**
   * Answers the length of the block that was taken last.
   *
   * @return nodes
   */
  public int tapeBlockLength() {
    return pool.tape.takenLength();
  }

  /**
   * Shortens a block of document nodes to those in use.
   *
   * @param scope who paid
   * @param from the block's first node
   * @param length its length
   * @param inUse how many of them are used
   * @return the block's new length
   */
  public int trimTape(Scope scope, int from, int length, int inUse) {
    return pool.tape.trim(scope.account(), from, length, inUse);
  }

  /**
   * Returns a block of document nodes.
   *
   * @param scope who paid
   * @param from the block's first node
   * @param length its length
   */
  public void freeTape(Scope scope, int from, int length) {
    pool.tape.free(scope.account(), from, length);
  }

  /**
   * Makes another scope pay for a node of an editable tree.
   *
   * @param node its number
   * @param to who pays from now on
   * @return {@link Status#OK}, or why the other scope can't have it; nothing has changed then
   */
  public Status tryTransferNode(int node, Scope to) {
    return pool.nodes.tryTransfer(node, to);
  }

  /**
   * Makes another scope pay for a block of document nodes.
   *
   * @param scope who paid
   * @param from the block's first node
   * @param length its length
   * @param to who pays from now on
   * @return {@link Status#OK}, or why the other scope can't have it; nothing has changed then
   */
  public Status tryTransferTape(Scope scope, int from, int length, Scope to) {
    return pool.tape.tryTransfer(scope.account(), from, length, to);
  }

  /**
   * Answers the names that editable trees share.
   *
   * @return the pool's names
   */
  public NameTable names() {
    return pool.names;
  }

  /**
   * Answers the index of wide objects.
   *
   * @return the pool's index
   */
  public MemberIndex index() {
    return pool.index;
  }

  /**
   * Answers a number that marks one content of a document, and has not marked another for two
   * thousand million loads.
   *
   * @return 1 to 2<sup>31</sup> - 1
   */
  public int nextStamp() {
    stamp = stamp == Integer.MAX_VALUE ? 1 : stamp + 1;
    return stamp;
  }

  /** Proves all invariants at {@link CheckLevel#PARANOID}: an edit of a tree has ended. */
  public void edited() {
    if (pool.watch != null) {
      pool.watch.prove();
    }
  }

  /**
   * Tells whether each read has to check the calling thread, also where that is left out for speed.
   *
   * @return true from {@link CheckLevel#DEBUG} on
   */
  public boolean checksReads() {
    return pool.watch != null && pool.watch.debug;
  }

  /** Throws unless the calling thread owns the pool. */
  public void checkThread() {
    pool.checkThread();
  }
}
