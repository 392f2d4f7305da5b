/**
 * An agent whose process is killed again and again, at random moments and in the middle of a save,
 * and which ends as if nothing had happened: with the same trace hash. Then it goes back in time,
 * and is forked.
 *
 * <p>The undisturbed run asks the model and records its replies; all others are given the recorded
 * ones, so that the proof holds for any endpoint.
 */
@NullMarked
package dev.lkjagent.examples.crashresume;

import org.jspecify.annotations.NullMarked;
