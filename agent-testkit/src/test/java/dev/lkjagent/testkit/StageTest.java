package dev.lkjagent.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.action.Param;
import dev.lkjagent.runtime.action.Tool;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.runtime.state.AgentState;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.testkit.model.PromptRules;
import dev.lkjagent.testkit.model.Scripted;
import dev.lkjagent.testkit.server.FakeAnswer;
import dev.lkjagent.testkit.server.FakeOpenAiServer;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@LkjAgentTest
final class StageTest {
  private Stage inBeforeEach;

  /** A tool for the agents of these tests. */
  public static final class Weather {
    private final SettableClock clock;

    Weather(SettableClock clock) {
      this.clock = clock;
    }

    @Tool(value = "Tells the weather of a city.", effect = Effect.PURE)
    public String weather(@Param("the city") String city) {
      return city + " at " + clock.instant() + ": rain";
    }
  }

  @BeforeEach
  void take(Stage stage) {
    inBeforeEach = stage;
  }

  @AfterEach
  void isTheSame(Stage stage) {
    assertThat(stage).isSameAs(inBeforeEach);
  }

  private static Model packing() {
    return Scripted.replies()
        .think("Where to?")
        .action("working_memory_add", "city, Trip", "Bergen")
        .action("weather", "{\"city\":\"Bergen\"}")
        .next("evaluating")
        .evaluate("It rains.")
        .action("storage_save", "trip,city", "")
        .action("reply", "a moment")
        .next("thinking")
        .finish("Take an umbrella.")
        .model();
  }

  private static Agent scout(Stage stage) {
    return stage.agent("scout", packing()).tools(new Weather(stage.clock())).start();
  }

  private static void fails(ThrowingCallable assertion, String... says) {
    assertThatThrownBy(assertion)
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll(says)
        .hasMessageContaining("agent \"scout\"");
  }

  @Test
  void assertionsThatHoldCanBeChained(Stage stage) {
    Agent scout = scout(stage);
    scout.run("Do I need an umbrella?");
    stage
        .assertThat(scout)
        .finished("Take an umbrella.")
        .finishedContaining("umbrella")
        .isInState("finished")
        .wentThrough("thinking", "evaluating", "thinking", "finished")
        .visited("thinking", "finished")
        .neverVisited("paging")
        .remembers("trip,city")
        .remembers("city,trip", "Bergen")
        .forgot("city")
        .stored("city, trip", "Bergen")
        .stored(Space.of("scout"), "city,trip", "Bergen")
        .neverStored("trip")
        .did("weather")
        .didInOrder("working_memory_add", "weather", "finish")
        .did("working_memory_add", "city,trip", "Bergen")
        .neverDid("storage_load")
        .outcomeOf("weather", "2030-01-01T12:00:00Z: rain")
        .said("moment")
        .hadNoFault()
        .hadFaults()
        .wasShown(2, "execution_log", "Bergen at")
        .wasShown(-1, "evaluation_log", "It rains.")
        .prompt(1, first -> assertThat(first.inbox()).hasSize(1))
        .prompt(-1, last -> assertThat(last.value("trip,city")).isEqualTo("Bergen"))
        .tookAtMostCycles(3)
        .tookAtMostTokens(5000)
        .promptsHadAtMostTokens(1500)
        .takesAtMostSlotBytes(100_000)
        .replaysTheSame();
  }

