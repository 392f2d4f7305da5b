/**
 * What an agent carries along: tags, and the working memory that they name.
 *
 * <p>A {@linkplain dev.lkjagent.runtime.memory.Tags tag set} names an entry, in working memory and
 * in storage alike. It has one canonical spelling: tags in lower case, sorted, without duplicates,
 * joined by commas, so that equal sets are equal bytes. {@link dev.lkjagent.runtime.memory.Tags}
 * works on byte ranges and allocates nothing; {@link dev.lkjagent.runtime.memory.TagSet} is the
 * same for code off the worker's path.
 *
 * <p>This package knows nothing of the store; the store names its entries by tag sets.
 */
@NullMarked
package dev.lkjagent.runtime.memory;

import org.jspecify.annotations.NullMarked;
