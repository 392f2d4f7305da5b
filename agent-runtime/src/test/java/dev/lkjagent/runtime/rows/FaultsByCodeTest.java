package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.runtime.SetClock;
import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.config.ConfigLoader;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.fault.FaultPolicies;
import dev.lkjagent.runtime.fault.FaultPolicy;
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
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.CommitListener;
import dev.lkjagent.runtime.store.ForwardingStore;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every kind of fault is met through the public API, once under each policy that it takes: it is
 * counted once, told once, shown to the model where the run goes on with it, and what its policy
 * says is done. No code lacks a scene: the switch over them does not compile then.
 */
final class FaultsByCodeTest {
  private static final Limits LIMITS =
      Limits.DEFAULT.withModelAttempts(2, 0).withRepetition(3, 5).withCycles(9);

  private final SetClock clock = new SetClock();
  private final List<FaultCode> counted = new CopyOnWriteArrayList<>();
  private final List<FaultCode> told = new CopyOnWriteArrayList<>();
  private final List<String> prompts = new CopyOnWriteArrayList<>();

  /** Where a fault comes about, which decides what becomes of the cycle. */
  private enum Where {
    /** In a cycle with a reply, which is committed whatever the policy says. */
    REPLY,
    /** In the place of a reply: without the policy to go on, nothing of the cycle is left. */
    MODEL,
    /** Around the cycles: the run ends. */
    RUN,
    /** In a call of the API, which throws it. */
    CALL
  }

  /** How one kind of fault comes about. */
  private static final class Scene {
    final Where where;
    Model model = Stage.script();
    Store store = new InMemoryStore();
    Consumer<AgentBuilder> agent = builder -> {};
    Function<Agent, RunResult> run = agent -> agent.run("t");
    Callable<?> call = () -> "";

    /** What the model reads of the fault. */
    String shown = "";

    /** The fault that comes before, if there is one. */
    @Nullable FaultCode before;

    /** Whether the cause is gone when the run is resumed. */
    boolean passes = true;

    Scene(Where where) {
      this.where = where;
    }

    Scene agent(Consumer<AgentBuilder> what) {
      agent = what;
      return this;
    }

    Scene run(Function<Agent, RunResult> what) {
      run = what;
      return this;
    }

    Scene lasting() {
      passes = false;
      return this;
    }
  }

  /** Replies that bring the fault about, of which the model then reads. */
  private static Scene replies(String shown, String... replies) {
    Scene scene = new Scene(Where.REPLY);
    String[] all = Arrays.copyOf(replies, replies.length + 1);
    all[replies.length] = finish("ok");
    scene.model = Stage.script(all);
    scene.shown = shown;
    return scene;
  }

  private static Scene acting(String shown, String... actions) {
    return replies(shown, reply("executing", actions));
  }

  /** A model that fails once. */
  private static Scene failing(FaultCode code) {
    Scene scene = new Scene(Where.MODEL);
    scene.shown = "it failed with " + code;
    scene.model =
        new ForwardingModel(Stage.script(finish("ok"))) {
          private boolean failed;

          @Override
          public ModelCall start(ModelRequest request, ReplySink sink) {
            if (failed) {
              return super.start(request, sink);
            }
            failed = true;
            sink.failed(code.with(scene.shown));
            return ModelCall.COMPLETE;
          }
        };
    return scene;
  }

  /** A store that refuses a commit once. */
  private static Scene refusing(FaultCode code) {
    Scene scene = new Scene(Where.RUN);
    scene.model = Stage.script(finish("lost"), finish("ok"));
    scene.store =
        new ForwardingStore(new InMemoryStore()) {
          private boolean refused;

          @Override
          public void commit(Change change, CommitListener listener) {
            if (refused) {
              super.commit(change, listener);
              return;
            }
            refused = true;
            listener.refused(change, code.with("refused"));
          }
        };
    return scene;
  }

  /** A run that meets a limit. */
  private static Scene limited(Limits limits, String reply) {
    Scene scene = new Scene(Where.RUN);
    scene.model = Stage.script(reply, reply, reply);
    return scene.agent(b -> b.limits(limits)).lasting();
  }

  private static Scene throwing(Callable<?> call) {
    Scene scene = new Scene(Where.CALL);
    scene.call = call;
    return scene;
  }

  private static Action tool(boolean needsApproval, Callable<String> does) {
    return new Tool(needsApproval, call -> does.call());
  }

  private static String forever() throws InterruptedException {
    new CountDownLatch(1).await();
    return "";
  }

  private static String broken() {
    throw new IllegalStateException("the disk is on fire");
  }

