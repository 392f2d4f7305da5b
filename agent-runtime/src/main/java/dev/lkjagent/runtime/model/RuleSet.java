package dev.lkjagent.runtime.model;

/**
 * Ordinary code that answers prompts: what stands behind {@code rules:<name>}. Not a language
 * model, and never presented as one.
 *
 * <p>Found by {@link java.util.ServiceLoader}: name the implementation in {@code
 * META-INF/services/dev.lkjagent.runtime.model.RuleSet} (or {@code provides} it). An implementation
 * has a public constructor without parameters and no state.
 */
public interface RuleSet {
  /**
   * The name that follows {@code rules:} in an endpoint.
   *
   * @return lower-case letters, digits and hyphens
   */
  String name();

  /**
   * What the rules do, in a sentence for people.
   *
   * @return the description, without the remark that this is not a language model
   */
  String description();

  /**
   * The rules, ready to be applied to one prompt after another. Several may be open at a time, each
   * used by one thread at a time.
   *
   * @return rules of their own scratch memory
   */
  Rules open();

  /**
   * Applies the rules; may keep scratch memory between prompts, but nothing that changes a reply.
   */
  @FunctionalInterface
  interface Rules {
    /**
     * Answers one prompt. The reply is a function of the request's bytes alone: rules read no
     * clock, no file and no agent, so that a run with them can be repeated. Runs on an agent's
     * worker, so it must not block, and should not allocate.
     *
     * @param request what a model would see
     * @param reply where the reply's bytes go; empty at the start
     */
    void reply(ModelRequest request, ReplyText reply);
  }
}
