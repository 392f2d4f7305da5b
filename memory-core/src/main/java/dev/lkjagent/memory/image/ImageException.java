package dev.lkjagent.memory.image;

/** An image can't be read: it is damaged, cut short, of another version, or not an image at all. */
public final class ImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long offset;

  ImageException(String problem, long offset) {
    super("image refused at byte " + offset + ": " + problem);
    this.offset = offset;
  }

  /**
   * Answers where the image is wrong.
   *
   * @return bytes from its beginning
   */
  public long offset() {
    return offset;
  }
}
