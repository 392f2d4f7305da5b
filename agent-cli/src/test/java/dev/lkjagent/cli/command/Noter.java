package dev.lkjagent.cli.command;

import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.action.Tool;
import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentTemplate;
import dev.lkjagent.runtime.model.ReplyText;
import dev.lkjagent.runtime.model.RuleSet;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An agent for tests: notes something, saves it, asks a tool once, finishes after three cycles. */
public final class Noter implements AgentTemplate {
  @Override
  public String name() {
    return "noter";
  }

  @Override
  public String description() {
    return "notes one thing";
  }

  @Override
  public String endpoint() {
    return "rules:noter";
  }

  @Override
  public String defaultQuestion() {
    return "Note something.";
  }

  @Override
  public void configure(AgentBuilder agent, @Nullable Path input) {
    agent.role("You note things.").tools(new Bell());
  }

  /** What it can do outside. */
  public static final class Bell {
    @Tool(value = "rings", effect = Effect.ONCE)
    public String ring() {
      return "ding";
    }
  }

  /** What it says, by state. */
  public static final class Rules implements RuleSet {
    @Override
    public String name() {
      return "noter";
    }

    @Override
    public String description() {
      return "three replies in a circle";
    }

    @Override
    public RuleSet.Rules open() {
      return (request, reply) -> {
        String prompt = request.text(request.messageCount() - 1);
        if (prompt.contains("<state name=\"executing\"")) {
          say(
              reply,
              "evaluating",
              "<action><type>storage_save</type><tags>sky</tags></action>"
                  + "<action><type>ring</type></action>");
        } else if (prompt.contains("<state name=\"evaluating\"")) {
          say(reply, "finished", "<action><type>finish</type><value>noted</value></action>");
        } else {
          say(
              reply,
              "executing",
              "<action><type>working_memory_add</type><tags>sky</tags><value>The sky is blue \u2014"
                  + " mostly.</value></action>");
        }
      };
    }

    private static void say(ReplyText reply, String next, String actions) {
      reply
          .append("<agent><next_state>" + next + "</next_state>")
          .append("<thinking_log>on to " + next + "</thinking_log>" + actions + "</agent>");
    }
  }
}
