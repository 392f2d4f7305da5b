/** Whole agents: how much room they take when idle, and how many cycles they commit. */
package dev.lkjagent.benchmarks.agents;
