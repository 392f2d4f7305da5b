package dev.lkjagent.json.jackson;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.memory.PoolExhaustedException;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads values from trees and writes them into trees by means of Jackson.
 *
 * <pre>{@code
 * Task task = JacksonTrees.read(mapper, document, document.root(), Task.class);
 * JacksonTrees.write(mapper, task, tree);
 * }</pre>
 */
public final class JacksonTrees {
  private JacksonTrees() {}

  /**
   * Reads a node as a value.
   *
   * @param <T> the value's type
   * @param mapper Jackson's configuration
   * @param tree a tree of JSON nodes
   * @param node a node of it
   * @param type the value's type: a record, a class, {@code JsonNode}, {@code Map} …
   * @return the value, null for the literal {@code null}
   * @throws IOException if the node does not fit the type
   */
  public static <T> @Nullable T read(ObjectMapper mapper, ObjectTree tree, long node, Class<T> type)
      throws IOException {
    try (JsonParser parser = parser(tree, node, mapper)) {
      return mapper.readValue(parser, type);
    }
  }

  /**
   * Writes a value into a tree.
   *
   * @param mapper Jackson's configuration
   * @param value the value
   * @param into is emptied and then holds the value; after a failure it is empty
   * @throws IOException if Jackson can't write the value
   * @throws PoolExhaustedException if the tree has no room for it
   */
  public static void write(ObjectMapper mapper, @Nullable Object value, OwnedTree into)
      throws IOException {
    into.clear();
    boolean done = false;
    try (JsonGenerator generator = generator(into, mapper)) {
      mapper.writeValue(generator, value);
      done = true;
    } catch (IOException e) {
      throw rootOf(e);
    } finally {
      if (!done) {
        into.clear();
      }
    }
  }

  /** Jackson wraps what goes wrong in a value's members; a lack of room is thrown as it is. */
  private static IOException rootOf(IOException failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof PoolExhaustedException exhausted) {
        throw exhausted;
      }
    }
    return failure;
  }

  /**
   * Answers a parser that walks over a node.
   *
   * @param tree a tree of JSON nodes; it must not change while it is read
   * @param node a node of it
   * @param codec what reads values for the parser, null for none
   * @return a parser; it owns nothing that would have to be closed
   */
  public static JsonParser parser(ObjectTree tree, long node, @Nullable ObjectCodec codec) {
    return new TreeParser(tree, node, codec);
  }

  /**
   * Answers a generator that builds a tree.
   *
   * @param into an empty tree
   * @param codec what writes values for the generator, null for none
   * @return a generator of one value
   * @throws IllegalStateException if the tree is not empty
   */
  public static JsonGenerator generator(OwnedTree into, @Nullable ObjectCodec codec) {
    if (into.root() != ObjectTree.NO_NODE) {
      throw new IllegalStateException("the tree has a root: clear it first");
    }
    return new TreeGenerator(into, codec);
  }
}
