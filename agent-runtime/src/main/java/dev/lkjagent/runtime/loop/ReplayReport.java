package dev.lkjagent.runtime.loop;

/**
 * How a replay went.
 *
 * @param cycles how many cycles took the same course
 * @param same whether all of the journal did, to the same trace hash
 * @param difference the first cycle that went another way and how; empty if none did
 * @param traceHash the hash of the replay, 64 hexadecimal digits
 */
public record ReplayReport(long cycles, boolean same, String difference, String traceHash) {}
