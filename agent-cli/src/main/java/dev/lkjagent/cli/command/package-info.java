/** The commands, one class each, with what only that command needs beside it. */
@NullMarked
package dev.lkjagent.cli.command;

import org.jspecify.annotations.NullMarked;
