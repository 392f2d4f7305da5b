package dev.lkjagent.runtime.config;

/**
 * {@code store}: where agents and their storage are kept.
 *
 * @param kind which store
 * @param file the database file
 * @param leaseMs how long a silent host keeps the store
 * @param busyMs how long another process is waited for
 * @param checkpointEvery how many cycles lie between checkpoints
 */
public record StoreConfig(
    @Setting(
            value = "sqlite",
            oneOf = {"sqlite", "memory"},
            doc = "`sqlite` (one file, durable) or `memory` (gone with the process).")
        String kind,
    @Setting(doc = "The database file of `sqlite`. Empty leaves the choice to the command.")
        String file,
    @Setting(
            value = "15000",
            min = 100,
            max = 3_600_000,
            doc = "After how long the lease of a silent host may be taken over.")
        int leaseMs,
    @Setting(
            value = "5000",
            max = 3_600_000,
            doc = "How long to wait for another process that writes at this moment.")
        int busyMs,
    @Setting(
            value = "64",
            min = 1,
            max = 1_000_000,
            doc = "How many cycles lie between two checkpoints of an agent.")
        int checkpointEvery) {}
