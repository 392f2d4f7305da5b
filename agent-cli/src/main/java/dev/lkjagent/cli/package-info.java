/**
 * The command line {@code lkjagent}.
 *
 * <p>{@link dev.lkjagent.cli.Main} is the program; {@code command} holds one class per command and
 * {@code shell} what all of them share: exit codes, failures, the terminal, the log. A new command
 * is a class in {@code command}, annotated with its help and at least one example, and a name in
 * the list of {@code Main}; a test demands that every example in the help parses.
 */
@NullMarked
package dev.lkjagent.cli;

import org.jspecify.annotations.NullMarked;
