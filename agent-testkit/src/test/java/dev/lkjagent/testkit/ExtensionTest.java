package dev.lkjagent.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.memory.CostOfAbsence;
import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.runtime.state.AgentState;
import dev.lkjagent.testkit.model.Chaos;
import dev.lkjagent.testkit.model.ChaoticModel;
import dev.lkjagent.testkit.model.PromptRules;
import dev.lkjagent.testkit.model.Scripted;
import dev.lkjagent.testkit.server.FakeOpenAiServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs test classes that are wrong, and looks at how they fail. */
final class ExtensionTest {
  private static EngineExecutionResults run(Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter").selectors(selectClass(tests)).execute();
  }

  /** The message with which the only test of a class failed, the suppressed ones included. */
  private static String failure(Class<?> tests) {
    List<Event> failed = run(tests).testEvents().failed().list();
    assertThat(failed).hasSize(1);
    Throwable thrown =
        failed
            .get(0)
            .getPayload(org.junit.platform.engine.TestExecutionResult.class)
            .orElseThrow()
            .getThrowable()
            .orElseThrow();
    List<String> messages = new ArrayList<>(List.of(thrown.toString()));
    Arrays.stream(thrown.getSuppressed()).map(Throwable::toString).forEach(messages::add);
    return String.join("\n", messages);
  }

  private static void passes(Class<?> tests) {
    EngineExecutionResults results = run(tests);
    assertThat(results.allEvents().failed().list()).isEmpty();
    assertThat(results.testEvents().succeeded().count()).isPositive();
  }

  @LkjAgentTest
  static final class Leaking {
    @Test
    void forgetsASlot(MemoryPool pool) {
      var unused = pool.root().open("cache", dev.lkjagent.memory.Budget.UNLIMITED).allocate(100);
    }
  }

  @Test
  void aSlotThatIsNotReturnedFailsTheTestAndIsNamed() {
    assertThat(failure(Leaking.class))
        .contains("Leaking.forgetsASlot left behind")
        .contains("cache")
        .contains("1 slot of 256 B")
        .contains("sampled at")
        .contains("Leaking.forgetsASlot");
  }

  @LkjAgentTest
  static final class Careless {
    @Test
    void looksAway(Stage stage) {
      Agent agent =
          stage
              .agent(
                  "ada",
                  Scripted.replies()
                      .action("storage_load", "x", "")
                      .next("thinking")
                      .finish("ok")
                      .model())
              .start();
      agent.run("t");
      stage.assertThat(agent).finished("ok");
    }
  }

  @Test
  void aFaultThatNobodyAssertsOrExpectsFailsTheTestAndShowsTheCycle() {
    assertThat(failure(Careless.class))
        .contains("faults of agent \"ada\" that the test neither asserts nor expects")
        .contains("NOTHING_THERE: ")
        .contains("stage.assertThat(agent).hadFault(NOTHING_THERE)")
        .contains("did storage_load [x]");
  }

  @LkjAgentTest(faults = FaultCode.NOTHING_THERE)
  static final class Careful {
    private static Agent agent(Stage stage) {
      Agent agent =
          stage
              .agent(
                  "ada",
                  Scripted.replies()
                      .action("storage_load", "x", "")
                      .next("thinking")
                      .finish("ok")
                      .model())
              .start();
      agent.run("t");
      return agent;
    }

    @Test
    void expectsItInTheAnnotation(Stage stage) {
      stage.assertThat(agent(stage)).finished("ok");
    }

    @Test
    @LkjAgentTest
    void assertsIt(Stage stage) {
      stage.assertThat(agent(stage)).hadFault(FaultCode.NOTHING_THERE);
    }

    @Test
    @LkjAgentTest
    void expectsIt(Stage stage) {
      agent(stage);
      stage.expectFaults(FaultCode.NOTHING_THERE);
    }
  }

