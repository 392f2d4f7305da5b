/**
 * What sets of rules are written with: a {@link dev.lkjagent.runtime.rules.Prompt} taken apart, and
 * an {@link dev.lkjagent.runtime.rules.AgentReply} in the contract's form. For rules that matter in
 * a test or a demonstration, not in a hot loop: both copy.
 */
@NullMarked
package dev.lkjagent.runtime.rules;

import org.jspecify.annotations.NullMarked;
