/**
 * The states of an agent.
 *
 * <pre>
 *   thinking ─► executing ─► evaluating ─► thinking …
 *       ▲            (paging, when memory is full, and back)
 *       └─ waiting: suspended until a message, a decision or a time      finished: the end
 * </pre>
 *
 * An {@link dev.lkjagent.runtime.state.AgentState} is configuration, what a prompt says while the
 * agent is in it, and code, which may choose another successor than the model asks for. {@link
 * dev.lkjagent.runtime.state.States} holds those of one agent and finds them by the bytes of a
 * reply.
 */
@NullMarked
package dev.lkjagent.runtime.state;

import org.jspecify.annotations.NullMarked;