  @Test
  void aFaultThatIsAssertedOrExpectedDoesNotFailTheTest() {
    passes(Careful.class);
  }

  private static volatile byte[] kept = new byte[0];

  /** A state that allocates 64 bytes and an array's header whenever it is left. */
  private static AgentState wasteful() {
    AgentState thinking = AgentState.of("thinking", "to think", "Think.");
    return new AgentState() {
      @Override
      public String name() {
        return thinking.name();
      }

      @Override
      public String description() {
        return thinking.description();
      }

      @Override
      public String prompt() {
        return thinking.prompt();
      }

      @Override
      public String next(String proposed, long cycle) {
        kept = new byte[64];
        return proposed;
      }
    };
  }

  @LkjAgentTest
  static final class Wasteful {
    @Test
    void hasAStateThatAllocates(Stage stage) {
      Agent agent =
          stage.agent("ada", Scripted.replies().finish("ok").model()).state(wasteful()).start();
      agent.run("t");
    }
  }

  @Test
  void anOwnStateThatAllocatesFailsTheTest() {
    assertThat(failure(Wasteful.class))
        .contains("the memory path of agent \"ada\" allocates ")
        .contains("of 0 allowed: 0 from the store's answer to the prompt");
    assertThat(kept).hasSizeGreaterThanOrEqualTo(64);
  }

  @LkjAgentTest
  static final class WastefulPaging {
    @Test
    void hasAPolicyThatAllocates(Stage stage) {
      CostOfAbsence policy = new CostOfAbsence();
      Agent agent =
          stage
              .agent("ada", Scripted.replies().finish("ok").model())
              .paging(
                  (memory, cycle) -> {
                    kept = new byte[2000];
                    return policy.choose(memory, cycle);
                  })
              .start();
      agent.run("t");
    }
  }

  @Test
  void anOwnPagingPolicyThatAllocatesFailsTheTest() {
    assertThat(failure(WastefulPaging.class))
        .contains("the memory path of agent \"ada\" allocates");
  }

  @LkjAgentTest(allocatedBytes = 200)
  static final class Allowed {
    @Test
    void mayAllocateThatMuch(Stage stage) {
      new Wasteful().hasAStateThatAllocates(stage);
    }

    @Test
    @LkjAgentTest(allocatedBytes = LkjAgentTest.NOT_COUNTED)
    void isNotCounted(Stage stage) {
      new WastefulPaging().hasAPolicyThatAllocates(stage);
    }
  }

  @Test
  void whatIsAllowedOrNotCountedDoesNotFailTheTest() {
    passes(Allowed.class);
  }

  @LkjAgentTest
  static final class Pages {
    @Test
    void keepsLittleInMind(Stage stage) {
      Agent agent =
          stage
              .agent("ada", Scripted.replies().finish("ok").model())
              .memory(MemoryLimits.of(1400, 8192))
              .start();
      agent.run("t");
    }
  }

  @Test
  void theRuntimesOwnPagingPassesTheCount() {
    passes(Pages.class);
  }

