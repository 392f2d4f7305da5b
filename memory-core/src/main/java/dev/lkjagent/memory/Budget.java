package dev.lkjagent.memory;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a scope may take at most, and what is kept for it. Immutable.
 *
 * <p>A <em>limit</em> is never passed, by the scope and all scopes in it together. A
 * <em>reservation</em> is taken from the parent when the scope opens, so nobody else can use it; it
 * is returned when the scope closes. Reserved bytes are a promise of the parent's bytes, in
 * whatever tier; reserved slots are slots.
 */
public final class Budget {
  /** No limit but the parent's, nothing reserved. */
  public static final Budget UNLIMITED = builder().build();

  final long bytesLimit;
  final long bytesReserved;
  final int nodesLimit;
  final int nodesReserved;
  final int documentNodesLimit;
  final int documentNodesReserved;
  private final Map<Integer, Integer> slotLimits;
  private final Map<Integer, Integer> slotReservations;
  private final int[] limitedTiers;
  private final int[] limits;
  private final int[] reservedTiers;
  private final int[] reservations;

  private Budget(Builder builder) {
    bytesLimit = builder.bytesLimit;
    bytesReserved = builder.bytesReserved;
    nodesLimit = builder.nodesLimit;
    nodesReserved = builder.nodesReserved;
    documentNodesLimit = builder.documentNodesLimit;
    documentNodesReserved = builder.documentNodesReserved;
    limitedTiers = keys(builder.slotLimits);
    slotLimits = Map.copyOf(builder.slotLimits);
    slotReservations = Map.copyOf(builder.slotReservations);
    limits = values(builder.slotLimits);
    reservedTiers = keys(builder.slotReservations);
    reservations = values(builder.slotReservations);
  }

  private static int[] keys(Map<Integer, Integer> map) {
    return map.keySet().stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] values(Map<Integer, Integer> map) {
    return map.values().stream().mapToInt(Integer::intValue).toArray();
  }

  int slotLimit(int slotBytes) {
    return valueFor(limitedTiers, limits, slotBytes, Integer.MAX_VALUE);
  }

  int slotReservation(int slotBytes) {
    return valueFor(reservedTiers, reservations, slotBytes, 0);
  }

  private static int valueFor(int[] keys, int[] values, int key, int otherwise) {
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] == key) {
        return values[i];
      }
    }
    return otherwise;
  }

  /** Answers the size of a tier that the budget names and the pool does not have, or 0. */
  int unknownTier(int[] slotBytes) {
    for (int[] named : new int[][] {limitedTiers, reservedTiers}) {
      for (int size : named) {
        if (Arrays.binarySearch(slotBytes, size) < 0) {
          return size;
        }
      }
    }
    return 0;
  }

  /**
   * Starts a budget without limits and reservations.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Answers the limit of bytes.
   *
   * @return bytes, {@link Long#MAX_VALUE} for none
   */
  public long bytesLimit() {
    return bytesLimit;
  }

  /**
   * Answers the bytes that are kept.
   *
   * @return bytes
   */
  public long bytesReserved() {
    return bytesReserved;
  }

  /**
   * Answers the limit of nodes of editable trees.
   *
   * @return nodes, {@link Integer#MAX_VALUE} for none
   */
  public int nodesLimit() {
    return nodesLimit;
  }

  /**
   * Answers the nodes of editable trees that are kept.
   *
   * @return nodes
   */
  public int nodesReserved() {
    return nodesReserved;
  }

  /**
   * Answers the limit of nodes of documents.
   *
   * @return nodes, {@link Integer#MAX_VALUE} for none
   */
  public int documentNodesLimit() {
    return documentNodesLimit;
  }

  /**
   * Answers the nodes of documents that are kept.
   *
   * @return nodes
   */
  public int documentNodesReserved() {
    return documentNodesReserved;
  }

  /**
   * Answers the limits of slots.
   *
   * @return slots by the size of the tier's slots; a tier that is not there has no limit
   */
  public Map<Integer, Integer> slotLimits() {
    return slotLimits;
  }

  /**
   * Answers the slots that are kept.
   *
   * @return slots by the size of the tier's slots
   */
  public Map<Integer, Integer> slotReservations() {
    return slotReservations;
  }

  /** Collects the values of a {@link Budget}. */
  public static final class Builder {
    private long bytesLimit = Long.MAX_VALUE;
    private long bytesReserved;
    private int nodesLimit = Integer.MAX_VALUE;
    private int nodesReserved;
    private int documentNodesLimit = Integer.MAX_VALUE;
    private int documentNodesReserved;
    private final Map<Integer, Integer> slotLimits = new TreeMap<>();
    private final Map<Integer, Integer> slotReservations = new TreeMap<>();

    private Builder() {}

    /**
     * Limits the bytes: each slot counts with its whole size.
     *
     * @param limit bytes
     * @return this
     */
    public Builder bytes(long limit) {
      bytesLimit = notNegative("bytes", limit);
      return this;
    }

    /**
     * Keeps bytes of the parent's limit for the scope.
     *
     * @param count bytes
     * @return this
     */
    public Builder reserveBytes(long count) {
      bytesReserved = notNegative("reserved bytes", count);
      return this;
    }

    /**
     * Limits the slots of a tier.
     *
     * @param slotBytes the tier, by the size of its slots
     * @param limit slots
     * @return this
     */
    public Builder slots(int slotBytes, int limit) {
      slotLimits.put(slotBytes, (int) notNegative("slots", limit));
      return this;
    }

    /**
     * Takes slots of a tier for the scope when it opens.
     *
     * @param slotBytes the tier, by the size of its slots
     * @param count slots
     * @return this
     */
    public Builder reserveSlots(int slotBytes, int count) {
      slotReservations.put(slotBytes, (int) notNegative("reserved slots", count));
      return this;
    }

    /**
     * Limits the nodes of editable trees.
     *
     * @param limit nodes
     * @return this
     */
    public Builder nodes(int limit) {
      nodesLimit = (int) notNegative("nodes", limit);
      return this;
    }

    /**
     * Takes nodes of editable trees for the scope when it opens.
     *
     * @param count nodes
     * @return this
     */
    public Builder reserveNodes(int count) {
      nodesReserved = (int) notNegative("reserved nodes", count);
      return this;
    }

    /**
     * Limits the nodes of documents.
     *
     * @param limit nodes
     * @return this
     */
    public Builder documentNodes(int limit) {
      documentNodesLimit = (int) notNegative("document nodes", limit);
      return this;
    }

    /**
     * Keeps nodes of documents for the scope.
     *
     * @param count nodes
     * @return this
     */
    public Builder reserveDocumentNodes(int count) {
      documentNodesReserved = (int) notNegative("reserved document nodes", count);
      return this;
    }

    /**
     * Builds the budget.
     *
     * @return the budget
     */
    public Budget build() {
      return new Budget(this);
    }

    private static long notNegative(String name, long value) {
      if (value < 0) {
        throw new IllegalArgumentException("a budget's " + name + " can't be negative: " + value);
      }
      return value;
    }
  }
}
