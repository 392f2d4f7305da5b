package dev.lkjagent.runtime.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Which file a path led to when the store was opened: what is written after the path leads
 * elsewhere is written to a file without a name, and lost with the process.
 */
final class FileIdentity {
  private final Path path;
  private final @Nullable Object key;

  private FileIdentity(Path path, @Nullable Object key) {
    this.path = path;
    this.key = key;
  }

  static FileIdentity of(Path path) throws IOException {
    return new FileIdentity(path, keyOf(path));
  }

  /** The device and inode, or where the system has none the time of creation. */
  private static Object keyOf(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    Object key = attributes.fileKey();
    return key == null ? attributes.creationTime() : key;
  }

  boolean isUnchanged() {
    try {
      return keyOf(path).equals(key);
    } catch (IOException e) {
      return false;
    }
  }

  Path path() {
    return path;
  }
}
