package dev.lkjagent.memory.image;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolExhaustedException;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.tree.ObjectTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32C;

/**
 * Memory as bytes: flat, relocatable, versioned and checksummed.
 *
 * <p>An image is made by one walk that copies live nodes and texts, and read by another; nothing is
 * encoded or parsed as text. Bytes that come from elsewhere are proved when they are taken over, so
 * that what is thawed need not be. It does not depend on the spec of the pool it came from: it can
 * be thawed into any pool with room for it. A damaged image is refused before anything is built.
 *
 * <p>The object holds one image and is reusable; from the second image of a size it allocates
 * nothing on the way in. It is not safe for use by several threads at once. The checksum is made
 * when the bytes leave the object, so that a copy within the process does not pay for it. It finds
 * damage, not malice; all counts, links and places are checked as well, so a forged image can be
 * wrong but reaches nothing outside of itself.
 */
public final class Image {
  private final Bytes bytes = new Bytes();
  private final KnownNames names = new KnownNames();
  private final Freezer freezer = new Freezer(bytes, names);
  private final Thawer thawer = new Thawer(bytes, names);
  private final CRC32C checksum = new CRC32C();
  private boolean checked;

  /** Whether the checksum stands behind the image. */
  private boolean summed;

  private boolean thawing;

  /** Creates an object without an image. */
  public Image() {}

  /**
   * Makes the image of one tree.
   *
   * @param tree the tree
   */
  public void freeze(ObjectTree tree) {
    tree.scope().pool().raw().checkThread();
    begin();
    freezer.tree(tree);
    finish();
  }

  /**
   * Makes the image of a scope: its trees, and the scopes below it with their trees and budgets.
   * Texts that are held by a handle alone belong to no tree and are not part of it.
   *
   * @param scope the scope
   */
  public void freeze(Scope scope) {
    scope.pool().raw().checkThread();
    begin();
    freezer.scope(scope);
    finish();
  }

  /**
   * Makes the image of all scopes of a pool.
   *
   * @param pool the pool
   */
  public void freeze(MemoryPool pool) {
    freeze(pool.root());
  }

  private void begin() {
    empty();
    bytes.putLong(ImageFormat.MAGIC);
    bytes.putInt(ImageFormat.VERSION);
    bytes.putInt(0);
    bytes.putLong(0);
  }

  private void empty() {
    if (thawing) {
      throw new IllegalStateException("the image is being thawed: use another Image meanwhile");
    }
    bytes.clear();
    names.clear();
    checked = false;
    summed = false;
  }

  private void finish() {
    bytes.putInt(ImageFormat.END);
    bytes.putInt(0);
    bytes.setLong(ImageFormat.LENGTH_AT, bytes.length);
    checked = true;
  }

  /** Writes the checksum, for bytes that are about to leave. */
  private void seal() {
    if (checked && !summed) {
      bytes.setInt(sumAt(), sum());
      summed = true;
    }
  }

  private int sumAt() {
    return bytes.length - ImageFormat.CHECKSUM_BYTES;
  }

  private int sum() {
    checksum.reset();
    checksum.update(bytes.array, 0, sumAt());
    return (int) checksum.getValue();
  }

  /**
   * Builds what the image holds: the trees of its outermost scope in the given scope, and the
   * scopes below as new scopes in it, with the budgets they had.
   *
   * @param into who pays
   * @return the trees and scopes that were made
   * @throws ImageException if there is no image, or a damaged one; nothing was built
   * @throws IllegalArgumentException if the budget of one of the scopes names a tier that the pool
   *     does not have; nothing is left of what was built
   * @throws IllegalStateException if the image is being thawed: a reclaimer may call this
   * @throws PoolExhaustedException if there is no room; nothing is left of what was built
   */
  public Thawed thaw(Scope into) {
    if (bytes.length == 0) {
      throw new ImageException("there is none: freeze, load or read one first", 0);
    }
    if (!checked) {
      check();
    }
    if (thawing) {
      throw new IllegalStateException("the image is being thawed: use another Image meanwhile");
    }
    thawing = true;
    try {
      return thawer.thaw(into);
    } finally {
      thawing = false;
    }
  }

