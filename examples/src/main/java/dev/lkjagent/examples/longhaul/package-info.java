/**
 * A million cycles in a small heap: {@code lkjagent run long-haul}.
 *
 * <p>Thirty-two agents count their cycles in working memory, note what they see and save it, while
 * the process keeps to 64 MiB. {@link dev.lkjagent.examples.longhaul.LongHaul} runs them and
 * measures; {@link dev.lkjagent.examples.longhaul.LongHaulRules} is what answers their prompts
 * without allocating anything.
 */
@NullMarked
package dev.lkjagent.examples.longhaul;

import org.jspecify.annotations.NullMarked;