  /** A person denies what the agent asks for; it then goes on by itself. */
  private static Scene denied() {
    CompletableFuture<RunResult> rested = new CompletableFuture<>();
    return acting("a person denied it: not on a Friday", act("tool", "", ""))
        .agent(
            b ->
                b.action(tool(true, () -> "done"))
                    .listener(
                        event -> {
                          if (event instanceof AgentEvent.Rested rest
                              && rest.result().status() != RunResult.Status.NEEDS_APPROVAL) {
                            rested.complete(rest.result());
                          }
                        }))
        .run(
            agent -> {
              assertThat(agent.run("t").status()).isEqualTo(RunResult.Status.NEEDS_APPROVAL);
              agent.deny(agent.approvals().get(0), "not on a Friday");
              return rested.join();
            });
  }

  /** What a host leaves that is gone while an action runs that must not be repeated. */
  private static Scene cutOff() throws InterruptedException {
    Scene scene = replies("outcome unknown");
    CountDownLatch runs = new CountDownLatch(1);
    try (AgentHost host =
        AgentHost.builder()
            .store(scene.store)
            .model(Stage.script(reply("executing", act("tool", "", ""))))
            .pool(Stage.POOL)
            .build()) {
      Action hanging =
          tool(
              false,
              () -> {
                runs.countDown();
                return forever();
              });
      var unused = host.agent("ada").action(hanging).start().start("t");
      runs.await();
    }
    return scene.agent(b -> b.action(tool(false, () -> "again"))).run(Agent::resume);
  }

  private Scene scene(FaultCode code) throws Exception {
    return switch (code) {
      case MODEL_UNREACHABLE,
          MODEL_TIMEOUT,
          MODEL_RATE_LIMITED,
          MODEL_SERVER_ERROR,
          MODEL_CUT_OFF,
          MODEL_ANSWER_UNREADABLE,
          MODEL_ANSWER_EMPTY,
          MODEL_UNAUTHORIZED,
          MODEL_REQUEST_REFUSED,
          MODEL_FILTERED,
          CONTEXT_TOO_LONG,
          REQUEST_TOO_LARGE,
          REPLY_TOO_LARGE,
          SCRIPT_EXHAUSTED,
          REPLAY_MISS,
          REPLAY_DIVERGED,
          RULES_FAILED,
          RECORDING_FAILED,
          CANCELLED ->
          failing(code);
      case REPLY_WITHOUT_BLOCK -> replies("holds no block", "Hello.");
      case REPLY_MALFORMED -> replies("nested deeper", "<agent>" + "<a>".repeat(300));
      case REPLY_TRUNCATED -> replies("ends before its block does", "<agent><next_state>ex");
      case UNKNOWN_STATE -> replies("there is no state \"dreaming\"", reply("dreaming"));
      case UNKNOWN_ACTION -> acting("there is no action \"fly\"", act("fly", "", ""));
      case MISSING_VALUE -> acting("it needs a &lt;value&gt;", act("memory_add", "a", ""));
      case INVALID_VALUE ->
          acting("\"soon\" is neither a number of seconds", act("wait", "", "soon"));
      case NO_TAGS -> acting("it needs &lt;tags&gt;", act("memory_add", "!?", "x"));
      case NOTHING_THERE -> acting("has no entry with these tags", act("memory_remove", "a", ""));
      case VALUE_TOO_LARGE ->
          acting("the tags have 1025 bytes", act("memory_add", "a".repeat(1025), "x"));
      case TOO_MANY_ACTIONS ->
          acting("asks for 17 actions, and none was run", act("reply", "", "x").repeat(17));
      case ACTION_FAILED ->
          acting("the disk is on fire", act("tool", "", ""))
              .agent(b -> b.action(tool(false, FaultsByCodeTest::broken)));
      case ACTION_TIMEOUT ->
          acting("no answer within 1 ms", act("tool", "", ""))
              .agent(
                  b ->
                      b.action(tool(false, FaultsByCodeTest::forever))
                          .limits(LIMITS.withActionMillis(1)));
      case OUTCOME_UNKNOWN -> cutOff();
      case APPROVAL_DENIED -> denied();
      case REPEATED_ACTION ->
          replies("the same with the same outcome 2 times", reply("thinking"), reply("thinking"))
              .agent(b -> b.limits(LIMITS.withRepetition(1, 5)));
      case BUDGET_EXHAUSTED ->
          acting("memory has no room for 60000", act("memory_add", "big", "x".repeat(60_000)))
              .agent(
                  b ->
                      b.memory(MemoryLimits.of(100_000, 200_000))
                          .budget(Budget.builder().bytes(48 << 10).build()));
      case PROMPT_TOO_LARGE ->
          limited(LIMITS, finish("ok")).agent(b -> b.memory(MemoryLimits.of(9, 9)));
      case LIMIT_CYCLES -> limited(LIMITS.withCycles(1), reply("executing"));
      case LIMIT_TOKENS -> limited(LIMITS.withTokens(1), reply("executing"));
      case LIMIT_TIME -> {
        Scene scene = limited(LIMITS.withWallMillis(60_000), "");
        scene.model =
            new ForwardingModel(Stage.script(reply("executing"))) {
              @Override
              public ModelCall start(ModelRequest request, ReplySink sink) {
                clock.jump(Duration.ofMinutes(2));
                return super.start(request, sink);
              }
            };
        yield scene;
      }
      case LIMIT_FAULTS -> {
        Scene scene = limited(LIMITS.withRepetition(3, 1), "Hello.");
        scene.before = FaultCode.REPLY_WITHOUT_BLOCK;
        yield scene;
      }
      case STORE_CONFLICT,
          STORE_LEASED,
          STORE_UNAVAILABLE,
          STORE_FULL,
          STORE_CORRUPT,
          STORE_DELETED,
          STORE_NEWER,
          STORE_OLDER,
          STORE_FOREIGN,
          STORE_READ_ONLY,
          STORE_DRIVER_MISSING,
          STORE_REFUSED ->
          refusing(code);
      case INTERNAL -> {
        Scene scene = new Scene(Where.RUN);
        scene.model =
            new ForwardingModel(Stage.script(finish("ok"))) {
              private boolean threw;

              @Override
              public ModelCall start(ModelRequest request, ReplySink sink) {
                if (!threw) {
                  threw = true;
                  throw new IllegalStateException("a defect of the model");
                }
                return super.start(request, sink);
              }
            };
        yield scene;
      }
      case AGENT_NAME_TAKEN ->
          throwing(
              () -> {
                try (AgentHost host = host(new InMemoryStore(), Stage.script())) {
                  host.agent("ada").start();
                  return host.agent("ada").start();
                }
              });
      case NO_SUCH_AGENT ->
          throwing(() -> SavedAgent.read(new InMemoryStore(), "nobody", Store.LATEST));
      case NO_SUCH_CYCLE ->
          throwing(
              () -> {
                try (AgentHost host = host(new InMemoryStore(), Stage.script(finish("ok")))) {
                  Agent agent = host.agent("ada").start();
                  agent.run("t");
                  agent.rewind(7);
                  return agent;
                }
              });
      case CONFIG_INVALID -> throwing(() -> new ConfigLoader().set("no.such.key=1").load());
    };
  }

