package dev.lkjagent.memory.image;

/**
 * The layout of an image, all numbers little-endian.
 *
 * <pre>
 *   0  8  magic "LKJIMAGE"
 *   8  4  version
 *  12  4  0
 *  16  8  length of the whole image in bytes
 *  24  …  sections
 *  -4  4  CRC-32C of all bytes before
 * </pre>
 *
 * A section begins with its tag (4). Trees and documents belong to the scope whose section was
 * opened last; an image of one tree has no scope.
 *
 * <pre>
 *  SCOPE     name length 4, name, budget: bytes limit 8, bytes reserved 8, nodes limit 4, reserved 4,
 *            document nodes limit 4, reserved 4, number of slot limits 4, { slot size 4, slots 4 },
 *            number of slot reservations 4, { slot size 4, slots 4 }
 *  SCOPE_END
 *  TREE      number of nodes 4, their bytes 4, number of names 4, their bytes 4,
 *            nodes in document order: { kind 4, name 4 (-1 none), text length or number of
 *            children 4, text of up to 20 bytes }; longer texts stand side by side, behind each
 *            64th node that has one and behind the last node,
 *            names in the order of their first use: { length 4, bytes }
 *  DOCUMENT  text length 4, number of nodes 4, text, nodes { 8 }
 *  END
 * </pre>
 */
final class ImageFormat {
  static final long MAGIC = 0x4547414D494A4B4CL;
  static final int VERSION = 3;
  static final int HEADER_BYTES = 24;
  static final int LENGTH_AT = 16;
  static final int CHECKSUM_BYTES = 4;

  static final int SCOPE = 1;
  static final int SCOPE_END = 2;
  static final int TREE = 3;
  static final int DOCUMENT = 4;
  static final int END = 5;

  private ImageFormat() {}
}
