package dev.lkjagent.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Runs a test class that may be wrong, and tells how it ended. */
final class TestRun {
  private TestRun() {}

  static EngineExecutionResults of(Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter").selectors(selectClass(tests)).execute();
  }

  /** The message with which the only test of a class failed, the suppressed ones included. */
  static String failure(Class<?> tests) {
    Throwable thrown = thrown(of(tests).testEvents());
    List<String> messages = new ArrayList<>(List.of(thrown.toString()));
    Arrays.stream(thrown.getSuppressed()).map(Throwable::toString).forEach(messages::add);
    return String.join("\n", messages);
  }

  /** What the only failure among some events was. */
  static Throwable thrown(Events events) {
    List<Event> failed = events.failed().list();
    assertThat(failed).hasSize(1);
    return failed
        .get(0)
        .getPayload(TestExecutionResult.class)
        .orElseThrow()
        .getThrowable()
        .orElseThrow();
  }

  static void passes(Class<?> tests) {
    EngineExecutionResults results = of(tests);
    assertThat(results.allEvents().failed().list()).isEmpty();
    assertThat(results.testEvents().succeeded().count()).isPositive();
  }
}