  private AgentHost host(Store store, Model model) {
    Metrics metrics =
        new Metrics() {
          @Override
          public void fault(FaultCode code) {
            counted.add(code);
          }
        };
    Model watched =
        new ForwardingModel(model) {
          @Override
          public ModelCall start(ModelRequest request, ReplySink sink) {
            prompts.add(request.text(request.messageCount() - 1));
            return super.start(request, sink);
          }
        };
    return AgentHost.builder()
        .store(store)
        .model(watched)
        .clock(clock)
        .pool(Stage.POOL)
        .metrics(metrics)
        .build();
  }

  private AgentBuilder builder(AgentHost host, Scene scene) {
    AgentBuilder builder =
        host.agent("ada")
            .limits(LIMITS)
            .listener(
                event -> {
                  if (event instanceof AgentEvent.Faulted faulted) {
                    told.add(faulted.fault().code());
                  }
                });
    scene.agent.accept(builder);
    return builder;
  }

  /** Lets the fault happen under a policy, or under the one that its code has by itself. */
  private void happens(FaultCode code, @Nullable FaultPolicy set) throws Exception {
    Scene scene = scene(code);
    counted.clear();
    told.clear();
    prompts.clear();
    if (scene.where == Where.CALL) {
      assertThatThrownBy(scene.call::call)
          .isInstanceOf(FaultException.class)
          .extracting(e -> ((FaultException) e).fault().code())
          .isEqualTo(code);
      return;
    }
    FaultPolicy policy = set == null ? code.defaultPolicy() : set;
    try (AgentHost host = host(scene.store, scene.model)) {
      AgentBuilder builder = builder(host, scene);
      Agent agent = (set == null ? builder : builder.onFault(code, set)).start();
      RunResult result = scene.run.apply(agent);
      FaultCode[] expected =
          scene.before == null ? new FaultCode[] {code} : new FaultCode[] {scene.before, code};
      assertThat(counted).containsExactly(expected);
      assertThat(told).containsExactly(expected);
      assertThat(agent.status().faults()).isEqualTo(expected.length);
      if (policy == FaultPolicy.STOP) {
        ended(code, scene, agent, result);
      } else {
        assertThat(result.text()).isEqualTo("ok");
        boolean again = policy == FaultPolicy.RETRY || policy == FaultPolicy.PAGE;
        boolean seen = scene.where == Where.REPLY || !again;
        assertThat(String.join("\n", prompts).contains(scene.shown)).isEqualTo(seen);
        assertThat(agent.replay().difference()).isEmpty();
        assertThat(agent.replay().traceHash()).isEqualTo(agent.status().traceHash());
        assertThat(result.cycle())
            .isEqualTo(scene.where == Where.MODEL && again ? 1 : prompts.size() + cutOff(code));
      }
    }
  }

