/**
 * Tests of agents with JUnit: a class marked with {@link dev.lkjagent.testkit.LkjAgentTest} is
 * given a {@link dev.lkjagent.testkit.Stage} with all that an agent needs, and its tests fail if a
 * slot leaked, a fault went unnoticed or the memory path of a cycle allocated.
 *
 * <p>Assertions begin with {@link dev.lkjagent.testkit.Stage#assertThat}; models for tests are in
 * {@code dev.lkjagent.testkit.model}, a fake endpoint in {@code dev.lkjagent.testkit.server}.
 */
@NullMarked
package dev.lkjagent.testkit;

import org.jspecify.annotations.NullMarked;
