package dev.lkjagent.memory.image;

import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.tree.ObjectTree;
import java.util.List;

/**
 * What came out of an image.
 *
 * @param trees the trees of the outermost scope, in the order in which they lived there
 * @param scopes the scopes that were opened right below it, oldest first
 */
public record Thawed(List<ObjectTree> trees, List<Scope> scopes) {
  /**
   * Copies the lists.
   *
   * @param trees the trees of the outermost scope, in the order in which they lived there
   * @param scopes the scopes that were opened right below it, oldest first
   */
  public Thawed {
    trees = List.copyOf(trees);
    scopes = List.copyOf(scopes);
  }
}
