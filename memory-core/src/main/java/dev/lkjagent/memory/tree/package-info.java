/**
 * Trees of nodes in a pool: documents that a parser made, trees that can be edited, and one way to
 * read both.
 *
 * <p>Four types carry the daily work. A {@link dev.lkjagent.memory.tree.Document} is a text that
 * was parsed: read, then dropped whole. An {@link dev.lkjagent.memory.tree.OwnedTree} is edited. An
 * {@link dev.lkjagent.memory.tree.ObjectTree} is either, for whoever only reads. A {@link
 * dev.lkjagent.memory.tree.Path} is compiled once and finds a node in any of them. What a node is
 * says a kind of {@link dev.lkjagent.memory.tree.Tape}; {@link dev.lkjagent.memory.tree.Cursor}
 * walks, and {@link dev.lkjagent.memory.tree.NodeView} shows a tree to people.
 *
 * <pre>{@code
 * byte[] text = "read chapter two".getBytes(UTF_8);
 * Path second = Path.of("working_memory.todo[1]");
 * try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
 *     OwnedTree tree = new OwnedTree(pool.root())) {
 *   tree.set(Path.of("working_memory.todo[0]"), Tape.STRING, text, 0, 4);
 *   long node = tree.set(second, Tape.STRING, text, 0, text.length);
 *   System.out.println(node < 0 ? Status.of(node) : tree.textString(second.find(tree)));
 * }
 * }</pre>
 *
 * Setting a path makes the parents that are missing. A node is a handle, and an edit that finds no
 * room answers the code of a {@link dev.lkjagent.memory.Status} in its place and leaves the tree as
 * it was; a handle that outlived its node is refused.
 */
@NullMarked
package dev.lkjagent.memory.tree;

import org.jspecify.annotations.NullMarked;
