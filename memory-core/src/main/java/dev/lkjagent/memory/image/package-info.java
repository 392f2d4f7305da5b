/**
 * Memory as bytes: a tree, a scope or a whole pool, flat and checksummed, that can be thawed into
 * any pool that has room for it.
 *
 * <p>Two types carry the daily work. An {@link dev.lkjagent.memory.image.Image} freezes, is stored
 * and loaded, and thaws, as often as wanted; {@link dev.lkjagent.memory.image.Thawed} is what came
 * out: trees and scopes. Bytes that are no image, or a damaged one, are refused with an {@link
 * dev.lkjagent.memory.image.ImageException} that says where.
 *
 * <pre>{@code
 * byte[] text = "read chapter two".getBytes(UTF_8);
 * Image image = new Image();
 * try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
 *     Scope agent = pool.root().open("librarian", Budget.UNLIMITED)) {
 *   new OwnedTree(agent).set(Path.of("todo"), Tape.STRING, text, 0, text.length);
 *   image.freeze(agent);
 * }
 * byte[] stored = image.toByteArray();
 * image.load(stored, 0, stored.length);
 * try (MemoryPool other = MemoryPool.open(PoolSpec.SMALL)) {
 *   Thawed copy = image.thaw(other.root());
 *   System.out.println(NodeView.of(copy.trees().get(0)).get("todo"));
 * }
 * }</pre>
 *
 * The scope with its trees, and the scopes below it, come back in another pool, charged to the
 * scope that they are thawed into. Nothing is parsed on the way.
 */
@NullMarked
package dev.lkjagent.memory.image;

import org.jspecify.annotations.NullMarked;
