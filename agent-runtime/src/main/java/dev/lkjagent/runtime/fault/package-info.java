/**
 * What can go wrong in an agent's life, as values.
 *
 * <p>Everything that may be expected to happen (a model that cannot be reached, a reply that does
 * not parse, a store that refuses a commit) is a {@link dev.lkjagent.runtime.fault.Fault}: a stable
 * {@link dev.lkjagent.runtime.fault.FaultCode} to count and to decide on, and a message for people
 * and models that says what happened, where, and what can be done about it. Each code carries the
 * {@link dev.lkjagent.runtime.fault.FaultPolicy} that says what a run does about it, in whose place
 * {@link dev.lkjagent.runtime.fault.FaultPolicies} may put another.
 *
 * <p>Misuse of the API (a null argument, a closed model) is not a fault; it throws at once. Where
 * an expected condition has to leave a method that has no other way to answer (loading a
 * configuration, opening a model), it travels in a {@link
 * dev.lkjagent.runtime.fault.FaultException}.
 */
@NullMarked
package dev.lkjagent.runtime.fault;

import org.jspecify.annotations.NullMarked;
