package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.reply;

import dev.lkjagent.runtime.OneReply;
import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.action.ActionCall;
import dev.lkjagent.runtime.action.ActionResult;
import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import dev.lkjagent.runtime.store.SqliteStore;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * A host in a process of its own, to be killed. It runs agents whose every reply asks for one
 * action, and names what happened outside of the store on its output, which its parent keeps: a
 * line for each question to the model and one for each effect, with the key and the value of the
 * call. No two replies are the same, so a model that was asked again about a cycle shows in the
 * values.
 */
final class EffectsHost {
  /** Where the process holds still, so that it can be killed at a point that is known. */
  enum Hold {
    BEFORE_EFFECT,
    AFTER_EFFECT,
    NOWHERE
  }

  private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

  private EffectsHost() {}

  /** Arguments: the file of the store, where to hold, and the effects, one agent each. */
  public static void main(String[] args) throws InterruptedException {
    SqliteStore store = SqliteStore.open(Path.of(args[0]));
    AgentHost host =
        AgentHost.builder().store(store).model(Stage.script()).pool(Stage.POOL).build();
    say("open");
    for (int i = 2; i < args.length; i++) {
      Effect effect = Effect.valueOf(args[i]);
      String name = nameOf(effect);
      var unused =
          host.agent(name)
              .model(new Asked(name))
              .action(new Pull(effect, Hold.valueOf(args[1]), EffectsHost::say))
              .limits(Limits.DEFAULT.withCycles(0))
              .start()
              .start("pull");
    }
    new CountDownLatch(1).await();
  }

  static String nameOf(Effect effect) {
    return effect.name().toLowerCase(Locale.ROOT);
  }

  /** One write each, which a pipe takes whole or not at all. */
  private static void say(String line) {
    try {
      OUT.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Leaves a line behind as its effect. */
  static final class Pull implements Action {
    private final Effect effect;
    private final Hold hold;
    private final Consumer<String> log;

    Pull(Effect effect, Hold hold, Consumer<String> log) {
      this.effect = effect;
      this.hold = hold;
      this.log = log;
    }

    @Override
    public String name() {
      return "pull";
    }

    @Override
    public String description() {
      return "pulls";
    }

    @Override
    public Effect effect() {
      return effect;
    }

    @Override
    public ActionResult run(ActionCall call) throws InterruptedException {
      holdIf(Hold.BEFORE_EFFECT);
      log.accept("pulled " + call.key() + " " + call.value());
      holdIf(Hold.AFTER_EFFECT);
      return ActionResult.done("pulled " + call.value());
    }

    private void holdIf(Hold here) throws InterruptedException {
      if (hold == here) {
        log.accept("held");
        new CountDownLatch(1).await();
      }
    }
  }

  /** Asks for the action with another value each time. */
  private static final class Asked extends OneReply {
    private final String agent;

    Asked(String agent) {
      super("");
      this.agent = agent;
    }

    @Override
    public ModelCall start(ModelRequest request, ReplySink sink) {
      String value = UUID.randomUUID().toString();
      say("asked " + agent + " " + value);
      String reply = reply("executing", act("pull", "", value));
      return answer(reply.getBytes(StandardCharsets.UTF_8), sink);
    }
  }
}
