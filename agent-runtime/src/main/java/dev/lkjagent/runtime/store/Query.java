package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.memory.TagSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to look for in a space, and which page of it. All conditions must hold; without any,
 * everything is found.
 *
 * <p><b>Text</b> is words: each must occur in the value, in any order; words between double quotes
 * must follow one another. Case and accents make no difference, there is no stemming, and nothing
 * in the text is an operator. Scripts that write no spaces (Chinese, Japanese, Korean, Thai and the
 * like) are matched by any part of a run of characters. A text without a single letter or digit
 * finds nothing.
 *
 * <p><b>Order.</b> With text, by relevance (BM25 over all entries of the store), then newest first;
 * without, newest first.
 *
 * @param all tags that an entry must carry, or null
 * @param any tags of which it must carry at least one, or null
 * @param not tags of which it must carry none, or null
 * @param text words that its value must hold, or null
 * @param offset how many hits to skip
 * @param limit how many hits a page has at most
 * @param snippetChars how long a snippet is at most
 */
public record Query(
    @Nullable TagSet all,
    @Nullable TagSet any,
    @Nullable TagSet not,
    @Nullable String text,
    int offset,
    int limit,
    int snippetChars) {
  /** The first ten of everything. */
  public static final Query EVERYTHING = new Query(null, null, null, null, 0, 10, 160);

  /**
   * Checks the numbers.
   *
   * @param all tags that an entry must carry, or null
   * @param any tags of which it must carry at least one, or null
   * @param not tags of which it must carry none, or null
   * @param text words that its value must hold, or null
   * @param offset how many hits to skip
   * @param limit how many hits a page has at most
   * @param snippetChars how long a snippet is at most
   */
  public Query {
    if (offset < 0 || limit < 1 || snippetChars < 0) {
      throw new IllegalArgumentException(
          "offset "
              + offset
              + " and snippetChars "
              + snippetChars
              + " must be at least 0, limit "
              + limit
              + " at least 1");
    }
  }

  /**
   * Asks for entries that carry all of these tags.
   *
   * @param tags in any spelling
   * @return a query with this condition in the place of the present one
   */
  public Query all(String tags) {
    return new Query(TagSet.of(tags), any, not, text, offset, limit, snippetChars);
  }

  /**
   * Asks for entries that carry at least one of these tags.
   *
   * @param tags in any spelling
   * @return a query with this condition in the place of the present one
   */
  public Query any(String tags) {
    return new Query(all, TagSet.of(tags), not, text, offset, limit, snippetChars);
  }

  /**
   * Asks for entries that carry none of these tags.
   *
   * @param tags in any spelling
   * @return a query with this condition in the place of the present one
   */
  public Query not(String tags) {
    return new Query(all, any, TagSet.of(tags), text, offset, limit, snippetChars);
  }

  /**
   * Asks for entries with these words in their value.
   *
   * @param words the text, as a person or a model wrote it
   * @return a query with this condition in the place of the present one
   */
  public Query text(String words) {
    return new Query(
        all, any, not, Objects.requireNonNull(words, "words"), offset, limit, snippetChars);
  }

  /**
   * Asks for another page.
   *
   * @param from how many hits to skip
   * @param size how many to answer at most
   * @return a query for that page
   */
  public Query page(int from, int size) {
    return new Query(all, any, not, text, from, size, snippetChars);
  }

  /**
   * Asks for snippets of another length.
   *
   * @param chars their length at most
   * @return a query with this length
   */
  public Query snippets(int chars) {
    return new Query(all, any, not, text, offset, limit, chars);
  }
}