  @Test
  void assertionsThatDoNotHoldSayWhatThereIsInstead(Stage stage) {
    Agent scout = scout(stage);
    AgentAssert asserts = stage.assertThat(scout);
    fails(asserts::finished, "was not run");
    scout.run("Do I need an umbrella?");
    fails(() -> asserts.finished("no"), "expected: no", "but was: Take an umbrella.", "cycle 3");
    fails(() -> asserts.finishedContaining("sun"), "Take an umbrella.");
    fails(() -> asserts.rested(RunResult.Status.WAITING), "rests FINISHED");
    fails(() -> asserts.failed(FaultCode.LIMIT_TIME), "rests FINISHED");
    fails(() -> asserts.isInState("thinking"), "but was: finished");
    fails(() -> asserts.wentThrough("thinking", "finished"), "thinking -> evaluating -> thinking");
    fails(() -> asserts.visited("finished", "thinking"), "\"thinking\" is missing");
    fails(() -> asserts.neverVisited("evaluating"), "went through");
    fails(() -> asserts.remembers("city"), "[city]", "working memory has: [city,trip, task]");
    fails(() -> asserts.remembers("city,trip", "Oslo"), "expected: Oslo", "but was: Bergen");
    fails(() -> asserts.forgot("city,trip"), "\"Bergen\"");
    fails(() -> asserts.stored("city"), "storage has: [city,trip]");
    fails(() -> asserts.stored("city,trip", "Oslo"), "but was: Bergen");
    fails(() -> asserts.neverStored("trip,city"), "\"Bergen\"");
    fails(() -> asserts.pagedOut("city,trip"), "paged out: []");
    fails(() -> asserts.didInOrder("finish", "weather"), "\"weather\" is missing");
    fails(() -> asserts.did("working_memory_add", "city", "Bergen"), "[city, Trip] \"Bergen\"");
    fails(() -> asserts.did("working_memory_add", "city,trip", "Oslo"), "[city, Trip] \"Bergen\"");
    fails(() -> asserts.did("memory_add", "city,trip", "Bergen"), "[city, Trip] \"Bergen\"");
    fails(() -> asserts.neverDid("weather"), "rain");
    fails(() -> asserts.outcomeOf("weather", "snow"), "rain");
    fails(() -> asserts.outcomeOf("reply", "rain"), "rain");
    fails(() -> asserts.said("never"), "a moment");
    fails(() -> asserts.hadFault(FaultCode.NOTHING_THERE), "it had: []");
    fails(() -> asserts.hadFaults(FaultCode.NOTHING_THERE), "it had: []");
    fails(() -> asserts.wasShown(1, "evaluation_log", "rain"), "prompt 1");
    fails(() -> asserts.wasShown(9, "x"), "was shown 3");
    fails(() -> asserts.wasShown(-4, "x"), "was shown 3");
    fails(() -> asserts.tookAtMostCycles(2), "took 3");
    fails(() -> asserts.tookAtMostTokens(2), "at most 2 tokens");
    fails(() -> asserts.promptsHadAtMostTokens(2), "tokens in a prompt");
    fails(() -> asserts.takesAtMostSlotBytes(2), "bytes of slots");
  }

  @Test
  void whatAnAgentSpentIsCountedToTheLastToken(Stage stage) {
    Agent scout =
        stage
            .agent(
                "scout",
                Scripted.replies()
                    .action("memory_add", "a", "1")
                    .next("thinking")
                    .usage(900, 40)
                    .finish("ok")
                    .usage(700, 7)
                    .model())
            .start();
    scout.run("t");
    AgentAssert asserts = stage.assertThat(scout);
    asserts.tookAtMostTokens(1647).promptsHadAtMostTokens(900);
    fails(() -> asserts.tookAtMostTokens(1646), "took 1647");
    fails(() -> asserts.promptsHadAtMostTokens(899), "took 900");
  }

  @Test
  void theLastRunIsTheOneThatIsAskedAbout(Stage stage) {
    Agent scout =
        stage.agent("scout", Scripted.replies().finish("one").finish("two").model()).start();
    scout.run("first");
    scout.run("second");
    stage.assertThat(scout).finished("two");
  }

  @Test
  void whatWasPagedOutIsTold(Stage stage) {
    Model model =
        PromptRules.of("noting")
            .when(prompt -> prompt.cycle() > 6, AgentReply.empty().finish("ok"))
            .otherwise(
                prompt ->
                    AgentReply.to("thinking")
                        .action("memory_add", "note " + prompt.cycle(), "word ".repeat(300)))
            .model();
    Agent scout = stage.agent("scout", model).memory(MemoryLimits.of(1400, 8192)).start();
    scout.run("t");
    stage.assertThat(scout).pagedOut("note 1").stored("note 1").finished("ok");
    fails(() -> stage.assertThat(scout).pagedOut("note 9"), "paged out: [");
  }

  @Test
  void aReplayThatGoesAnotherWayIsShownWithItsDifference(Stage stage) {
    AtomicInteger left = new AtomicInteger();
    AgentState moody =
        new AgentState() {
          @Override
          public String name() {
            return "thinking";
          }

          @Override
          public String description() {
            return "to think";
          }

          @Override
          public String prompt() {
            return "Think.";
          }

          @Override
          public String next(String proposed, long cycle) {
            return left.incrementAndGet() == 1 ? "executing" : "evaluating";
          }
        };
    Agent scout =
        stage
            .agent("scout", Scripted.replies().next("executing").finish("ok").model())
            .state(moody)
            .start();
    scout.run("t");
    fails(
        () -> stage.assertThat(scout).replaysTheSame(),
        "should replay the same; ",
        "executing",
        "evaluating");
  }

  @Test
  void hadNoFaultFailsOnAFaultAndNamesIt(Stage stage) {
    Agent scout =
        stage
            .agent("scout", Scripted.replies().action("storage_load", "nowhere", "").model())
            .limits(Limits.DEFAULT.withCycles(1))
            .start();
    scout.run("t");
    AgentAssert asserts = stage.assertThat(scout);
    fails(asserts::hadNoFault, "NOTHING_THERE", "LIMIT_CYCLES");
    fails(() -> asserts.hadFaults(FaultCode.NOTHING_THERE), "it had: ", "LIMIT_CYCLES");
    fails(() -> asserts.failed(FaultCode.LIMIT_TIME), "but was by LIMIT_CYCLES");
    asserts.hadFaults(FaultCode.NOTHING_THERE, FaultCode.LIMIT_CYCLES);
    asserts.failed(FaultCode.LIMIT_CYCLES);
    fails(() -> asserts.did("storage_load", "nowhere", ""), "should have done storage_load");
  }

