package dev.lkjagent.runtime.memory;

import dev.lkjagent.runtime.fault.FaultCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A set of at least one tag in its canonical spelling, as a value for code off the worker's path.
 *
 * @param canonical the tags in lower case, sorted, without duplicates, joined by commas
 */
public record TagSet(String canonical) implements Comparable<TagSet> {
  /**
   * Checks that the spelling is canonical.
   *
   * @param canonical the tags in canonical form
   */
  public TagSet {
    Objects.requireNonNull(canonical, "canonical");
    if (canonical.isEmpty() || !Tags.normalize(canonical).equals(canonical)) {
      throw new IllegalArgumentException(
          "\"" + canonical + "\" is no canonical tag set; TagSet.of normalises any text");
    }
  }

  /**
   * The tag set that a text names.
   *
   * @param text tags in any spelling, separated by commas
   * @return the set
   * @throws dev.lkjagent.runtime.fault.FaultException with {@code NO_TAGS} if no tag is left
   */
  public static TagSet of(String text) {
    String canonical = Tags.normalize(text);
    if (canonical.isEmpty()) {
      throw FaultCode.NO_TAGS
          .with("\"" + text + "\" names no tag: a tag needs at least one letter or digit")
          .asException();
    }
    return new TagSet(canonical);
  }

  /**
   * The tags one by one.
   *
   * @return them in order
   */
  public List<String> tags() {
    return List.of(canonical.split(","));
  }

  /**
   * Whether every tag of another set is in this one.
   *
   * @param wanted the tags looked for
   * @return true if all of them are here
   */
  public boolean containsAll(TagSet wanted) {
    byte[] mine = bytes();
    byte[] theirs = wanted.bytes();
    return Tags.containsAll(mine, 0, mine.length, theirs, 0, theirs.length);
  }

  /**
   * How many tags this set shares with another.
   *
   * @param other the other set
   * @return the number of tags in both
   */
  public int common(TagSet other) {
    byte[] mine = bytes();
    byte[] theirs = other.bytes();
    return Tags.common(mine, 0, mine.length, theirs, 0, theirs.length);
  }

  /**
   * The canonical spelling as bytes.
   *
   * @return a new array, UTF-8
   */
  public byte[] bytes() {
    return canonical.getBytes(StandardCharsets.UTF_8);
  }

  /** By code point, which is the order of the UTF-8 bytes. */
  @Override
  public int compareTo(TagSet other) {
    return Arrays.compareUnsigned(bytes(), other.bytes());
  }

  @Override
  public String toString() {
    return canonical;
  }
}
