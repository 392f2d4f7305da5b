/**
 * What is written down about each cycle, and the hash over it.
 *
 * <p>A run can be repeated only if every input from outside is known. {@link
 * dev.lkjagent.runtime.journal.JournalWriter} encodes the inputs of one cycle into one record: the
 * reply up to where reading stopped, the usage that the endpoint reported or that it reported none,
 * results of tools, times, seeds, messages, decisions of people, pressure signals, retries. {@link
 * dev.lkjagent.runtime.journal.JournalReader} reads them back and refuses a record that is damaged,
 * cut short, or of a version that it does not know. The store keeps records without looking inside.
 *
 * <p>{@link dev.lkjagent.runtime.journal.TraceHash} chains SHA-256 over what an agent saw, said and
 * did. Two runs with the same hash were the same run, whatever their timing.
 *
 * <p>Everything here works on byte arrays that the caller owns and allocates nothing once its
 * buffers have grown: it is used on the worker's thread.
 */
@NullMarked
package dev.lkjagent.runtime.journal;

import org.jspecify.annotations.NullMarked;
