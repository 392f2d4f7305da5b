package dev.lkjagent.runtime.model;

import dev.lkjagent.runtime.fault.Fault;

/**
 * Receives one reply: pieces of text and of reasoning, tool calls, at most one usage, and then
 * exactly one of {@link #done} and {@link #failed}, after which nothing follows.
 *
 * <p>Calls come one at a time, though not always from the same thread and not always from another
 * one than {@link Model#start} was called on: an embedded model answers before {@code start}
 * returns. They must not block. The bytes belong to the model and are valid only during the call;
 * pieces are cut anywhere, also inside a UTF-8 sequence. After {@link ModelCall#cancel} no call
 * begins any more.
 *
 * <p>An exception from a sink is a defect of the caller; the model ends the call without telling
 * the sink again and lets the exception go to its thread's handler.
 */
public interface ReplySink {
  /**
   * A piece of the reply's text.
   *
   * @param bytes the array that holds it
   * @param from its first byte
   * @param to the byte after its last
   * @return what is wanted next
   */
  Demand text(byte[] bytes, int from, int to);

  /**
   * A piece of what the model thought before it answered, where an endpoint tells it apart from the
   * reply. It is not part of the reply and is dropped unless this method is overridden.
   *
   * @param bytes the array that holds it
   * @param from its first byte
   * @param to the byte after its last
   * @return what is wanted next
   */
  default Demand reasoning(byte[] bytes, int from, int to) {
    return Demand.MORE;
  }

  /**
   * A tool call, delivered once it is complete and after the text that preceded it.
   *
   * @param call the call
   */
  default void toolCall(ToolCall call) {}

  /**
   * What the endpoint counted; comes once, before the end, or not at all: an endpoint that says
   * nothing and one that was cut off look the same here.
   *
   * @param promptTokens tokens of the prompt
   * @param completionTokens tokens of the reply, reasoning included; -1 if not told
   * @param cachedPromptTokens how many of the prompt's came from a cache; -1 if not told
   * @param reasoningTokens how many of the reply's were reasoning; -1 if not told
   */
  default void usage(
      long promptTokens, long completionTokens, long cachedPromptTokens, long reasoningTokens) {}

  /**
   * The call failed before any text was delivered and will be tried again after a pause.
   *
   * @param because what went wrong
   * @param attempt the number of the attempt that failed, from 1
   * @param pauseMillis the pause before the next one
   */
  default void retrying(Fault because, int attempt, long pauseMillis) {}

  /**
   * The reply is complete, or as complete as the sink wanted it.
   *
   * @param reason why it ended
   */
  void done(FinishReason reason);

  /**
   * The reply will not come, or not the rest of it.
   *
   * @param fault what went wrong; text that was delivered before stays valid
   */
  void failed(Fault fault);
}
