/**
 * What becomes of a model's mistakes: a model that answers in every wrong way there is, one per
 * cycle, and a table of what was mended, told to the model, or refused.
 *
 * <p>{@link dev.lkjagent.examples.badmodel.BadModelRules} sends the replies; at another endpoint
 * the table shows the mistakes of whatever model answers there.
 */
@NullMarked
package dev.lkjagent.examples.badmodel;

import org.jspecify.annotations.NullMarked;
