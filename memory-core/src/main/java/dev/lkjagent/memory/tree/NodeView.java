package dev.lkjagent.memory.tree;

import java.math.BigDecimal;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node as people like to read it: like a map, like a list, as text, printed nicely, equal by
 * content.
 *
 * <p><b>Every method allocates.</b> A view is for tests, debuggers, reports and configuration, not
 * for the hot path. It is as valid as its node; {@link #toJava()} copies the content out of the
 * pool.
 */
public final class NodeView {
  private final ObjectTree tree;
  private final long node;

  private NodeView(ObjectTree tree, long node) {
    this.tree = tree;
    this.node = node;
  }

  /**
   * Views the root of a tree.
   *
   * @param tree a tree that is not empty
   * @return a view
   */
  public static NodeView of(ObjectTree tree) {
    return of(tree, tree.root());
  }

  /**
   * Views a node.
   *
   * @param tree the tree
   * @param node a node of it
   * @return a view
   * @throws dev.lkjagent.memory.StaleHandleException if the node is not one of the tree
   */
  public static NodeView of(ObjectTree tree, long node) {
    tree.kind(node);
    return new NodeView(tree, node);
  }

  /**
   * Answers the node.
   *
   * @return its handle
   */
  public long node() {
    return node;
  }

  /**
   * Answers what the node is.
   *
   * @return its kind
   */
  public NodeKind kind() {
    return NodeKind.of(tree.kind(node));
  }

  /**
   * Answers the name.
   *
   * @return the name, null if the node has none
   */
  public @Nullable String name() {
    return tree.named(node) ? tree.nameString(node) : null;
  }

  /**
   * Answers the text of a string, number or any other node that has one.
   *
   * @return the text, empty if there is none
   */
  public String text() {
    return tree.textString(node);
  }

  /**
   * Answers the value of a number, without loss.
   *
   * @return the value
   * @throws NumberFormatException if the text is not a number
   */
  public BigDecimal number() {
    return new BigDecimal(text());
  }

  /**
   * Answers a child by name; of several, the last.
   *
   * @param name the name
   * @return a view, null if there is none
   */
  public @Nullable NodeView get(String name) {
    return view(tree.find(node, name));
  }

  /**
   * Answers a child by its place.
   *
   * @param index 0 for the first
   * @return a view, null if there is none
   */
  public @Nullable NodeView get(int index) {
    return view(tree.child(node, index));
  }

  /**
   * Answers the node at a path below this one.
   *
   * @param path in dot notation
   * @return a view, null if there is none
   */
  public @Nullable NodeView at(String path) {
    return view(Path.of(path).find(tree, node));
  }

  private @Nullable NodeView view(long found) {
    return found == ObjectTree.NO_NODE ? null : new NodeView(tree, found);
  }

  /**
   * Answers all children, in order.
   *
   * @return views, attributes included
   */
  public List<NodeView> children() {
    List<NodeView> children = new ArrayList<>();
    for (long c = tree.firstChild(node); c != ObjectTree.NO_NODE; c = tree.next(node, c)) {
      children.add(new NodeView(tree, c));
    }
    return Collections.unmodifiableList(children);
  }

  /**
   * Answers the children with names; of several with one name, the last.
   *
   * @return views by name, in order
   */
  public Map<String, NodeView> members() {
    Map<String, NodeView> members = new LinkedHashMap<>();
    for (NodeView child : children()) {
      String name = child.name();
      if (name != null) {
        members.put(name, child);
      }
    }
    return Collections.unmodifiableMap(members);
  }

  /**
   * Copies the content out of the pool: maps for objects, lists for arrays, strings, {@link
   * BigDecimal}, booleans, null; an element is a list of its children, each child of an element a
   * map with one entry if it has a name, else its text.
   *
   * @return plain Java values
   */
  public @Nullable Object toJava() {
    return switch (kind()) {
      case OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        members().forEach((name, child) -> map.put(name, child.toJava()));
        yield map;
      }
      case ARRAY -> new ArrayList<>(new Values(children()));
      case ELEMENT -> {
        List<@Nullable Object> list = new ArrayList<>();
        for (NodeView child : children()) {
          String name = child.name();
          list.add(name == null ? child.toJava() : Collections.singletonMap(name, child.toJava()));
        }
        yield list;
      }
      case NUMBER -> number();
      case TRUE -> true;
      case FALSE -> false;
      case NULL, NONE -> null;
      default -> text();
    };
  }

  private static final class Values extends AbstractList<@Nullable Object> {
    private final List<NodeView> views;

    Values(List<NodeView> views) {
      this.views = views;
    }

    @Override
    public @Nullable Object get(int index) {
      return views.get(index).toJava();
    }

    @Override
    public int size() {
      return views.size();
    }
  }

  /**
   * Compares contents: kinds, names, texts and the order of the children, in whatever trees they
   * are. Numbers are equal if they are written alike.
   *
   * @param other anything
   * @return true for a view of an equal node
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NodeView view && TreeContent.equal(tree, node, view.tree, view.node);
  }

  @Override
  public int hashCode() {
    byte[] text = new byte[tree.textLength(node)];
    tree.copyText(node, text, 0);
    return 31 * kind().hashCode() + Arrays.hashCode(text);
  }

  /**
   * Prints the node and all below it, one line each, indented by depth.
   *
   * @return lines such as {@code todo: "Add characters"}
   */
  @Override
  public String toString() {
    return TreeContent.print(tree, node);
  }
}
