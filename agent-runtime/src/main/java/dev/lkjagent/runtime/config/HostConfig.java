package dev.lkjagent.runtime.config;

/**
 * {@code host}: the workers that agents run on.
 *
 * @param workers how many
 * @param mailbox how many messages wait for one
 */
public record HostConfig(
    @Setting(
            value = "1",
            min = 1,
            max = 255,
            doc = "How many workers; each has a thread and a pool.")
        int workers,
    @Setting(
            value = "1024",
            min = 16,
            max = 1_048_576,
            doc = "How many messages may wait for a worker before endpoints are held back.")
        int mailbox) {}
