package dev.lkjagent.runtime.config;

/**
 * {@code log}: what is logged.
 *
 * @param level the least level
 * @param texts whether prompts and replies are logged
 */
public record LogConfig(
    @Setting(
            value = "info",
            oneOf = {"error", "warn", "info", "debug", "trace"},
            doc = "The least level that the command line logs; embedders configure SLF4J.")
        String level,
    @Setting(value = "false", doc = "Whether prompts and replies are logged in full, at `debug`.")
        boolean texts) {}
