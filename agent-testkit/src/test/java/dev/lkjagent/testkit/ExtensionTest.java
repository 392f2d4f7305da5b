package dev.lkjagent.testkit;

import static dev.lkjagent.testkit.TestRun.failure;
import static dev.lkjagent.testkit.TestRun.passes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Leak;
import dev.lkjagent.runtime.model.ForwardingModel;
import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.runtime.store.Store;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs test classes that are wrong, and looks at how they fail. */
final class ExtensionTest {
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
  static final class LeakingHost {
    @Test
    void isHandedToTheStage(Stage stage) throws ReflectiveOperationException {
      AgentHost host = stage.hostBuilder().build();
      Leak.ofASlotIn(host);
      stage.closed(host);
    }
  }

  @LkjAgentTest
  static final class LeakingStage {
    @Test
    void closesItsHostByItself(Stage stage) throws ReflectiveOperationException {
      Leak.ofASlotIn(stage.host());
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {LeakingHost.class, LeakingStage.class})
  void aSlotThatAHostDoesNotReturnFailsTheTest(Class<?> leaking) {
    assertThat(failure(leaking))
        .contains("the pool of a worker leaks")
        .containsPattern("256 B +511 +1 ");
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
        .contains("faults of agent \"ada\" that the test neither asserts nor expects")
        .contains("REPLY_WITHOUT_BLOCK");
  }

  @LkjAgentTest
  static final class Wrong {
    @Test
    void expectsAnotherAnswer(Stage stage) {
      Agent agent = stage.agent("ada", Scripted.replies().finish("ok").model()).start();
      agent.run("t");
      assertThat(agent.status().state()).isEqualTo("thinking");
    }
  }

  @Test
  void aTestThatFailsByItselfShowsTheLastCycles() {
    assertThat(failure(Wrong.class))
        .contains("The last cycles of agent \"ada\":")
        .contains("did finish \"ok\"")
        .doesNotContain("left behind");
  }

  @LkjAgentTest(pool = "256x8, 4Kx4", faults = FaultCode.NOTHING_THERE)
  static final class WithOptions {
    @Nested
    class Inner {
      @Test
      void hasThoseOfTheClassAround(Stage stage) {
        assertThat(stage.pool().spec()).isEqualTo(PoolSpec.parse("256x8, 4Kx4"));
      }
    }
  }

  @Test
  void aNestedClassInheritsTheOptions() {
    passes(WithOptions.class);
  }

  @LkjAgentTest(store = StoreKind.SQLITE)
  static final class Tidy {
    static Path folder = Path.of("");
    static final AtomicInteger CLOSED = new AtomicInteger();

    @Test
    void usesAFolderAndAModel(Stage stage) throws IOException {
      folder = stage.directory();
      Files.writeString(Files.createDirectory(folder.resolve("inside")).resolve("file"), "x");
      stage.chaotic(
          ChaoticModel.around(
              new ForwardingModel(Scripted.replies().model()) {
                @Override
                public void close() {
                  CLOSED.incrementAndGet();
                }
              }));
      Store store = stage.store();
      assertThat(stage.restart().store()).isNotSameAs(store);
    }
  }

  @Test
  void nothingIsLeftOfAStage() {
    Tidy.CLOSED.set(0);
    passes(Tidy.class);
    assertThat(Tidy.folder).isAbsolute().doesNotExist();
    assertThat(Tidy.CLOSED).hasValue(1);
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
    assertThat(TestRun.thrown(TestRun.of(TooEarly.class).containerEvents()))
        .hasMessageContaining("take it in @BeforeEach or in the test");
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
}
