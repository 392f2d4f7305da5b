package dev.lkjagent.runtime.store;

import java.util.List;

/**
 * One page of what a search found, best first.
 *
 * @param hits the entries of this page
 * @param offset how many hits stand before them
 * @param total how many there are in all, counted no further than {@link #COUNT_MAX}
 */
public record SearchPage(List<Hit> hits, int offset, int total) {
  /** Where counting stops: a total of this much means "at least as many". */
  public static final int COUNT_MAX = 10_000;

  /**
   * Takes a copy of the hits.
   *
   * @param hits the entries of this page
   * @param offset how many hits stand before them
   * @param total how many there are in all
   */
  public SearchPage {
    hits = List.copyOf(hits);
  }

  /**
   * Whether a later page has more.
   *
   * @return true if the next page, at {@code offset + hits.size()}, is not empty
   */
  public boolean hasMore() {
    return offset + hits.size() < total;
  }
}
