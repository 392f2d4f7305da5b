package dev.lkjagent.runtime.config;

/**
 * One value that is in effect.
 *
 * @param path the key, with dots
 * @param value the value as JSON; what looks like a secret is masked
 * @param origin where it came from
 */
public record EffectiveSetting(String path, String value, Origin origin) {}
