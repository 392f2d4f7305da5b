package dev.lkjagent.runtime.config;

import java.util.List;

/**
 * A configuration with the origin of each of its values.
 *
 * @param config the bound configuration
 * @param settings every value in effect, in the order of the documentation
 */
public record LoadedConfig(Config config, List<EffectiveSetting> settings) {
  /**
   * Copies the list.
   *
   * @param config the bound configuration
   * @param settings every value in effect, in the order of the documentation
   */
  public LoadedConfig {
    settings = List.copyOf(settings);
  }
}
