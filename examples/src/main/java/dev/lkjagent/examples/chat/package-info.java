/**
 * An agent to talk to, which remembers across restarts: {@code lkjagent chat}.
 *
 * <p>{@link dev.lkjagent.examples.chat.Companion} is the agent; with a language model it answers as
 * that does. {@link dev.lkjagent.examples.chat.CompanionRules} answers without one, and says so.
 */
@NullMarked
package dev.lkjagent.examples.chat;

import org.jspecify.annotations.NullMarked;
