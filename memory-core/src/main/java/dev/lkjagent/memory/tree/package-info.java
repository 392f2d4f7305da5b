/**
 * Trees of nodes in a pool: documents that a parser made, trees that can be edited, and one way to
 * read both.
 */
@NullMarked
package dev.lkjagent.memory.tree;

import org.jspecify.annotations.NullMarked;
