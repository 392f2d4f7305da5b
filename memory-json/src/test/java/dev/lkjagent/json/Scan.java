package dev.lkjagent.json;

import dev.lkjagent.memory.tree.NameIds;
import dev.lkjagent.memory.tree.Tape;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One text scanned over arrays of its own, between guards that must stay as they are. */
final class Scan {
  private static final int BEFORE = 13;
  private static final long GUARD = 0x7E57_7E57_7E57_7E57L;

  final byte[] text;
  final long[] tape;
  final int count;
  final int faultOffset;
  private final byte[] padded;

  Scan(JsonScanner scanner, byte[] text, int nodes) {
    this.text = text;
    padded = new byte[BEFORE + text.length + JsonScanner.SPARE_BYTES];
    Arrays.fill(padded, 0, BEFORE, (byte) '"');
    System.arraycopy(text, 0, padded, BEFORE, text.length);
    tape = new long[nodes + 2 * BEFORE];
    Arrays.fill(tape, GUARD);
    count = scanner.scan(padded, BEFORE, BEFORE + text.length, tape, BEFORE, BEFORE + nodes);
    faultOffset = count < 0 ? scanner.faultOffset() : -1;
    for (int i = 0; i < BEFORE; i++) {
      if (tape[i] != GUARD || tape[tape.length - 1 - i] != GUARD) {
        throw new AssertionError("the scanner wrote outside of its nodes");
      }
    }
  }

  static Scan of(JsonScanner scanner, byte[] text) {
    return new Scan(scanner, text, text.length + 2);
  }

  static Scan of(String text) {
    return of(scanner(JsonLimits.DEFAULT), text.getBytes(StandardCharsets.UTF_8));
  }

  static JsonScanner scanner(JsonLimits limits) {
    return new JsonScanner(limits, new NameIds());
  }

  boolean accepted() {
    return count >= 0;
  }

  JsonFault fault() {
    return JsonFault.of(count);
  }

  /** The fault's code and offset, or what the tree holds, for comparisons. */
  String verdict() {
    return accepted() ? tree() : fault() + "@" + faultOffset;
  }

  /**
   * The tree in a notation of its own: kinds, offsets and lengths, so that slices are compared too.
   */
  String tree() {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < count; i++) {
      long node = tape[BEFORE + i];
      int kind = Tape.kind(node);
      int length = Tape.isKey(node) ? Tape.keyLength(node) : Tape.length(node);
      out.append(kind).append(':').append(Tape.offset(node)).append('+').append(length).append(' ');
    }
    return out.toString();
  }

  /** The tree as Jackson would hold it; the last member of a name wins. */
  com.fasterxml.jackson.databind.JsonNode toJackson() {
    at = 0;
    com.fasterxml.jackson.databind.JsonNode node = node();
    if (at != count) {
      throw new AssertionError("nodes after the root: " + tree());
    }
    return node;
  }

  private int at;

  private com.fasterxml.jackson.databind.JsonNode node() {
    var factory = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance;
    long node = tape[BEFORE + at++];
    switch (Tape.kind(node)) {
      case Tape.OBJECT -> {
        var object = factory.objectNode();
        while (at < Tape.length(node)) {
          long key = tape[BEFORE + at++];
          String name = string(key, Tape.keyLength(key), Tape.kind(key) == Tape.KEY_ESCAPED);
          object.set(name, node());
        }
        return object;
      }
      case Tape.ARRAY -> {
        var array = factory.arrayNode();
        while (at < Tape.length(node)) {
          array.add(node());
        }
        return array;
      }
      case Tape.STRING, Tape.STRING_ESCAPED -> {
        return factory.textNode(
            string(node, Tape.length(node), Tape.kind(node) == Tape.STRING_ESCAPED));
      }
      case Tape.NUMBER -> {
        String number = string(node, Tape.length(node), false);
        return number.matches("-?\\d+")
            ? factory.numberNode(new java.math.BigInteger(number))
            : factory.numberNode(new java.math.BigDecimal(number));
      }
      case Tape.TRUE -> {
        return factory.booleanNode(true);
      }
      case Tape.FALSE -> {
        return factory.booleanNode(false);
      }
      case Tape.NULL -> {
        return factory.nullNode();
      }
      default -> throw new AssertionError("kind " + Tape.kind(node));
    }
  }

  private String string(long node, int length, boolean escaped) {
    int from = BEFORE + Tape.offset(node);
    if (!escaped) {
      return new String(padded, from, length, StandardCharsets.UTF_8);
    }
    byte[] meaning = new byte[length];
    int size = Lexis.unescape(padded, from, length, meaning, 0);
    return new String(meaning, 0, size, StandardCharsets.UTF_8);
  }
}
