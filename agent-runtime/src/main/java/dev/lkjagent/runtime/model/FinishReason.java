package dev.lkjagent.runtime.model;

/** Why a reply that is not a fault came to its end. */
public enum FinishReason {
  /** The model came to an end by itself. */
  STOP,

  /** The model was cut off by the limit of tokens for a reply, or by the end of its context. */
  LENGTH,

  /** The model asks for tool calls. */
  TOOL_CALLS,

  /** A content filter ended the reply after some of it was delivered. */
  FILTERED,

  /** The sink asked for no more. */
  ENOUGH,

  /** The endpoint did not say, or said something unknown. */
  UNKNOWN
}
