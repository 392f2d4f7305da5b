/**
 * Where agents outlive their process: the port to durable storage, and the stores that come with
 * the runtime.
 *
 * <p>A {@link dev.lkjagent.runtime.store.Store} keeps, per agent, a line of commits. Each commit
 * moves the agent's version by one and carries everything that changed since the last: the delta of
 * working memory, writes to storage, the journal record, the head (counters and whatever else the
 * loop must know to go on), the time at which the agent is due next, and now and then a checkpoint,
 * the image of its whole memory. All of it is in one {@link dev.lkjagent.runtime.store.Change}, and
 * it is applied entirely or not at all.
 *
 * <pre>{@code
 * Change change = new Change();
 * change.begin("librarian", snapshot.version()).cycle(snapshot.cycle() + 1, true).state("thinking");
 * change.save(Space.OWN, tags, 0, tagsLength, value, 0, valueLength);
 * store.commit(change, listener);              // answered by a callback, on the store's thread
 * }</pre>
 *
 * <p><b>Versions and cycles.</b> A version counts commits, a cycle counts turns. Most cycles are
 * one commit; one whose actions have effects outside commits its reply and its intents first, so
 * that a crash between an effect and the end of the cycle is seen by whoever loads the agent. A
 * commit names the version that it was made for and is refused if the agent has another: that is
 * what makes it safe for a second host to take over.
 *
 * <p><b>Going back.</b> {@link dev.lkjagent.runtime.store.Store#load(String, long)} answers any
 * earlier cycle as the nearest checkpoint and the deltas after it. {@link
 * dev.lkjagent.runtime.store.Store#rewind} and {@link dev.lkjagent.runtime.store.Store#fork} take
 * the agent's own storage along: its entries know the versions between which they held. Shared
 * spaces and effects outside do not go back.
 *
 * <p><b>Storage</b> is made of {@linkplain dev.lkjagent.runtime.store.Space spaces}, one of each
 * agent and any number of shared ones, in which a tag set names an entry. {@link
 * dev.lkjagent.runtime.store.Query} says how they are searched.
 *
 * <p><b>Faults.</b> Expected conditions come back as a {@link dev.lkjagent.runtime.fault.Fault}: to
 * the listener of a commit, or as the {@link dev.lkjagent.runtime.fault.FaultException} with which
 * a stage completes. A commit that was answered with {@code committed} is durable. One that was
 * refused was not applied, except after {@code STORE_UNAVAILABLE} and {@code STORE_DELETED}, where
 * the outcome may be unknown: load the agent before going on.
 */
@NullMarked
package dev.lkjagent.runtime.store;

import org.jspecify.annotations.NullMarked;