  /** A cycle whose reply comes from the store has no prompt that the model sees. */
  private static int cutOff(FaultCode code) {
    return code == FaultCode.OUTCOME_UNKNOWN ? 1 : 0;
  }

  private void ended(FaultCode code, Scene scene, Agent agent, RunResult result) {
    assertThat(result.status()).isEqualTo(RunResult.Status.FAILED);
    assertThat(result.fault()).isNotNull();
    assertThat(result.fault()).extracting(Fault::code).isEqualTo(code);
    assertThat(agent.status().cycle()).isEqualTo(result.cycle());
    if (scene.where != Where.RUN) {
      assertThat(agent.status().cycle() > 0).isEqualTo(scene.where == Where.REPLY);
    }
    if (scene.passes) {
      prompts.clear();
      assertThat(agent.resume().text()).isEqualTo("ok");
      boolean seen = scene.where == Where.REPLY && code.defaultPolicy() != FaultPolicy.STOP;
      if (!scene.shown.isEmpty()) {
        assertThat(prompts.get(0).contains(scene.shown)).isEqualTo(seen);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(FaultCode.class)
  void everyFaultIsCountedOnceToldOnceAndDealtWithAsItsPolicySays(FaultCode code) throws Exception {
    happens(code, null);
    assertThat(code.policies()).contains(code.defaultPolicy(), FaultPolicy.STOP);
    for (FaultPolicy policy : code.policies()) {
      happens(code, policy);
    }
  }

  @Test
  void anAnswerThatComesAfterItsTimeIsNotTakenForTheNextOne() {
    CountDownLatch release = new CountDownLatch(1);
    List<Thread> threads = new CopyOnWriteArrayList<>();
    String asking = reply("executing", act("tool", "", ""));
    List<String> outcomes = new CopyOnWriteArrayList<>();
    try (AgentHost host =
        AgentHost.builder()
            .store(new InMemoryStore())
            .model(Stage.script(asking, asking, finish("ok")))
            .pool(Stage.POOL)
            .tools(
                task -> {
                  Thread thread = new Thread(task, "late");
                  threads.add(thread);
                  thread.start();
                })
            .build()) {
      Agent agent =
          host.agent("ada")
              .limits(Limits.DEFAULT.withActionMillis(50))
              .action(
                  tool(
                      false,
                      () -> {
                        if (threads.size() == 1) {
                          release.await();
                          return "late";
                        }
                        release.countDown();
                        threads.get(0).join();
                        return "second";
                      }))
              .listener(
                  event -> {
                    if (event instanceof AgentEvent.Acted acted) {
                      outcomes.add(acted.outcome());
                    }
                  })
              .start();
      assertThat(agent.run("t").text()).isEqualTo("ok");
      assertThat(agent.status().cycle()).isEqualTo(3);
      assertThat(agent.workingMemory()).noneMatch(entry -> entry.value().contains("late"));
      assertThat(agent.replay().difference()).isEmpty();
    }
    assertThat(outcomes)
        .hasSize(3)
        .startsWith("tool: failed: no answer within 50 ms; whether it took effect is not known")
        .noneMatch(outcome -> outcome.contains("late"));
  }

  @ParameterizedTest
  @EnumSource(FaultCode.class)
  void aPolicyThatMakesNoSenseIsRefusedInCodeAndConfiguration(FaultCode code) {
    try (AgentHost host = host(new InMemoryStore(), Stage.script())) {
      for (FaultPolicy policy : FaultPolicy.values()) {
        String word = FaultPolicies.word(policy);
        AgentBuilder builder = host.agent("ada");
        ConfigLoader loader = new ConfigLoader().set("agent.faults.policy." + code + "=" + word);
        if (code.policies().contains(policy)) {
          builder.onFault(code, policy);
          assertThat(loader.load().config().agent().faults().policy())
              .containsEntry(code + "", word);
          continue;
        }
        String refused = "only, not " + word + ": " + code.meaning();
        assertThatThrownBy(() -> builder.onFault(code, policy))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith(code + " takes ")
            .hasMessageContaining(refused);
        assertThatThrownBy(loader::load)
            .isInstanceOf(FaultException.class)
            .hasMessageContaining("--set agent.faults.policy." + code)
            .hasMessageContaining(refused);
      }
    }
  }
}
