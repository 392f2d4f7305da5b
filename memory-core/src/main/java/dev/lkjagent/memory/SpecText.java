package dev.lkjagent.memory;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/** The written form of a spec: reading, with the place in every complaint, and showing. */
final class SpecText {
  private SpecText() {}

  static PoolSpec parse(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String part : text.split(";", -1)) {
      String entry = part.strip();
      int equals = entry.indexOf('=');
      String key = equals < 0 ? "tiers" : entry.substring(0, equals).strip();
      if (entry.isEmpty()) {
        continue;
      }
      if (values.put(key, entry.substring(equals + 1).strip()) != null) {
        throw new IllegalArgumentException("pool spec names " + key + " twice: \"" + text + '"');
      }
    }
    PoolSpec.Builder builder = PoolSpec.builder();
    values.forEach((key, value) -> set(builder, key, value));
    return builder.build();
  }

  private static void set(PoolSpec.Builder builder, String key, String value) {
    switch (key) {
      case "tiers" -> tiers(builder, value);
      case "nodes" -> builder.nodes(count(key, value));
      case "documentNodes" -> builder.documentNodes(count(key, value));
      case "names" -> builder.names(count(key, value));
      case "indexEntries" -> builder.indexEntries(count(key, value));
      case "scopes" -> builder.scopes(count(key, value));
      case "generationBits" -> builder.generationBits(count(key, value));
      case "ropes" -> {
        int times = times(key, value);
        builder.ropes(
            new RopeRules(
                count(key, value.substring(0, times)), number(key, value.substring(times + 1))));
      }
      default ->
          throw new IllegalArgumentException(
              "pool spec has no \""
                  + key
                  + "\"; it knows tiers, nodes, documentNodes, names, indexEntries, scopes, ropes"
                  + " and generationBits");
    }
  }

  private static void tiers(PoolSpec.Builder builder, String value) {
    Set<Integer> sizes = new HashSet<>();
    for (String tier : value.split(",", -1)) {
      String text = tier.strip();
      int times = times("tiers", text);
      int size = count("tiers", text.substring(0, times));
      if (!sizes.add(size)) {
        throw new IllegalArgumentException(
            "pool spec, tiers: the tier of " + size + " B is named twice: \"" + value + '"');
      }
      builder.tier(size, count("tiers", text.substring(times + 1)));
    }
  }

  private static int times(String key, String value) {
    int times = value.indexOf('x');
    if (times < 0) {
      throw new IllegalArgumentException(
          "pool spec, " + key + ": \"" + value + "\" is not of the form size x count, as 256x64K");
    }
    return times;
  }

  private static int count(String key, String value) {
    long number = number(key, value);
    if (number > Integer.MAX_VALUE) {
      throw tooMuch(key, value);
    }
    return (int) number;
  }

  private static long number(String key, String value) {
    String digits = value.strip();
    int shift =
        digits.endsWith("K") ? 10 : digits.endsWith("M") ? 20 : digits.endsWith("G") ? 30 : 0;
    try {
      long number = Long.parseLong(shift == 0 ? digits : digits.substring(0, digits.length() - 1));
      if (number >= 0 && number <= Long.MAX_VALUE >> shift) {
        return number << shift;
      }
    } catch (NumberFormatException notDigits) {
      // Told below, with the key.
    }
    if (digits.matches("[0-9]+[KMG]?")) {
      throw tooMuch(key, value);
    }
    throw new IllegalArgumentException(
        "pool spec, " + key + ": \"" + value + "\" is no number of 0 or more, as 4096 or 64K");
  }

  private static IllegalArgumentException tooMuch(String key, String value) {
    return new IllegalArgumentException("pool spec, " + key + ": " + value + " is too much");
  }

  static String show(PoolSpec spec) {
    StringJoiner tiers = new StringJoiner(", ");
    for (PoolSpec.Tier tier : spec.tiers()) {
      tiers.add(tier.slotBytes() + "x" + tier.count());
    }
    return tiers
        + "; nodes="
        + spec.nodes()
        + "; documentNodes="
        + spec.documentNodes()
        + "; names="
        + spec.names()
        + "; indexEntries="
        + spec.indexEntries()
        + "; scopes="
        + spec.scopes()
        + "; ropes="
        + spec.ropes().chunkBytes()
        + "x"
        + spec.ropes().maxBytes()
        + (spec.generationBits() == 31 ? "" : "; generationBits=" + spec.generationBits());
  }
}
