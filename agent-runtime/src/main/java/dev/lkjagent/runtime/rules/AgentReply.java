package dev.lkjagent.runtime.rules;

import java.util.Objects;

/**
 * One reply in the contract's form, written part by part; {@link #toString} is what a model would
 * send. Texts are escaped.
 */
public final class AgentReply {
  private final StringBuilder parts = new StringBuilder();
  private String nextState = "";

  private AgentReply() {}

  /**
   * Begins a reply.
   *
   * @param nextState the state to enter
   * @return a reply without actions
   */
  public static AgentReply to(String nextState) {
    return new AgentReply().next(nextState);
  }

  /**
   * Begins a reply that names no state, so that the usual one follows.
   *
   * @return an empty reply
   */
  public static AgentReply empty() {
    return new AgentReply();
  }

  /**
   * Names the state to enter; the last one counts.
   *
   * @param state its name
   * @return this
   */
  public AgentReply next(String state) {
    nextState = Objects.requireNonNull(state, "state");
    return this;
  }

  /**
   * Says what the model thinks.
   *
   * @param text its thinking log
   * @return this
   */
  public AgentReply think(String text) {
    return element("thinking_log", text);
  }

  /**
   * Says how the model judges what came of its actions.
   *
   * @param text its evaluation log
   * @return this
   */
  public AgentReply evaluate(String text) {
    return element("evaluation_log", text);
  }

  /**
   * Asks for an action; several run in order.
   *
   * @param type its name
   * @param tags its tags; left out if empty
   * @param value its value; left out if empty, unless the action only notes a value
   * @return this
   */
  public AgentReply action(String type, String tags, String value) {
    parts.append("<action>");
    element("type", type);
    if (!tags.isEmpty()) {
      element("tags", tags);
    }
    if (!value.isEmpty() || type.equals("working_memory_add")) {
      element("value", value);
    }
    parts.append("</action>\n");
    return this;
  }

  /**
   * Asks to end the run.
   *
   * @param result what the agent answers
   * @return this
   */
  public AgentReply finish(String result) {
    return next("finished").action("finish", "", result);
  }

  /**
   * Whether nothing has been said yet.
   *
   * @return true for a reply without state, thoughts and actions
   */
  public boolean isEmpty() {
    return parts.length() == 0 && nextState.isEmpty();
  }

  /**
   * Whether it says what the model thinks.
   *
   * @return true after {@link #think}
   */
  public boolean thinks() {
    return parts.indexOf("<thinking_log>") >= 0;
  }

  private AgentReply element(String name, String text) {
    parts.append('<').append(name).append('>');
    parts.append(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
    parts.append("</").append(name).append(">\n");
    return this;
  }

  /** The text of the reply. */
  @Override
  public String toString() {
    String state = nextState.isEmpty() ? "" : "<next_state>" + nextState + "</next_state>\n";
    return "<agent>\n" + state + parts + "</agent>";
  }
}
