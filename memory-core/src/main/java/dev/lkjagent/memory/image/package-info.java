/**
 * Memory as bytes: an {@link dev.lkjagent.memory.image.Image} holds a tree, a scope or a whole
 * pool, flat and checksummed, and can be thawed into any pool that has room for it.
 *
 * <pre>{@code
 * Image image = new Image();
 * image.freeze(agent);                       // a scope with its trees and the scopes below it
 * try (FileChannel file = FileChannel.open(path, CREATE, WRITE)) {
 *   image.writeTo(file);
 * }
 * Thawed copy = image.thaw(otherPool.root());
 * }</pre>
 */
@NullMarked
package dev.lkjagent.memory.image;

import org.jspecify.annotations.NullMarked;
