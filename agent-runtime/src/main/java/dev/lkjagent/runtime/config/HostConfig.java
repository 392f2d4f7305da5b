package dev.lkjagent.runtime.config;

/**
 * {@code host}: the workers that agents run on.
 *
 * @param workers how many
 * @param maxActive how many agents of a worker have their memory in its pool at the same time
 * @param idleMs after what time at rest an agent's memory leaves the pool
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
            min = 1,
            doc =
                "How many agents of a worker have their memory in its pool at the same time; those"
                    + " that rest for longest are parked.")
        int maxActive,
    @Setting(
            value = "60000",
            max = 86_400_000,
            doc = "After how many milliseconds at rest an agent is parked; 0 for never.")
        int idleMs) {}
