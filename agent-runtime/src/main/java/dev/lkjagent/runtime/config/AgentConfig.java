package dev.lkjagent.runtime.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code agent}: what one agent may do and how it is prompted.
 *
 * @param name the agent's name
 * @param thinkingLog what the model thought
 * @param evaluationLog how the model judged the outcome
 * @param executionLog what actions did
 * @param pagingLimit when paging begins
 * @param pressureLimit when a memory counts as nearly full
 * @param hardLimit what no request exceeds
 * @param iterate when a run ends
 * @param faults what a run does about faults
 * @param actions limits of actions
 * @param budget the agent's share of the pool
 * @param state prompts and settings by state
 */
public record AgentConfig(
    @Setting(doc = "The agent's name in its store. Empty takes the name of what is run.")
        String name,
    @Setting(
            value = "{\"key_prefix\": \"thinking_log_\"}",
            doc = "What the model thought, kept in working memory.")
        MemoryLog thinkingLog,
    @Setting(
            value = "{\"key_prefix\": \"evaluation_log_\"}",
            doc = "How the model judged the outcome, kept in working memory.")
        MemoryLog evaluationLog,
    @Setting(
            value = "{\"key_prefix\": \"execution_log_\", \"max_entries\": 20}",
            doc = "What actions did, kept in working memory.")
        MemoryLog executionLog,
    @Setting(doc = "When working memory is paged out to storage.") PagingLimit pagingLimit,
    @Setting(doc = "When an agent pages because its memory is nearly full.")
        PressureLimit pressureLimit,
    @Setting(doc = "What no request exceeds.") HardLimit hardLimit,
    @Setting(doc = "When a run ends.") Iterate iterate,
    @Setting(doc = "What a run does about faults, and how many it survives.") Faults faults,
    @Setting(doc = "Limits of actions.") Actions actions,
    @Setting(doc = "The agent's share of the pool; 0 sets no limit of its own.") Budget budget,
    @Setting(
            value = "{}",
            doc =
                "A free tree: `agent.state.<state>.prompt` holds what the model is told in that state,"
                    + " `agent.state.base.prompt` what it is told in every state. Any keys.")
        Map<String, Object> state) {

  /**
   * Copies what could be changed from outside.
   *
   * @param name the agent's name
   * @param thinkingLog what the model thought
   * @param evaluationLog how the model judged the outcome
   * @param executionLog what actions did
   * @param pagingLimit when paging begins
   * @param pressureLimit when a memory counts as nearly full
   * @param hardLimit what no request exceeds
   * @param iterate when a run ends
   * @param faults what a run does about faults
   * @param actions limits of actions
   * @param budget the agent's share of the pool
   * @param state prompts and settings by state
   */
  public AgentConfig {
    state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
  }

  /**
   * {@code agent.thinking_log}, {@code agent.evaluation_log}, {@code agent.execution_log}.
   *
   * @param enable whether it is kept
   * @param maxEntries how many entries stay
   * @param keyPrefix what its tags begin with
   */
  public record MemoryLog(
      @Setting(value = "true", doc = "Whether it is kept.") boolean enable,
      @Setting(value = "10", max = 100_000, doc = "How many entries stay; the oldest goes first.")
          int maxEntries,
      @Setting(doc = "What the tags of its entries begin with.") String keyPrefix) {}

  /**
   * {@code agent.paging_limit}.
   *
   * @param enable whether agents page
   * @param maxTokens where paging begins
   * @param targetPercent where it ends
   */
  public record PagingLimit(
      @Setting(value = "true", doc = "Whether agents page.") boolean enable,
      @Setting(
              value = "4096",
              min = 1,
              max = 1_000_000_000,
              doc = "The estimated length of a prompt, in tokens, above which paging begins.")
          int maxTokens,
      @Setting(
              value = "75",
              min = 1,
              max = 100,
              doc = "How much of `max_tokens` may be left when paging ends.")
          int targetPercent) {}

  /**
   * {@code agent.pressure_limit}.
   *
   * @param enable whether there is a mark
   * @param percent the mark
   */
  public record PressureLimit(
      @Setting(value = "true", doc = "Whether agents page when memory is nearly full.")
          boolean enable,
      @Setting(
              value = "90",
              min = 1,
              max = 100,
              doc =
                  "How much of the agent's budget of bytes, or of the pool if it has none, may be in"
                      + " use when a cycle ends; paging goes on down to three quarters of it.")
          int percent) {}

  /**
   * {@code agent.hard_limit}.
   *
   * @param enable whether it is enforced
   * @param maxTokens the limit
   */
  public record HardLimit(
      @Setting(value = "true", doc = "Whether it is enforced.") boolean enable,
      @Setting(
              value = "8192",
              min = 1,
              max = 1_000_000_000,
              doc = "The estimated length of a prompt, in tokens, that no request exceeds.")
          int maxTokens) {}

  /**
   * {@code agent.iterate}.
   *
   * @param enable whether the number of cycles is limited
   * @param maxIterations the most cycles
   * @param maxSeconds the most wall time
   * @param maxTokens the most tokens
   * @param maxRepeats the most repetitions
   */
  public record Iterate(
      @Setting(value = "true", doc = "Whether the number of cycles is limited.") boolean enable,
      @Setting(value = "1000", min = 1, doc = "The most cycles of one run.") long maxIterations,
      @Setting(value = "0", doc = "The most seconds of wall time of a run; 0 sets no limit.")
          long maxSeconds,
      @Setting(value = "0", doc = "The most tokens of prompts and replies; 0 sets no limit.")
          long maxTokens,
      @Setting(
              value = "3",
              doc =
                  "How often the same actions may follow one another with the same outcome;"
                      + " 0 sets no limit.")
          int maxRepeats) {}

  /**
   * {@code agent.faults}.
   *
   * @param maxInRow the most faults in a row
   * @param modelAttempts how often a cycle asks a model
   * @param policy what a run does about a kind of fault, by its code
   */
  public record Faults(
      @Setting(value = "5", min = 1, doc = "The most cycles with a fault in a row.") int maxInRow,
      @Setting(
              value = "1",
              min = 1,
              max = 100,
              doc =
                  "How often a cycle asks a model whose fault has the policy `retry`. Models over HTTP"
                      + " try again by themselves (`llm.retry`), and this multiplies it.")
          int modelAttempts,
      @Setting(
              value = "{}",
              doc =
                  "What a run does about a kind of fault, by its code: `{\"ACTION_TIMEOUT\": \"stop\"}`."
                      + " The policies are `retry` (ask the model again after a pause), `tell_model`"
                      + " (go on, and show it in the next prompt), `page` (make room, ask once more) and"
                      + " `stop` (end the run). The table below has what each code takes.")
          Map<String, String> policy) {

    /**
     * Copies what could be changed from outside.
     *
     * @param maxInRow the most faults in a row
     * @param modelAttempts how often a cycle asks a model
     * @param policy what a run does about a kind of fault, by its code
     */
    public Faults {
      policy = Collections.unmodifiableMap(new LinkedHashMap<>(policy));
    }
  }

  /**
   * {@code agent.actions}.
   *
   * @param maxPerReply the most actions in one reply
   * @param timeoutMs how long an action may take
   */
  public record Actions(
      @Setting(value = "16", min = 1, max = 10_000, doc = "The most actions in one reply.")
          int maxPerReply,
      @Setting(value = "0", max = 86_400_000, doc = "How long an action may take; 0 sets no limit.")
          int timeoutMs) {}

  /**
   * {@code agent.budget}.
   *
   * @param bytes the most bytes of slots
   * @param nodes the most nodes
   * @param slots the most slots by tier
   */
  public record Budget(
      @Setting(value = "0", doc = "The most bytes of slots.") long bytes,
      @Setting(value = "0", doc = "The most nodes.") int nodes,
      @Setting(
              value = "{}",
              doc = "The most slots of a tier: `{\"4096\": 100}`. Keys are sizes of `pool.tiers`.")
          Map<String, Integer> slots) {

    /**
     * Copies what could be changed from outside.
     *
     * @param bytes the most bytes of slots
     * @param nodes the most nodes
     * @param slots the most slots by tier
     */
    public Budget {
      slots = Collections.unmodifiableMap(new LinkedHashMap<>(slots));
    }
  }
}
