/**
 * Agents at work.
 *
 * <p>An {@link dev.lkjagent.runtime.loop.AgentHost} runs a few workers, each with one thread and
 * one memory pool. An {@link dev.lkjagent.runtime.loop.Agent} lives on one worker; all that it has
 * in mind lies in that worker's pool, under a budget of its own. Nothing on a worker waits: the
 * model, the tools, the store and people answer through the worker's mailbox.
 *
 * <pre>
 *   render ─► ask the model ─► read the reply ─► run the actions ─► choose the state ─► commit ─► …
 *              (mailbox)                          (mailbox)                              (mailbox)
 * </pre>
 *
 * <p>A cycle changes memory under an undo log and everything that it changed goes to the store in
 * one commit. If that is refused, the cycle never happened. The exception is a reply with actions
 * that act on the world outside: it is committed, with the intents, before the first of them runs,
 * so that after a crash the same calls are finished, under the same keys, and no others are made.
 *
 * <pre>{@code
 * try (AgentHost host = AgentHost.builder().store(store).model(model).build()) {
 *   Agent agent = host.agent("clerk").role("You answer letters.").tools(new Letters()).start();
 *   System.out.println(agent.run("Answer the letter of the mayor.").text());
 * }
 * }</pre>
 */
@NullMarked
package dev.lkjagent.runtime.loop;

import org.jspecify.annotations.NullMarked;
