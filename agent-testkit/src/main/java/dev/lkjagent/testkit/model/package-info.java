/**
 * Models for tests, all of them the runtime's own behind a shorter way to write them down: {@link
 * dev.lkjagent.testkit.model.Scripted} replies, {@link dev.lkjagent.testkit.model.PromptRules} by
 * what the prompt says, {@link dev.lkjagent.testkit.model.Recorded} replies of a real endpoint, and
 * a {@link dev.lkjagent.testkit.model.ChaoticModel} around any of them.
 */
@NullMarked
package dev.lkjagent.testkit.model;

import org.jspecify.annotations.NullMarked;
