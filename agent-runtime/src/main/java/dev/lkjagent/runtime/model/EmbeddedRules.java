package dev.lkjagent.runtime.model;

/**
 * The default endpoint, {@code rules:embedded}: finishes at once and says that nobody is thinking
 * here.
 */
public final class EmbeddedRules implements RuleSet {
  private static final String REPLY =
      "<agent><next_state>finished</next_state>"
          + "<thinking_log>No language model is configured.</thinking_log>"
          + "<action><type>finish</type><value>I am a fixed rule, not a language model, and cannot work"
          + " on a task. Set llm.endpoint to an OpenAI-compatible server"
          + " (for example http://localhost:1234/v1/chat/completions), to rules:NAME, or to"
          + " script:FILE.</value></action></agent>";

  /** Called by {@link java.util.ServiceLoader}. */
  public EmbeddedRules() {}

  @Override
  public String name() {
    return "embedded";
  }

  @Override
  public String description() {
    return "ends every run with a note on how to configure a model";
  }

  @Override
  public Rules open() {
    return (request, reply) -> reply.append(REPLY);
  }
}
