package dev.lkjagent.runtime.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt has brought so far: hands text on to the sink as it comes, and puts together
 * what comes in pieces.
 */
final class ChatReply {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final ReplySink sink;
  private final AnswerFault faults;
  private final int maxReplyBytes;
  private final Utf8Carry text = new Utf8Carry();
  private final Utf8Carry reasoning = new Utf8Carry();
  private final ApiKey key;
  private final KeyFilter shownText;
  private final KeyFilter shownReasoning;
  private final ToolCallParts tools = new ToolCallParts();
  private final StringBuilder refusal = new StringBuilder();

  private Demand demand = Demand.MORE;
  private long textBytes;
  private long reasoningBytes;
  private String finish = "";
  private int choice = -1;
  private int documents;
  private boolean hasChoices;
  private @Nullable ChatDocument foreign;
  private @Nullable ChatDocument usage;

  ChatReply(ReplySink sink, AnswerFault faults, ApiKey key, int maxReplyBytes) {
    this.sink = sink;
    this.faults = faults;
    this.key = key;
    shownText = key.filter();
    shownReasoning = key.filter();
    this.maxReplyBytes = maxReplyBytes;
  }

  /** What the sink wants after all that it was given. */
  Demand demand() {
    return demand;
  }

  /** Ends a pause. */
  void resume() {
    if (demand == Demand.LATER) {
      demand = Demand.MORE;
    }
  }

  /** Whether the sink was given anything, so that the call cannot be repeated unnoticed. */
  boolean hasDelivered() {
    return textBytes + reasoningBytes > 0;
  }

  /** Whether nothing of the reply is missing but its usage. */
  boolean isComplete() {
    return demand == Demand.ENOUGH || !finish.isEmpty();
  }

  boolean hasUsage() {
    return usage != null;
  }

  /** How many documents were read. */
  int documents() {
    return documents;
  }

  /**
   * Takes a whole answer or a chunk of a stream.
   *
   * @return null, or what the server did instead
   */
  @Nullable Fault document(byte[] json, int length, int status, boolean isErrorEvent) {
    ChatDocument read;
    try {
      if (isErrorEvent) {
        return faults.error(status, MAPPER.readTree(json, 0, length));
      }
      read = ChatDocument.read(json, 0, length, choice);
    } catch (IOException malformed) {
      return faults.unreadable(json, length, why(malformed));
    }
    documents++;
    if (read.error != null) {
      return faults.error(status, read.error);
    }
    if (read.promptTokens >= 0) {
      usage = read;
    }
    if (!read.hasChoices) {
      foreign = foreign == null ? read : foreign;
      return null;
    }
    hasChoices = true;
    if (read.choice < 0) {
      return null;
    }
    choice = read.choice;
    if (!read.finish.isEmpty()) {
      finish = read.finish;
    }
    if (demand != Demand.ENOUGH) {
      refusal.append(read.refusal);
      read.toolCalls.forEach(tools::add);
      return deliver(read);
    }
    return null;
  }

  private static String why(IOException malformed) {
    String message =
        malformed instanceof com.fasterxml.jackson.core.JsonProcessingException json
            ? json.getOriginalMessage()
            : malformed.getMessage();
    return message == null ? "" : message.lines().findFirst().orElse("");
  }

  private @Nullable Fault deliver(ChatDocument read) {
    if (read.reasoning.length() > 0) {
      reasoning.encode(read.reasoning);
      reasoningBytes += reasoning.length();
    }
    if (read.text.length() > 0) {
      text.encode(read.text);
      textBytes += text.length();
    }
    if (textBytes + reasoningBytes > maxReplyBytes) {
      return faults.other(
          FaultCode.REPLY_TOO_LARGE,
          "sent a reply of more than "
              + maxReplyBytes
              + " bytes; raise llm.limits.max_reply_bytes, or"
              + " lower llm.max_reply_tokens");
    }
    if (read.reasoning.length() > 0) {
      shownReasoning.feed(reasoning.bytes(), reasoning.length());
      tellReasoning();
    }
    if (read.text.length() > 0 && demand != Demand.ENOUGH) {
      Demand before = demand;
      shownText.feed(text.bytes(), text.length());
      tellText();
      if (demand == Demand.MORE && before == Demand.LATER) {
        demand = before;
      }
    }
    return null;
  }

