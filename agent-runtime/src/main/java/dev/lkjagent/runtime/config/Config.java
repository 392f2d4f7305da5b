package dev.lkjagent.runtime.config;

/**
 * The whole configuration, bound and checked.
 *
 * @param version the version of the file's form
 * @param llm the model endpoint
 * @param agent what one agent may do
 * @param pool the memory that agents share
 * @param host the workers
 * @param store where agents are kept
 * @param log what is logged
 */
public record Config(
    @Setting(value = "1.0.0", doc = "The form of this file. Files of version 1 are understood.")
        String version,
    @Setting(doc = "The model that answers prompts.") LlmConfig llm,
    @Setting(doc = "What one agent may do and how it is prompted.") AgentConfig agent,
    @Setting(doc = "The memory that a worker's agents share; reserved when it is opened.")
        PoolConfig pool,
    @Setting(doc = "The workers that agents run on.") HostConfig host,
    @Setting(doc = "Where agents and their storage are kept.") StoreConfig store,
    @Setting(doc = "What is logged.") LogConfig log) {

  /**
   * The configuration that is in effect when nothing is set.
   *
   * @return the built-in defaults
   */
  public static Config defaults() {
    return new ConfigLoader().load().config();
  }
}
