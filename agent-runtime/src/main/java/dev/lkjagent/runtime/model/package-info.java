/**
 * The port to whatever answers a prompt, and the models that come with the runtime.
 *
 * <p>A {@link dev.lkjagent.runtime.model.Model} takes a {@link
 * dev.lkjagent.runtime.model.ModelRequest}, a recycled buffer with the messages that the model may
 * see and nothing else, and answers into a {@link dev.lkjagent.runtime.model.ReplySink}, piece by
 * piece. A model may answer before {@code start} returns, on the caller's thread and without
 * allocating (the embedded ones do), or later from a thread of its own (the one that speaks HTTP
 * does); the caller writes the same code for both.
 *
 * <p>The sink decides how much it reads: it answers every piece of text with a {@link
 * dev.lkjagent.runtime.model.Demand}. {@code ENOUGH} ends the reply early, {@code LATER} holds the
 * endpoint back until {@link dev.lkjagent.runtime.model.ModelCall#resume}.
 *
 * <p>A reply never turns into something that the model did not say: what goes wrong on the way is
 * one {@link dev.lkjagent.runtime.fault.Fault} in the place of the end of the reply.
 */
@NullMarked
package dev.lkjagent.runtime.model;

import org.jspecify.annotations.NullMarked;