  @Test
  void anExhaustedScriptShowsWhatWasAsked(Stage stage) {
    Agent scout =
        stage
            .agent(
                "scout", Scripted.replies("short").action("working_memory_add", "a", "1").model())
            .start();
    scout.run("Do I need an umbrella?");
    stage.assertThat(scout).failed(FaultCode.SCRIPT_EXHAUSTED).remembers("a", "1");
    assertThat(stage.trace(scout).faults().get(0).message())
        .contains("script short has no reply left after 1 calls")
        .contains("<state name=");
    assertThat(stage.trace(scout).cycles().get(1).to()).isEmpty();
  }

  @Test
  @LkjAgentTest(store = StoreKind.SQLITE)
  void anAgentGoesOnAfterARestart(Stage stage) {
    Agent scout = scout(stage);
    scout.send("task", "Do I need an umbrella?");
    scout.step();
    stage.restart();
    Agent again =
        stage
            .agent(
                "scout",
                Scripted.replies().finish("sure").when("<entry tags=\"city,trip\">").model())
            .tools(new Weather(stage.clock()))
            .start();
    again.resume();
    stage.assertThat(again).finished("sure").tookAtMostCycles(2).remembers("city,trip", "Bergen");
  }

  @Test
  void timeStandsStillUntilItIsMoved(Stage stage, SettableClock clock) {
    Agent scout = scout(stage);
    clock.advance(Duration.ofHours(5));
    scout.run("Do I need an umbrella?");
    stage.assertThat(scout).outcomeOf("weather", "T17:00:00Z");
    clock.advance(Duration.ofHours(1));
    assertThat(clock.instant()).isEqualTo(SettableClock.START.plus(Duration.ofHours(6)));
    Clock inOslo = clock.withZone(ZoneId.of("Europe/Oslo"));
    assertThat(inOslo.instant()).isEqualTo(clock.instant());
    clock.set(SettableClock.START);
    assertThat(inOslo.millis()).isEqualTo(SettableClock.START.toEpochMilli());
  }

  @Test
  void theFakeServerIsAnEndpointLikeAnyOther(Stage stage, FakeOpenAiServer server) {
    server.answer(
        FakeAnswer.text("<agent><action><type>finish</type><value>hi</value></action></agent>"));
    Agent scout = stage.agent("scout", stage.serverModel()).start();
    scout.run("Say hello.");
    stage.assertThat(scout).finished("hi");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void partsOfTheStageCanBeTakenAlone(Stage stage, Store store, AgentHost host) {
    assertThat(store).isSameAs(stage.store());
    assertThat(host).isSameAs(stage.host());
  }

  @Test
  void agentsOfOtherHostsCanBeWatched(Stage stage) {
    AgentHost other = stage.hostBuilder().model(packing()).build();
    Agent scout = other.agent("scout").tools(new Weather(stage.clock())).start();
    scout.run("Do I need an umbrella?");
    stage.assertThat(scout).finished("Take an umbrella.");
    stage.closed(other);
  }

  @Test
  void anAgentThatIsNotWatchedIsRefusedWithTheWayOut(Stage stage) {
    try (AgentHost other =
            AgentHost.builder().store(stage.store()).model(packing()).pool(Stage.POOL).build();
        Agent stranger = other.agent("stranger").start()) {
      assertThatThrownBy(() -> stage.assertThat(stranger)).hasMessageContaining("stage.watch");
    }
  }

  @Test
  void theTraceIsWhatStandsInTheGoldenFile(Stage stage) {
    Agent scout = scout(stage);
    scout.run("Do I need an umbrella?");
    stage.assertThat(scout).matchesGolden();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bergen", "Tromsø"})
  void everyInvocationHasAStageOfItsOwn(String city, Stage stage) {
    Agent agent =
        stage
            .agent("noter", Scripted.replies().action("memory_add", "c", city).finish("ok").model())
            .start();
    agent.run("t");
    stage.assertThat(agent).remembers("c", city).tookAtMostCycles(1).matchesGolden();
  }

  @Nested
  class Inside {
    @Test
    void nestedClassesAreGivenAStageToo(Stage stage) {
      assertThat(stage).isSameAs(inBeforeEach);
      Agent scout = scout(stage);
      List<String> tasks = new ArrayList<>(List.of("one"));
      tasks.forEach(scout::run);
      stage.assertThat(scout).finished();
    }
  }
}
