package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.OneReply;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.loop.SavedAgent;
import dev.lkjagent.runtime.model.ForwardingModel;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import dev.lkjagent.runtime.model.Script;
import dev.lkjagent.runtime.model.ScriptModel;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.CommitListener;
import dev.lkjagent.runtime.store.ForwardingStore;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.telemetry.Metrics;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Every fault is counted once, in the agent's status and in the metrics, and told once. */
final class CountedFaultsTest {
  private final Store store = new InMemoryStore();
  private final List<FaultCode> counted = new CopyOnWriteArrayList<>();
  private final List<FaultCode> told = new CopyOnWriteArrayList<>();

  private RunResult run(Store on, Model model, Consumer<AgentBuilder> more, FaultCode... codes) {
    Metrics metrics =
        new Metrics() {
          @Override
          public void fault(FaultCode code) {
            counted.add(code);
          }
        };
    try (AgentHost host =
        AgentHost.builder().store(on).model(model).pool(Stage.POOL).metrics(metrics).build()) {
      AgentBuilder builder =
          host.agent("ada")
              .listener(
                  event -> {
                    if (event instanceof AgentEvent.Faulted faulted) {
                      told.add(faulted.fault().code());
                    }
                  });
      more.accept(builder);
      Agent agent = builder.start();
      RunResult result = agent.run("t");
      assertThat(counted).containsExactly(codes);
      assertThat(agent.status().faults()).isEqualTo(codes.length);
      return result;
    }
  }

  private void isCountedAndTold(Model model, Consumer<AgentBuilder> more, FaultCode... codes) {
    RunResult result = run(store, model, more, codes);
    assertThat(told).containsExactly(codes);
    Fault end = result.fault();
    if (end != null) {
      assertThat(end.code()).isEqualTo(codes[codes.length - 1]);
    }
  }

  private long saved() {
    return SavedAgent.read(store, "ada", Store.LATEST).status().faults();
  }

  private static Model faultThen(FaultCode code, String reply) {
    return new ScriptModel(Script.builder("faults").fault(code.with("first")).reply(reply).build());
  }

  @Test
  void aModelThatIsAskedAgain() {
    isCountedAndTold(
        faultThen(FaultCode.MODEL_UNREACHABLE, finish("ok")),
        b -> b.limits(Limits.DEFAULT.withModelAttempts(2, 0)),
        FaultCode.MODEL_UNREACHABLE);
    assertThat(saved()).isEqualTo(1);
  }

  @Test
  void aPromptThatTheModelFindsTooLong() {
    isCountedAndTold(
        faultThen(FaultCode.CONTEXT_TOO_LONG, finish("ok")), b -> {}, FaultCode.CONTEXT_TOO_LONG);
    assertThat(saved()).isEqualTo(1);
  }

  @Test
  void aModelThatEndsTheRun() {
    isCountedAndTold(
        faultThen(FaultCode.MODEL_UNAUTHORIZED, finish("ok")),
        b -> {},
        FaultCode.MODEL_UNAUTHORIZED);
  }

  @Test
  void attemptsThatAModelRepeatsByItselfAreCountedAndToldAsSuch() {
    Model stumbling =
        new ForwardingModel(Stage.script(finish("ok"))) {
          @Override
          public ModelCall start(ModelRequest request, ReplySink sink) {
            sink.retrying(FaultCode.MODEL_RATE_LIMITED.with("too many"), 1, 250);
            sink.retrying(FaultCode.MODEL_TIMEOUT.with("slow"), 2, 500);
            return super.start(request, sink);
          }
        };
    run(store, stumbling, b -> {}, FaultCode.MODEL_RATE_LIMITED, FaultCode.MODEL_TIMEOUT);
    assertThat(told).isEmpty();
    assertThat(saved()).isEqualTo(2);
  }

  @Test
  void theLimitOfCycles() {
    isCountedAndTold(
        new OneReply(reply("thinking")),
        b -> b.limits(Limits.DEFAULT.withCycles(2)),
        FaultCode.LIMIT_CYCLES);
  }

  @Test
  void anAgentThatRepeatsItself() {
    isCountedAndTold(
        new OneReply(reply("executing", act("memory_add", "a", "b"))),
        b -> {},
        FaultCode.REPEATED_ACTION);
    assertThat(saved()).isEqualTo(1);
  }

  @Test
  void cyclesInARowThatHadFaults() {
    isCountedAndTold(
        Stage.script("no block", "none either"),
        b -> b.limits(Limits.DEFAULT.withRepetition(9, 2)),
        FaultCode.REPLY_WITHOUT_BLOCK,
        FaultCode.REPLY_WITHOUT_BLOCK,
        FaultCode.LIMIT_FAULTS);
    assertThat(saved()).isEqualTo(3);
  }

  @Test
  void aPromptThatCannotBeMadeShorter() {
    isCountedAndTold(
        Stage.script(finish("ok")),
        b -> b.memory(MemoryLimits.of(9, 9)),
        FaultCode.PROMPT_TOO_LARGE);
  }

  @Test
  void aDefect() {
    Model broken =
        new ForwardingModel(Stage.script(finish("ok"))) {
          @Override
          public ModelCall start(ModelRequest request, ReplySink sink) {
            throw new IllegalStateException("broken");
          }
        };
    isCountedAndTold(broken, b -> {}, FaultCode.INTERNAL);
  }

  @Test
  void aStoreThatRefusesAChangeAndWhatHappenedInTheCycleThatIsUndoneForIt() {
    Store refusing =
        new ForwardingStore(store) {
          @Override
          public void commit(Change change, CommitListener listener) {
            listener.refused(change, FaultCode.STORE_READ_ONLY.with("read only"));
          }
        };
    run(
        refusing,
        Stage.script(reply("thinking", act("memory_remove", "nowhere", ""))),
        b -> {},
        FaultCode.NOTHING_THERE,
        FaultCode.STORE_READ_ONLY);
    assertThat(told).containsExactly(FaultCode.NOTHING_THERE, FaultCode.STORE_READ_ONLY);
  }
}
