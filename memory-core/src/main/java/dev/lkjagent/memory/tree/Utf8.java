package dev.lkjagent.memory.tree;

/** One character in UTF-8 (RFC 3629). */
final class Utf8 {
  private Utf8() {}

  static int size(int character) {
    return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
  }

  /** Answers one byte of a character that has {@code size} bytes. */
  private static byte byteOf(int character, int size, int index) {
    if (size == 1) {
      return (byte) character;
    }
    int bits = character >>> 6 * (size - 1 - index);
    return (byte) (index == 0 ? 0xF00 >> size & 0xFF | bits : 0x80 | bits & 0x3F);
  }

  static int write(int character, byte[] target, int at) {
    int size = size(character);
    for (int i = 0; i < size; i++) {
      target[at + i] = byteOf(character, size, i);
    }
    return size;
  }

  /** Answers where the bytes go on behind the character, or -1 if they do not begin with it. */
  static int match(int character, byte[] bytes, int at, int end) {
    int size = size(character);
    if (end - at < size) {
      return -1;
    }
    for (int i = 0; i < size; i++) {
      if (bytes[at + i] != byteOf(character, size, i)) {
        return -1;
      }
    }
    return at + size;
  }
}