  private void tellReasoning() {
    if (shownReasoning.length() > 0) {
      demand = sink.reasoning(shownReasoning.bytes(), 0, shownReasoning.length());
    }
  }

  private void tellText() {
    if (shownText.length() > 0) {
      demand = sink.text(shownText.bytes(), 0, shownText.length());
    }
  }

  /**
   * Ends the reply at the end of the answer.
   *
   * @param isWhole whether the server said that this is the end
   * @return null after the sink heard {@code done}, or the fault that takes its place
   */
  @Nullable Fault end(boolean isWhole) {
    if (demand != Demand.ENOUGH) {
      flush();
    }
    if (demand == Demand.ENOUGH) {
      return done(FinishReason.ENOUGH);
    }
    if (!hasChoices) {
      return foreign == null
          ? faults.other(FaultCode.MODEL_ANSWER_EMPTY, "answered with a stream that has no event")
          : faults.foreign(foreign);
    }
    if (!isWhole && finish.isEmpty()) {
      return faults.other(
          FaultCode.MODEL_CUT_OFF,
          "ended its answer after " + textBytes + " bytes of text without a finish_reason");
    }
    if (textBytes == 0 && tools.isEmpty()) {
      return empty();
    }
    return done(reason());
  }

  /** Hands on what was held back: half a surrogate pair, and what might have become the key. */
  private void flush() {
    reasoning.end();
    shownReasoning.end(reasoning.bytes(), reasoning.length());
    tellReasoning();
    text.end();
    textBytes += text.length();
    shownText.end(text.bytes(), text.length());
    if (demand != Demand.ENOUGH) {
      tellText();
    }
  }

  private Fault empty() {
    if (refusal.length() > 0) {
      return faults.other(
          FaultCode.MODEL_FILTERED,
          "sent a refusal instead of a reply: " + shorten(refusal.toString()));
    }
    if (reason() == FinishReason.FILTERED) {
      return faults.other(
          FaultCode.MODEL_FILTERED, "withheld the reply (finish_reason \"" + finish + "\")");
    }
    String because = finish.isEmpty() ? "" : " (finish_reason \"" + finish + "\")";
    if (choice < 0) {
      return faults.other(
          FaultCode.MODEL_ANSWER_EMPTY, "answered with an empty list of choices" + because);
    }
    if (reasoningBytes > 0) {
      return faults.other(
          FaultCode.MODEL_ANSWER_EMPTY,
          "sent "
              + reasoningBytes
              + " bytes of reasoning and no reply"
              + because
              + "; raise llm.max_reply_tokens or the server's limit");
    }
    return faults.other(
        FaultCode.MODEL_ANSWER_EMPTY, "sent a reply with neither text nor a tool call" + because);
  }

  private @Nullable Fault done(FinishReason reason) {
    if (reason != FinishReason.ENOUGH) {
      tools.calls().forEach(call -> sink.toolCall(withoutKey(call)));
    }
    if (usage != null) {
      sink.usage(
          usage.promptTokens, usage.completionTokens, usage.cachedTokens, usage.reasoningTokens);
    }
    sink.done(reason);
    return null;
  }

  private ToolCall withoutKey(ToolCall call) {
    return new ToolCall(key.scrub(call.id()), key.scrub(call.name()), key.scrub(call.arguments()));
  }

  private FinishReason reason() {
    return switch (finish.toLowerCase(Locale.ROOT)) {
      case "stop", "eos", "end_turn", "stop_sequence", "eos_token", "complete" -> FinishReason.STOP;
      case "length", "max_tokens", "model_length" -> FinishReason.LENGTH;
      case "tool_calls", "function_call", "tool_use" -> FinishReason.TOOL_CALLS;
      case "content_filter", "safety", "refusal" -> FinishReason.FILTERED;
      default -> FinishReason.UNKNOWN;
    };
  }

  private static String shorten(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300) + "…";
  }
}
