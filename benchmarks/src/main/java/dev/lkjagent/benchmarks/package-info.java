/**
 * Benchmarks beside the libraries that people use today, and the program that runs and compares
 * them.
 */
@NullMarked
package dev.lkjagent.benchmarks;

import org.jspecify.annotations.NullMarked;
