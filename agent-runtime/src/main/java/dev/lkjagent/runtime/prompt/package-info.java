/**
 * What a model is shown.
 *
 * <p>A prompt is two messages. The first is the same for the life of an agent: its role, the
 * contract of replies, the states and the actions. The second is made anew in each cycle out of
 * {@linkplain dev.lkjagent.runtime.prompt.Section sections}, those first that change least, because
 * endpoints keep what a prompt has in common with the one before it.
 *
 * <p>{@link dev.lkjagent.runtime.prompt.PromptRenderer} measures every section before it writes
 * one, so a prompt is never larger than its limit: each section has a rule for what leaves it
 * first. What that cost, and how many tokens each section takes, stands in the {@link
 * dev.lkjagent.runtime.prompt.PromptLedger}.
 *
 * <p>Text from memory, logs and messages is escaped, so that nothing in it can end a section or
 * pass for an action. Rendering reads the pool and writes into the request's own buffer; nothing is
 * allocated once that buffer has grown.
 */
@NullMarked
package dev.lkjagent.runtime.prompt;

import org.jspecify.annotations.NullMarked;
