/**
 * The librarian: reads a folder of texts, keeps what it read in storage, and answers a question
 * from it.
 *
 * <p>It shows an agent's memory at work. Its working memory is deliberately small, so that notes
 * have to leave it for storage long before the last text is read; the answer is found by a search
 * in storage and comes from a note that was loaded again. {@link
 * dev.lkjagent.examples.librarian.LibrarianRules} answers its prompts without a language model:
 * ordinary code that sees the prompt and nothing else.
 */
@NullMarked
package dev.lkjagent.examples.librarian;

import org.jspecify.annotations.NullMarked;
