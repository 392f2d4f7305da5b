package dev.lkjagent.runtime.model;

/**
 * Whatever answers a prompt.
 *
 * <p>A model is shared by all agents that use its endpoint and takes calls from any thread, many at
 * a time. What it keeps per call it keeps in the call.
 */
public interface Model extends AutoCloseable {
  /**
   * Asks for a reply. Returns at once; the answer goes to the sink, possibly before this method
   * returns (then the result is {@link ModelCall#COMPLETE}). Everything that may go wrong outside
   * goes to the sink as a fault.
   *
   * @param request what the model may see. It belongs to the call until the sink has heard {@code
   *     done} or {@code failed} or the call was cancelled, and must not be changed meanwhile
   * @param sink where the answer goes
   * @return the handle to cancel the call, or to go on after a pause
   */
  ModelCall start(ModelRequest request, ReplySink sink);

  /**
   * What this model is, in a line for people: scheme, host, model name; never a key.
   *
   * @return the description
   */
  String description();

  /**
   * Whether a language model stands behind it. Scripts, rules and recordings say no, and programs
   * that show their replies to people should say so too.
   *
   * @return false if replies are made or chosen by ordinary code
   */
  boolean isLanguageModel();

  /**
   * Whether tools of a request reach the model in the endpoint's own form, so that {@link
   * ReplySink#toolCall} may be called. Where not, as by default, tools must be offered in the
   * prompt.
   *
   * @return whether {@link ModelRequest#tools} is used
   */
  default boolean takesTools() {
    return false;
  }

  /**
   * Cancels what is under way and gives back connections and threads; further calls fail as misuse.
   * A model that holds none of these has nothing to close, which is the default.
   */
  @Override
  default void close() {}
}
