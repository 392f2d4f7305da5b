/**
 * What an agent can do.
 *
 * <p>The actions on memory and storage are part of the loop. Everything else is an {@link
 * dev.lkjagent.runtime.action.Action}, or a method of an ordinary object marked with {@link
 * dev.lkjagent.runtime.action.Tool}, which {@link dev.lkjagent.runtime.action.Tools} turns into
 * one. Such an action runs on an executor with copies of what the model asked for, so it may take
 * as long as it wants; its agent waits, and no other.
 *
 * <p>An action declares its {@link dev.lkjagent.runtime.action.Effect}: what a crash at the worst
 * moment may do about it. Each call carries a {@linkplain
 * dev.lkjagent.runtime.action.ActionCall#key() key} that names it for ever.
 */
@NullMarked
package dev.lkjagent.runtime.action;

import org.jspecify.annotations.NullMarked;
