package dev.lkjagent.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pool reserves: tiers of slots, nodes, names, index entries and scopes. Immutable.
 *
 * @param tiers the tiers, smallest slot first
 * @param nodes how many nodes the editable trees may have in all
 * @param documentNodes how many nodes the parsed documents may have in all
 * @param names how many names the editable trees may share
 * @param indexEntries how many members of wide objects may be indexed
 * @param scopes how many scopes may be open at once, the root included
 * @param ropes how texts are kept that are longer than a slot
 * @param generationBits how many bits of a handle's generation are used: 31, or fewer to reach the
 *     retirement of slots in a test
 */
public record PoolSpec(
    List<Tier> tiers,
    int nodes,
    int documentNodes,
    int names,
    int indexEntries,
    int scopes,
    RopeRules ropes,
    int generationBits) {

  /** Five tiers of 16 MiB each, from 16 B to 1 MiB, and 65,536 nodes: at most 100 MiB in all. */
  public static final PoolSpec DEFAULT =
      builder()
          .tier(16, 1 << 20)
          .tier(256, 1 << 16)
          .tier(4096, 1 << 12)
          .tier(65_536, 256)
          .tier(1 << 20, 16)
          .nodes(65_536)
          .documentNodes(131_072)
          .names(16_384)
          .indexEntries(32_768)
          .scopes(1024)
          .build();

  /** A pool of some 300 KiB, for tests and small tools: one document of up to 64 KiB at a time. */
  public static final PoolSpec SMALL =
      builder()
          .tier(16, 512)
          .tier(256, 128)
          .tier(4096, 16)
          .tier(65_536, 2)
          .nodes(512)
          .documentNodes(4096)
          .names(128)
          .indexEntries(512)
          .scopes(16)
          .build();

  /** The most tiers that a pool can have. */
  public static final int MAX_TIERS = 16;

  /** The largest slot in bytes. */
  public static final int MAX_SLOT_BYTES = 1 << 30;

  /** A pool's payload is one array and so smaller than this. */
  private static final long MAX_PAYLOAD_BYTES = Integer.MAX_VALUE - 8L - RawMemory.PADDING;

  /**
   * Slots of one size.
   *
   * @param slotBytes bytes in a slot, a multiple of 8
   * @param count how many slots
   */
  public record Tier(int slotBytes, int count) {
    /**
     * Checks the values.
     *
     * @param slotBytes bytes in a slot, a multiple of 8
     * @param count how many slots
     */
    public Tier {
      if (slotBytes < 8 || slotBytes > MAX_SLOT_BYTES || (slotBytes & 7) != 0) {
        throw new IllegalArgumentException(
            "a slot has 8 to " + MAX_SLOT_BYTES + " bytes, a multiple of 8; not " + slotBytes);
      }
      if (count < 1 || count > Handles.MAX_SLOTS) {
        throw new IllegalArgumentException(
            "a tier has 1 to " + Handles.MAX_SLOTS + " slots; not " + count);
      }
    }
  }

  /**
   * Checks the values.
   *
   * @param tiers the tiers, smallest slot first
   * @param nodes how many nodes the editable trees may have in all
   * @param documentNodes how many nodes the parsed documents may have in all
   * @param names how many names the editable trees may share
   * @param indexEntries how many members of wide objects may be indexed
   * @param scopes how many scopes may be open at once, the root included
   * @param ropes how texts are kept that are longer than a slot
   * @param generationBits how many bits of a handle's generation are used: 31, or fewer to reach
   *     the retirement of slots in a test
   */
  public PoolSpec {
    tiers = List.copyOf(tiers);
    if (tiers.isEmpty() || tiers.size() > MAX_TIERS) {
      throw new IllegalArgumentException("a pool has 1 to 16 tiers; not " + tiers.size());
    }
    long payload = 0;
    for (int i = 0; i < tiers.size(); i++) {
      payload += (long) tiers.get(i).slotBytes() * tiers.get(i).count();
      if (i > 0 && tiers.get(i).slotBytes() <= tiers.get(i - 1).slotBytes()) {
        throw new IllegalArgumentException(
            "tiers grow: a tier of "
                + tiers.get(i).slotBytes()
                + " B can't follow one of "
                + tiers.get(i - 1).slotBytes()
                + " B");
      }
    }
    if (payload > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "a pool holds less than 2 GiB of text; the tiers add up to "
              + payload
              + " B: use several pools");
    }
    require("nodes", nodes, 0, Handles.MAX_SLOTS);
    require("documentNodes", documentNodes, 0, 1 << 27);
    require("names", names, 0, 1 << 24);
    require("indexEntries", indexEntries, 0, 1 << 26);
    require("scopes", scopes, 1, 1 << 22);
    require("generationBits", generationBits, 1, 31);
    int bits = tierShift(tiers);
    if (bits + bitsFor(tiers.size()) > Handles.SLOT_BITS) {
      throw new IllegalArgumentException(
          tiers.size()
              + " tiers with up to "
              + (1 << bits)
              + " slots need more than 24 bits in a handle: make the largest tier smaller or use"
              + " several pools");
    }
  }

  private static void require(String name, int value, int low, int high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(name + " is " + low + " to " + high + "; not " + value);
    }
  }

  static int bitsFor(int count) {
    return 32 - Integer.numberOfLeadingZeros(count - 1);
  }

  static int tierShift(List<Tier> tiers) {
    int bits = 0;
    for (Tier tier : tiers) {
      bits = Math.max(bits, bitsFor(tier.count()));
    }
    return bits;
  }

  /**
   * Starts a spec from nothing: no tiers, no nodes, 16 scopes.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts a spec from this one.
   *
   * @return a builder with this spec's values
   */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.tiers.addAll(tiers);
    builder.nodes = nodes;
    builder.documentNodes = documentNodes;
    builder.names = names;
    builder.indexEntries = indexEntries;
    builder.scopes = scopes;
    builder.ropes = ropes;
    builder.generationBits = generationBits;
    return builder;
  }

  /**
   * Answers how many slots all tiers have.
   *
   * @return slots
   */
  public int slotCount() {
    return tiers.stream().mapToInt(Tier::count).sum();
  }

  /**
   * Answers the size of the largest slot.
   *
   * @return bytes
   */
  public int largestSlotBytes() {
    return tiers.get(tiers.size() - 1).slotBytes();
  }

  /**
   * Answers how many bytes of text fit into all slots.
   *
   * @return bytes, without metadata
   */
  public long payloadBytes() {
    return tiers.stream().mapToLong(t -> (long) t.slotBytes() * t.count()).sum();
  }

  /**
   * Answers what a pool of this spec takes from the heap.
   *
   * @return array payloads to the byte, and the JVM's overhead
   */
  public Footprint footprint() {
    return Footprint.of(this);
  }

  /**
   * Reads a spec from one line: tiers as size x count, then the other values by name. Sizes and
   * counts may end in K, M or G (1024, its square, its cube).
   *
   * <pre>
   *   16x1M, 256x64K, 4Kx4K, 64Kx256, 1Mx16; nodes=64K; documentNodes=128K; names=16K;
   *   indexEntries=32K; scopes=1K; ropes=64Kx1G
   * </pre>
   *
   * What is not named has the value that {@link #builder} starts with.
   *
   * @param text the line
   * @return the spec
   * @throws IllegalArgumentException if the text is not a spec; the message quotes the place
   */
  public static PoolSpec parse(String text) {
    return SpecText.parse(text);
  }

  /**
   * Shows the spec as {@link #parse} reads it.
   *
   * @return one line
   */
  @Override
  public String toString() {
    return SpecText.show(this);
  }

  /** Collects the values of a {@link PoolSpec}. */
  public static final class Builder {
    private final List<Tier> tiers = new ArrayList<>();
    private int nodes;
    private int documentNodes;
    private int names;
    private int indexEntries;
    private int scopes = 16;
    private @Nullable RopeRules ropes;
    private int generationBits = 31;

    private Builder() {}

    /**
     * Adds a tier, or changes the count of the one with that size.
     *
     * @param slotBytes bytes in a slot
     * @param count how many slots; 0 removes the tier
     * @return this
     */
    public Builder tier(int slotBytes, int count) {
      tiers.removeIf(t -> t.slotBytes() == slotBytes);
      if (count != 0) {
        tiers.add(new Tier(slotBytes, count));
      }
      return this;
    }

    /**
     * Sets how many nodes the editable trees may have.
     *
     * @param count nodes
     * @return this
     */
    public Builder nodes(int count) {
      nodes = count;
      return this;
    }

    /**
     * Sets how many nodes the parsed documents may have.
     *
     * @param count nodes
     * @return this
     */
    public Builder documentNodes(int count) {
      documentNodes = count;
      return this;
    }

    /**
     * Sets how many names the editable trees may share.
     *
     * @param count names
     * @return this
     */
    public Builder names(int count) {
      names = count;
      return this;
    }

    /**
     * Sets how many members of wide objects may be indexed.
     *
     * @param count members
     * @return this
     */
    public Builder indexEntries(int count) {
      indexEntries = count;
      return this;
    }

    /**
     * Sets how many scopes may be open at once.
     *
     * @param count scopes, the root included
     * @return this
     */
    public Builder scopes(int count) {
      scopes = count;
      return this;
    }

    /**
     * Sets how texts are kept that are longer than a slot. The default is a chain of slots of the
     * largest tier up to 64 KiB, of any length.
     *
     * @param rules the rules, null for the default
     * @return this
     */
    public Builder ropes(@Nullable RopeRules rules) {
      ropes = rules;
      return this;
    }

    /**
     * Sets how many bits of the generation are used.
     *
     * @param bits 1 to 31
     * @return this
     */
    public Builder generationBits(int bits) {
      generationBits = bits;
      return this;
    }

    private static RopeRules defaultRopes(Tier[] sorted) {
      int chunk = RopeRules.MIN_CHUNK_BYTES;
      for (Tier tier : sorted) {
        if (tier.slotBytes() <= 65_536) {
          chunk = Math.max(chunk, tier.slotBytes());
        }
      }
      return new RopeRules(chunk, Long.MAX_VALUE);
    }

    /**
     * Builds the spec.
     *
     * @return the spec, its tiers sorted by size
     * @throws IllegalArgumentException if a value is out of its range
     */
    public PoolSpec build() {
      Tier[] sorted = tiers.toArray(new Tier[0]);
      Arrays.sort(sorted, (a, b) -> Integer.compare(a.slotBytes(), b.slotBytes()));
      return new PoolSpec(
          List.of(sorted),
          nodes,
          documentNodes,
          names,
          indexEntries,
          scopes,
          ropes == null ? defaultRopes(sorted) : ropes,
          generationBits);
    }
  }
}
