/** What durability costs: commits per second, and bytes written per cycle. */
package dev.lkjagent.benchmarks.store;
