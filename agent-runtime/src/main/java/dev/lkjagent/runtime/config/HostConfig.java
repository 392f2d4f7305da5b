package dev.lkjagent.runtime.config;

/**
 * {@code host}: the workers that agents run on.
 *
 * @param workers how many
 */
public record HostConfig(
    @Setting(
            value = "1",
            min = 1,
            max = 255,
            doc = "How many workers; each has a thread and a pool.")
        int workers) {}