  @LkjAgentTest
  static final class Rude {
    @Test
    void asksTheServerWrongly(FakeOpenAiServer server) throws Exception {
      HttpRequest wrong =
          HttpRequest.newBuilder(URI.create(server.url()))
              .POST(HttpRequest.BodyPublishers.ofString("{\"modle\":1}"))
              .build();
      assertThat(
              HttpClient.newHttpClient()
                  .send(wrong, HttpResponse.BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(500);
    }
  }

  @Test
  void aRequestThatTheProtocolDoesNotKnowFailsTheTest() {
    assertThat(failure(Rude.class)).contains("request 1 to the fake server", "modle");
  }

  @LkjAgentTest
  static final class Unlucky {
    @Test
    void failsUnderChaos(Stage stage) {
      ChaoticModel.Builder chaos =
          ChaoticModel.around(Scripted.replies().finish("ok").times(99).model())
              .seed(4711)
              .rate(Chaos.EMPTY, 1);
      Agent agent = stage.agent("ada", stage.chaotic(chaos)).start();
      agent.run("t");
      stage.assertThat(agent).finished();
    }
  }

  @Test
  void theSeedOfAChaoticModelIsPrintedWhenATestFails() {
    assertThat(failure(Unlucky.class))
        .contains("should rest FINISHED, but rests FAILED: REPEATED_ACTION")
        .contains("-Dlkjagent.seed=4711")
        .contains("REPLY_WITHOUT_BLOCK");
  }

  @LkjAgentTest
  static final class TooEarly {
    @BeforeAll
    static void wantsAStage(Stage stage) {
      assertThat(stage).isNull();
    }

    @Test
    void never() {}
  }

  @Test
  void aStageForAllTestsOfAClassIsRefusedWithTheWayOut() {
    Throwable thrown =
        run(TooEarly.class)
            .containerEvents()
            .failed()
            .list()
            .get(0)
            .getPayload(org.junit.platform.engine.TestExecutionResult.class)
            .orElseThrow()
            .getThrowable()
            .orElseThrow();
    assertThat(thrown).hasMessageContaining("take it in @BeforeEach or in the test");
  }

  @LkjAgentTest
  static final class Crowd {
    @RepeatedTest(20)
    void hasAStageOfItsOwn(Stage stage) {
      check(stage);
    }

    @Nested
    class Inner {
      @RepeatedTest(20)
      void hasAStageOfItsOwn(Stage stage) {
        check(stage);
      }
    }

    private static void check(Stage stage) {
      Agent agent =
          stage
              .agent(
                  "ada",
                  PromptRules.of("one")
                      .otherwise(prompt -> AgentReply.empty().finish(prompt.inbox().get(0).text()))
                      .model())
              .start();
      String task = "task of " + System.identityHashCode(stage);
      agent.run(task);
      stage.assertThat(agent).finished(task).tookAtMostCycles(1);
    }
  }

  @Test
  void testsMayRunInParallel() {
    EngineExecutionResults results =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(Crowd.class))
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
            .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
            .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
            .configurationParameter(
                "junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
            .execute();
    assertThat(results.testEvents().failed().list()).isEmpty();
    assertThat(results.testEvents().succeeded().count()).isEqualTo(40);
  }

  @LkjAgentTest
  static final class Golden {
    static String answer = "";

    @Test
    void answers(Stage stage) {
      Agent agent = stage.agent("ada", Scripted.replies().finish(answer).model()).start();
      agent.run("t");
      stage.assertThat(agent).matchesGolden();
    }
  }

  @Test
  @ResourceLock(Resources.SYSTEM_PROPERTIES)
  void aGoldenTraceIsWrittenOnRequestAndADifferenceShownLineByLine(@TempDir Path folder)
      throws IOException {
    System.setProperty("lkjagent.golden.dir", folder.toString());
    try {
      Golden.answer = "first";
      assertThat(failure(Golden.class))
          .contains("there is no golden file", "-Dlkjagent.golden=update");
      System.setProperty("lkjagent.golden", "update");
      passes(Golden.class);
      System.clearProperty("lkjagent.golden");
      try (Stream<Path> files = Files.walk(folder)) {
        assertThat(files.filter(Files::isRegularFile).map(f -> folder.relativize(f).toString()))
            .containsExactly("ExtensionTest.Golden/answers-ada.txt");
      }
      passes(Golden.class);
      Golden.answer = "second";
      assertThat(failure(Golden.class))
          .contains("-   did finish \"first\"")
          .contains("+   did finish \"second\"");
      System.setProperty("lkjagent.golden", "update");
      passes(Golden.class);
      System.clearProperty("lkjagent.golden");
      passes(Golden.class);
    } finally {
      System.clearProperty("lkjagent.golden");
      System.clearProperty("lkjagent.golden.dir");
    }
  }
}
