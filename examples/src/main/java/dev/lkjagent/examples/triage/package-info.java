/**
 * Three agents with budgets of their own and a shared space sort a folder of tickets: {@code
 * lkjagent run triage-team}.
 *
 * <p>{@link dev.lkjagent.examples.triage.TriageTeam} runs them one after the other and asks a
 * person before anything irreversible; {@link dev.lkjagent.examples.triage.Desk} is what they can
 * do outside.
 */
@NullMarked
package dev.lkjagent.examples.triage;

import org.jspecify.annotations.NullMarked;
