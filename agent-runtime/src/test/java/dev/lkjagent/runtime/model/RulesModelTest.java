package dev.lkjagent.runtime.model;

import static dev.lkjagent.runtime.model.CollectingSink.ask;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class RulesModelTest {
  @Test
  void embeddedDefaultSaysThatItIsNotALanguageModel() {
    RulesModel model = new RulesModel(new EmbeddedRules());
    assertThat(ask(model, "write a novel").text())
        .startsWith("<agent>")
        .contains("not a language model", "llm.endpoint")
        .endsWith("</agent>");
    assertThat(model.isLanguageModel()).isFalse();
    assertThat(model.description()).contains("rules:embedded", "not a language model");
  }

  @Test
  void rulesSeeThePromptAndNothingElse() {
    RulesModel model =
        new RulesModel(
            rules(
                (request, reply) ->
                    reply
                        .append(request.bytes(), request.textFrom(0), request.textTo(0))
                        .append(-120L)));
    assertThat(ask(model, "echo ").text()).isEqualTo("echo -120");
  }

  @Test
  void brokenRulesAreAFaultAndTheModelGoesOn() {
    RulesModel model =
        new RulesModel(
            rules(
                (request, reply) -> {
                  if (request.lengthBytes() == 1) {
                    throw new IllegalStateException("cannot");
                  }
                  if (request.lengthBytes() > 2) {
                    reply.append("fine");
                  }
                }));
    assertThat(ask(model, "1").fault.code()).isEqualTo(FaultCode.RULES_FAILED);
    assertThat(ask(model, "1").fault.message()).contains("cannot");
    assertThat(ask(model, "22").fault.message()).contains("wrote no reply");
    assertThat(ask(model, "333").text()).isEqualTo("fine");
  }

  @Test
  void callAllocatesNothingAfterTheFirst() {
    RulesModel model = new RulesModel(new EmbeddedRules());
    ModelRequest request = new ModelRequest();
    byte[] prompt = "state: thinking".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    ReplySink sink = new SilentSink();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 20_000; i++) {
      turn(model, request, prompt, sink);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1_000; i++) {
      turn(model, request, prompt, sink);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).as("bytes allocated by 1,000 calls").isLessThan(1_000);
  }

  private static void turn(Model model, ModelRequest request, byte[] prompt, ReplySink sink) {
    request.clear();
    request.begin(Role.SYSTEM).append(prompt, 0, prompt.length).end();
    request.begin(Role.USER).append(prompt, 0, prompt.length).end();
    model.start(request, sink);
  }

  private static RuleSet rules(RuleSet.Rules rules) {
    return new RuleSet() {
      @Override
      public String name() {
        return "test";
      }

      @Override
      public String description() {
        return "a test";
      }

      @Override
      public Rules open() {
        return rules;
      }
    };
  }

  private static final class SilentSink implements ReplySink {
    @Override
    public Demand text(byte[] text, int from, int to) {
      return Demand.ENOUGH;
    }

    @Override
    public void done(FinishReason reason) {}

    @Override
    public void failed(Fault fault) {
      throw new AssertionError(fault);
    }
  }
}