  /**
   * Builds a copy of a scope's trees, and of the scopes below it, in another scope, without an
   * image.
   *
   * @param source what to copy
   * @param into who pays; may be in another pool of the same thread
   * @return the trees and scopes that were made
   * @throws PoolExhaustedException if there is no room; nothing is left of what was built
   */
  public Thawed fork(Scope source, Scope into) {
    freeze(source);
    return thaw(into);
  }

  /**
   * Takes over the bytes of an image.
   *
   * @param source where they stand
   * @param from the first byte
   * @param length how many
   * @throws ImageException if they are not an image, or a damaged one
   */
  public void load(byte[] source, int from, int length) {
    java.util.Objects.checkFromIndexSize(from, length, source.length);
    empty();
    int at = bytes.room(length);
    System.arraycopy(source, from, bytes.array, at, length);
    check();
  }

  /**
   * Reads an image to its end, and no byte more.
   *
   * @param channel where it comes from, blocking
   * @throws IOException if reading fails
   * @throws ImageException if what comes is not an image, or a damaged one
   */
  public void readFrom(ReadableByteChannel channel) throws IOException {
    empty();
    read(channel, ImageFormat.HEADER_BYTES);
    long length = checkHeader();
    read(channel, (int) (length - ImageFormat.HEADER_BYTES));
    check();
  }

  /** Reads so many bytes, or as many as there are. */
  private void read(ReadableByteChannel channel, int count) throws IOException {
    int left = count;
    while (left > 0) {
      int step = Math.min(left, 1 << 20);
      int at = bytes.room(step);
      ByteBuffer target = ByteBuffer.wrap(bytes.array, at, step);
      int read = channel.read(target);
      bytes.length = at + Math.max(read, 0);
      if (read < 0) {
        return;
      }
      left -= read;
    }
  }

  private long checkHeader() {
    if (bytes.length < ImageFormat.HEADER_BYTES) {
      throw new ImageException(
          "it ends within the header of "
              + ImageFormat.HEADER_BYTES
              + " bytes: it was cut short or is no image",
          bytes.length);
    }
    if (bytes.getLong(0) != ImageFormat.MAGIC) {
      throw new ImageException("it does not begin with \"LKJIMAGE\" and so is no image", 0);
    }
    int version = bytes.getInt(Long.BYTES);
    if (version != ImageFormat.VERSION) {
      throw new ImageException(
          "it has version "
              + version
              + ", and this program reads version "
              + ImageFormat.VERSION
              + ": use the program that wrote it"
              + (version > ImageFormat.VERSION ? ", or a newer one" : ""),
          Long.BYTES);
    }
    long length = bytes.getLong(ImageFormat.LENGTH_AT);
    if (length < ImageFormat.HEADER_BYTES + 2L * Integer.BYTES || length > Integer.MAX_VALUE - 8) {
      throw new ImageException(
          "it announces " + length + " bytes, which no image has", ImageFormat.LENGTH_AT);
    }
    return length;
  }

  private void check() {
    long length = checkHeader();
    if (length != bytes.length) {
      throw new ImageException(
          length > bytes.length
              ? "it was cut short: " + length + " bytes were announced"
              : "there is more behind its " + length + " bytes",
          Math.min(length, bytes.length));
    }
    if (sum() != bytes.getInt(sumAt())) {
      throw new ImageException(
          "the checksum does not match: some byte before is damaged; take another copy of the image",
          sumAt());
    }
    Checker.check(bytes);
    checked = true;
    summed = true;
  }

  /**
   * Writes the image.
   *
   * @param channel where it goes, blocking
   * @throws IOException if writing fails
   */
  public void writeTo(WritableByteChannel channel) throws IOException {
    seal();
    ByteBuffer source = ByteBuffer.wrap(bytes.array, 0, bytes.length);
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }

  /**
   * Answers the length of the image.
   *
   * @return bytes
   */
  public int length() {
    return bytes.length;
  }

  /**
   * Copies the image.
   *
   * @param target where it goes
   * @param at the first byte there
   */
  public void copyTo(byte[] target, int at) {
    seal();
    System.arraycopy(bytes.array, 0, target, at, bytes.length);
  }

  /**
   * Copies the image into an array of its own.
   *
   * @return the bytes
   */
  public byte[] toByteArray() {
    byte[] copy = new byte[bytes.length];
    copyTo(copy, 0);
    return copy;
  }
}
