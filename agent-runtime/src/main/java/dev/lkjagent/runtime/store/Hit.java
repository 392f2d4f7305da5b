package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.memory.TagSet;

/**
 * An entry that a search found.
 *
 * @param tags its name
 * @param sizeBytes the length of its value
 * @param time when it was written, in milliseconds since the epoch
 * @param snippet one line of its value, around what was searched for
 * @param score how well the text fits: larger is better, 0 if no text was asked for; comparable
 *     within one result only
 */
public record Hit(TagSet tags, int sizeBytes, long time, String snippet, double score) {}
