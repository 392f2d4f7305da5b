package dev.lkjagent.memory;

/** A handle was used after its slot had been freed, or with a pool that did not make it. */
public final class StaleHandleException extends MemoryException {
  private static final long serialVersionUID = 1L;

  private final long handle;

  /**
   * Creates the error.
   *
   * @param handle the handle that was refused
   * @param message what was wrong, where, and what to do about it
   */
  public StaleHandleException(long handle, String message) {
    super(message);
    this.handle = handle;
  }

  /**
   * Answers the handle that was refused.
   *
   * @return the handle
   */
  public long handle() {
    return handle;
  }
}
