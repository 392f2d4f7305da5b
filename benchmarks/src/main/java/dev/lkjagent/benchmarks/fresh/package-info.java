/**
 * Programs that are measured in virtual machines of their own: first calls, and resident memory.
 */
package dev.lkjagent.benchmarks.fresh;
