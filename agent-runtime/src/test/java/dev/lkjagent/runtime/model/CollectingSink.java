package dev.lkjagent.runtime.model;

import dev.lkjagent.runtime.fault.Fault;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Keeps everything that a sink is told. */
final class CollectingSink implements ReplySink {
  final ByteArrayOutputStream text = new ByteArrayOutputStream();
  final ByteArrayOutputStream reasoning = new ByteArrayOutputStream();
  final List<ToolCall> tools = new ArrayList<>();
  final List<Integer> pieces = new ArrayList<>();
  long promptTokens = -1;
  long completionTokens = -1;
  long cachedTokens = -1;
  long reasoningTokens = -1;
  FinishReason finish;
  Fault fault;
  int ends;
  String stopAfter;

  @Override
  public Demand text(byte[] bytes, int from, int to) {
    text.write(bytes, from, to - from);
    pieces.add(to - from);
    return stopAfter != null && text().contains(stopAfter) ? Demand.ENOUGH : Demand.MORE;
  }

  @Override
  public Demand reasoning(byte[] bytes, int from, int to) {
    reasoning.write(bytes, from, to - from);
    return Demand.MORE;
  }

  @Override
  public void toolCall(ToolCall call) {
    tools.add(call);
  }

  @Override
  public void usage(long prompt, long completion, long cached, long reasoned) {
    promptTokens = prompt;
    completionTokens = completion;
    cachedTokens = cached;
    reasoningTokens = reasoned;
  }

  @Override
  public void done(FinishReason reason) {
    finish = reason;
    ends++;
  }

  @Override
  public void failed(Fault because) {
    fault = because;
    ends++;
  }

  String text() {
    return text.toString(StandardCharsets.UTF_8);
  }

  String reasoning() {
    return reasoning.toString(StandardCharsets.UTF_8);
  }

  static ModelRequest prompt(String text) {
    return new ModelRequest().begin(Role.USER).append(text).end();
  }

  static CollectingSink ask(Model model, String prompt) {
    CollectingSink sink = new CollectingSink();
    model.start(prompt(prompt), sink);
    return sink;
  }
}
