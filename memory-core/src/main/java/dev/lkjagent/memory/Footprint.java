package dev.lkjagent.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a pool of a spec takes from the heap, before it is opened.
 *
 * @param parts what for, largest things first
 * @param payloadBytes the contents of all arrays, to the byte
 * @param overheadBytes what the JVM adds: headers and alignment of arrays, and small objects; an
 *     estimate for a 64-bit JVM with compressed references. Collectors that give large arrays
 *     regions of their own (G1) round each of those up to whole regions on top.
 * @param textBytes the part of the payload that texts can fill
 * @param textMetadataBytes the part of the payload that keeps the books on slots
 */
public record Footprint(
    List<Part> parts,
    long payloadBytes,
    long overheadBytes,
    long textBytes,
    long textMetadataBytes) {
  private static final int ARRAY_HEADER = 16;
  private static final int REFERENCE = 4;

  /** The pool, its tables, its root scope and what they point to, arrays not counted. */
  private static final int OBJECTS = 1500;

  /**
   * Arrays for one purpose.
   *
   * @param name the purpose
   * @param bytes the arrays' contents
   */
  public record Part(String name, long bytes) {}

  /**
   * Copies the list.
   *
   * @param parts what for, largest things first
   * @param payloadBytes the contents of all arrays, to the byte
   * @param overheadBytes what the JVM adds
   * @param textBytes the part of the payload that texts can fill
   * @param textMetadataBytes the part of the payload that keeps the books on slots
   */
  public Footprint {
    parts = List.copyOf(parts);
  }

  /** Adds up arrays. */
  static final class Sum {
    private final List<Part> parts = new ArrayList<>();
    private long payload;
    private long overhead = OBJECTS;
    private long open;

    Sum array(long elements, int elementBytes) {
      long bytes = elements * elementBytes;
      open += bytes;
      overhead += ARRAY_HEADER + (-bytes & 7);
      return this;
    }

    long part(String name) {
      long bytes = open;
      parts.add(new Part(name, bytes));
      payload += bytes;
      open = 0;
      return bytes;
    }
  }

  static Footprint of(PoolSpec spec) {
    Sum sum = new Sum();
    int tiers = spec.tiers().size();
    long slots = spec.slotCount();
    sum.array(spec.payloadBytes() + RawMemory.PADDING, 1).part("text");
    long metadata = sum.array(slots, Long.BYTES).array(slots, Integer.BYTES).part("slots");
    NodeTable.describe(sum, spec.nodes());
    sum.part("nodes");
    TapeBlocks.describe(sum, spec.documentNodes());
    sum.part("document nodes");
    NameTable.describe(sum, spec.names());
    sum.part("names");
    MemberIndex.describe(sum, spec.indexEntries());
    sum.part("index");
    Accounts.describe(sum, spec.scopes() + 1, tiers + 2);
    sum.array(spec.scopes() + 1L, REFERENCE).part("scopes");
    MemoryPool.describeTiers(sum, tiers);
    PublishedReport.describe(sum, tiers);
    RawMemory.describe(sum);
    sum.part("tiers");
    return new Footprint(sum.parts, sum.payload, sum.overhead, spec.payloadBytes(), metadata);
  }

  /**
   * Answers what the pool takes in all.
   *
   * @return payload and overhead in bytes
   */
  public long totalBytes() {
    return payloadBytes + overheadBytes;
  }

  /**
   * Shows the parts as a table.
   *
   * @return lines
   */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    for (Part part : parts) {
      line(out, part.name(), part.bytes());
    }
    line(out, "all arrays", payloadBytes);
    line(out, "JVM overhead", overheadBytes);
    line(out, "in all", totalBytes());
    out.append(
        String.format(
            Locale.ROOT,
            "the books on slots are %.1f %% of the text\n",
            100.0 * textMetadataBytes / textBytes));
    return out.toString();
  }

  private static void line(StringBuilder out, String name, long bytes) {
    out.append(String.format(Locale.ROOT, "%-16s %,14d B\n", name, bytes));
  }
}
