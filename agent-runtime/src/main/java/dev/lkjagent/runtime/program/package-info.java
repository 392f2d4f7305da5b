/**
 * Programs around agents that the command line finds by their names.
 *
 * <p>An {@link dev.lkjagent.runtime.loop.AgentTemplate} is one agent that {@code lkjagent run NAME}
 * gives a task. A {@link dev.lkjagent.runtime.program.Program} is anything else that agents are
 * good for: several of them, an experiment, a dialogue. Both are found by {@link
 * java.util.ServiceLoader} on the class path of the command line and what its option {@code
 * --class-path} adds.
 */
@NullMarked
package dev.lkjagent.runtime.program;

import org.jspecify.annotations.NullMarked;
