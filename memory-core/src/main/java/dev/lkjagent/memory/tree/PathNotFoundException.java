package dev.lkjagent.memory.tree;

/** There is nothing at a path; the message says which step failed, and what was there instead. */
public final class PathNotFoundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PathNotFoundException(String message) {
    super(message);
  }
}
