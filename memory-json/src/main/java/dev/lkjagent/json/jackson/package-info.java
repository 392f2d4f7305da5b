/**
 * A bridge to Jackson, for those whose data are records, objects or {@code JsonNode}s.
 *
 * <p>Jackson reads a tree as if it were a JSON text, and writes into one as if it were a file; no
 * text is made in between. Jackson is an optional dependency: only this package needs {@code
 * jackson-databind}.
 *
 * <pre>{@code
 * record Task(String name, int hours) {}
 * ObjectMapper mapper = new ObjectMapper();
 * try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
 *     OwnedTree tree = new OwnedTree(pool.root())) {
 *   JacksonTrees.write(mapper, new Task("read", 2), tree);
 *   System.out.println(JacksonTrees.read(mapper, tree, tree.root(), Task.class));
 * }
 * }</pre>
 */
@NullMarked
package dev.lkjagent.json.jackson;

import org.jspecify.annotations.NullMarked;
