package dev.lkjagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.lkjagent.memory.Budget;
import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.action.ActionCall;
import dev.lkjagent.runtime.action.ActionResult;
import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.model.Script;
import dev.lkjagent.runtime.model.ScriptModel;
import dev.lkjagent.runtime.store.InMemoryStore;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is logged while an agent runs carries its name and cycle, through SLF4J to Logback. */
final class LoggingTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.lkjagent");
  private final ListAppender<ILoggingEvent> lines =
      new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent line) {
          line.prepareForDeferredProcessing(); // or the map of the thread that asks would be told
          super.append(line);
        }
      };
  private Level before;
  private boolean additive;

  @BeforeEach
  void listen() {
    before = logger.getLevel();
    additive = logger.isAdditive();
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void restore() {
    logger.detachAppender(lines);
    logger.setLevel(before);
    logger.setAdditive(additive);
  }

  /** An action that logs on the tools' thread. */
  private static final class Talker implements Action {
    @Override
    public String name() {
      return "talk";
    }

    @Override
    public String description() {
      return "talks";
    }

    @Override
    public Effect effect() {
      return Effect.PURE;
    }

    @Override
    public ActionResult run(ActionCall call) {
      LoggerFactory.getLogger("dev.lkjagent.test").info("in a tool");
      return ActionResult.done("talked");
    }
  }

  private static String add(String tags, int length) {
    return "<agent><action><type>memory_add</type><tags>"
        + tags
        + "</tags><value>"
        + "x".repeat(length)
        + "</value></action></agent>";
  }

  private List<ILoggingEvent> with(String text) {
    return List.copyOf(lines.list).stream()
        .filter(line -> line.getFormattedMessage().contains(text))
        .toList();
  }

  @Test
  void toolsListenersAndThePoolLogUnderTheirAgentAndCycle() {
    Script script =
        Script.builder("logs")
            .reply("<agent><action><type>talk</type></action></agent>")
            .reply(add("one", 3000))
            .reply(add("two", 3000))
            .reply(add("three", 3000))
            .reply("<agent><action><type>finish</type><value>ok</value></action></agent>")
            .build();
    try (InMemoryStore store = new InMemoryStore();
        AgentHost host = AgentHost.builder().store(store).model(new ScriptModel(script)).build()) {
      host.agent("ada")
          .action(new Talker())
          .budget(Budget.builder().bytes(8192).build())
          .pressureMark(0)
          .memory(MemoryLimits.of(0, 1 << 20))
          .listener(
              event -> {
                if (event instanceof AgentEvent.Committed) {
                  LoggerFactory.getLogger("dev.lkjagent.test").info("in a listener");
                }
              })
          .start()
          .run("t");
    }
    assertThat(with("in a tool"))
        .extracting(ILoggingEvent::getMDCPropertyMap)
        .containsExactly(Map.of("agent", "ada", "cycle", "1"));
    assertThat(with("in a listener"))
        .extracting(line -> line.getMDCPropertyMap().get("cycle"))
        .startsWith("1", "2", "3");
    List<ILoggingEvent> shortages =
        with("worker ").stream().filter(line -> line.getLevel() == Level.WARN).toList();
    assertThat(shortages).as("%s", lines.list).hasSize(1);
    assertThat(shortages.get(0).getMDCPropertyMap()).containsEntry("agent", "ada");
    assertThat(shortages.get(0).getFormattedMessage()).contains("ada");
    assertThat(Map.copyOf(shortages.get(0).getMDCPropertyMap())).containsKey("cycle");
  }
}
