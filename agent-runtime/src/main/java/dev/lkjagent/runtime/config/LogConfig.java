package dev.lkjagent.runtime.config;

/**
 * {@code log}: what is logged.
 *
 * @param level the least level
 */
public record LogConfig(
    @Setting(
            value = "warn",
            oneOf = {"error", "warn", "info", "debug", "trace"},
            doc =
                "The least level that the command line logs, unless `-v` says otherwise. Programs"
                    + " that embed agents configure SLF4J.")
        String level) {}
