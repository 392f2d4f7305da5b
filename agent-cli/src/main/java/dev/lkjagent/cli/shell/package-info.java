/**
 * What all commands share.
 *
 * <p>A command answers an {@link dev.lkjagent.cli.shell.ExitCode}. What its user can mend it throws
 * as a {@link dev.lkjagent.cli.shell.CommandFailure}: one sentence on what is wrong and one on the
 * way out, on the standard error, without a stack trace. It writes its result to the standard
 * output of its {@link dev.lkjagent.cli.shell.Terminal}, so that it stays clean in a pipe, and
 * everything else to the standard error.
 */
@NullMarked
package dev.lkjagent.cli.shell;

import org.jspecify.annotations.NullMarked;
