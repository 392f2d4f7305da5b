package dev.lkjagent.memory;

/**
 * Misuse of a pool: a stale or foreign handle, another thread, a place outside of a slot.
 *
 * <p>It is thrown before anything was changed, and is an error of the program, not a condition to
 * handle.
 */
public class MemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message what was wrong, where, and what to do about it
   */
  public MemoryException(String message) {
    super(message);
  }
}
