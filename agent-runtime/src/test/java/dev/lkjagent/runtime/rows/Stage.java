package dev.lkjagent.runtime.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.model.ForwardingModel;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import dev.lkjagent.runtime.model.Script;
import dev.lkjagent.runtime.model.ScriptModel;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A host over a real store with a scripted model that remembers what it was shown. */
final class Stage implements AutoCloseable {
  static final PoolSpec POOL = PoolSpec.SMALL.toBuilder().tier(256, 512).tier(4096, 128).build();

  final Store store;
  final AgentHost host;
  final List<String> prompts = new CopyOnWriteArrayList<>();
  final List<AgentEvent> events = new CopyOnWriteArrayList<>();

  Stage(Path dir, String... replies) {
    this(dir, script(replies));
  }

  Stage(Path dir, Model model) {
    store = SqliteStore.open(dir.resolve("agents.db"));
    host = AgentHost.builder().store(store).model(watched(model)).pool(POOL).build();
  }

  static Model script(String... replies) {
    Script.Builder script = Script.builder("stage");
    for (String reply : replies) {
      script.reply(reply);
    }
    return new ScriptModel(script.build());
  }

  Agent agent(Consumer<AgentBuilder> more) {
    AgentBuilder builder = host.agent("ada").listener(events::add);
    more.accept(builder);
    return builder.start();
  }

  Agent agent() {
    return agent(builder -> {});
  }

  /** A pool with a scope for one agent at a time. */
  static PoolSpec poolForOneAgent() {
    try (AgentHost empty =
        AgentHost.builder().store(new InMemoryStore()).model(script()).pool(POOL).build()) {
      int scopes = empty.poolReports().get(0).scopesOpen();
      return POOL.toBuilder().scopes(scopes + 1).build();
    }
  }

  /** Asks until the agent is there, or the test's time is up: it goes on by itself. */
  static void untilFinished(Agent agent) {
    while (!agent.status().state().equals("finished")) {
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      Thread.onSpinWait();
    }
  }

  static String reply(String next, String... actions) {
    return "<agent><next_state>" + next + "</next_state>" + String.join("", actions) + "</agent>";
  }

  static String act(String type, String tags, String value) {
    return "<action><type>"
        + type
        + "</type>"
        + (tags.isEmpty() ? "" : "<tags>" + tags + "</tags>")
        + (value.isEmpty() ? "" : "<value>" + value + "</value>")
        + "</action>";
  }

  static String finish(String value) {
    return reply("finished", act("finish", "", value));
  }

  String lastPrompt() {
    return prompts.get(prompts.size() - 1);
  }

  <E extends AgentEvent> List<E> seen(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  List<String> outcomes() {
    return seen(AgentEvent.Acted.class).stream().map(AgentEvent.Acted::outcome).toList();
  }

  @Override
  public void close() {
    host.close();
    store.close();
    host.poolReports()
        .forEach(
            report -> {
              if (!report.clean()) {
                throw new AssertionError("the pool leaks\n" + report);
              }
            });
  }

  /** A model that notes what it is shown before another answers. */
  private Model watched(Model model) {
    return new ForwardingModel(model) {
      @Override
      public ModelCall start(ModelRequest request, ReplySink sink) {
        prompts.add(request.text(request.messageCount() - 1));
        return super.start(request, sink);
      }
    };
  }
}
