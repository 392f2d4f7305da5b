package dev.lkjagent.testkit;

import static dev.lkjagent.testkit.TestRun.failure;
import static dev.lkjagent.testkit.TestRun.passes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.memory.CostOfAbsence;
import dev.lkjagent.runtime.state.AgentState;
import dev.lkjagent.testkit.model.Scripted;
import org.junit.jupiter.api.Test;

/** Runs test classes whose agents allocate, and looks at how they fail. */
final class AllocationTest {
  private static volatile byte[] kept = new byte[0];

  /** A state that does something whenever it is left. */
  private record Left(String name, Runnable then) implements AgentState {
    @Override
    public String description() {
      return "to be left";
    }

    @Override
    public String prompt() {
      return "Go on.";
    }

    @Override
    public String next(String proposed, long cycle) {
      then.run();
      return proposed;
    }
  }

  /** Allocates 64 bytes and an array's header whenever it is left. */
  private static AgentState wasteful(String name) {
    return new Left(name, () -> kept = new byte[64]);
  }

  @LkjAgentTest
  static final class Wasteful {
    @Test
    void hasAStateThatAllocates(Stage stage) {
      Agent agent =
          stage
              .agent("ada", Scripted.replies().finish("ok").model())
              .state(wasteful("thinking"))
              .start();
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
  static final class WastefulWhereOnlyItsOwnReplyLeads {
    @Test
    void hasAStateThatAllocates(Stage stage) {
      Agent agent =
          stage
              .agent("ada", Scripted.replies().next("counting").finish("ok").model())
              .state(wasteful("counting"))
              .start();
      agent.run("t");
    }
  }

  @Test
  void theRepliesOfTheTestAreRehearsed() {
    assertThat(failure(WastefulWhereOnlyItsOwnReplyLeads.class))
        .contains("the memory path of agent \"ada\" allocates ");
  }

  /** Leads elsewhere than the reply says. */
  private record Elsewhere(String name) implements AgentState {
    @Override
    public String description() {
      return "to go on to executing";
    }

    @Override
    public String prompt() {
      return "Go on.";
    }

    @Override
    public String next(String proposed, long cycle) {
      return "executing";
    }
  }

  @LkjAgentTest
  static final class Redirected {
    @Test
    void hasAStateThatLeadsElsewhere(Stage stage) {
      Agent agent =
          stage
              .agent("ada", Scripted.replies().next("evaluating").finish("ok").model())
              .state(new Elsewhere("thinking"))
              .start();
      agent.run("t");
      stage.assertThat(agent).wentThrough("thinking", "executing", "finished");
    }
  }

  @Test
  void aStateThatLeadsElsewhereThanTheReplySaysPassesTheCount() {
    passes(Redirected.class);
  }

  @LkjAgentTest
  static final class WithoutRoom {
    @Test
    void hasLessMemoryThanARehearsalNeeds(Stage stage) {
      Agent agent =
          stage
              .agent("ada", Scripted.replies().finish("ok").model())
              .budget(Budget.builder().bytes(900).build())
              .start();
      agent.run("t");
    }
  }

  @Test
  void anAgentThatCannotBeCountedFailsTheTestWithTheWayOut() {
    assertThat(failure(WithoutRoom.class))
        .contains("could not be counted")
        .contains("@LkjAgentTest(allocatedBytes = LkjAgentTest.NOT_COUNTED)");
  }

  @LkjAgentTest
  static final class WastefulAndWrong {
    @Test
    void failsByItself(Stage stage) {
      new Wasteful().hasAStateThatAllocates(stage);
      throw new AssertionError("wrong by itself");
    }
  }

  @Test
  void aTestThatFailedIsNotCountedToo() {
    assertThat(failure(WastefulAndWrong.class))
        .contains("wrong by itself")
        .doesNotContain("allocates ");
  }
}
