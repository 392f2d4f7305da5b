package dev.lkjagent.testkit.model;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.Script;
import dev.lkjagent.runtime.model.ScriptModel;
import dev.lkjagent.runtime.rules.AgentReply;

/**
 * Writes a {@link Script} as a test thinks of it: reply after reply, each of them ended by the
 * state that it leads to.
 *
 * <pre>
 *   Model model =
 *       Scripted.replies()
 *           .think("I note it first.")
 *           .action("working_memory_add", "city", "Bergen")
 *           .next("executing")
 *           .finish("Take an umbrella.")
 *           .model();
 * </pre>
 *
 * <p>{@link #think}, {@link #evaluate} and {@link #action} add to the reply that is being written;
 * {@link #next}, {@link #finish}, {@link #raw} and {@link #fault} end one; {@link #when}, {@link
 * #times}, {@link #usage}, {@link #chunks} and {@link #cutOff} are about the one that was ended
 * last. A run that asks for more replies than there are comes to rest with the fault {@link
 * FaultCode#SCRIPT_EXHAUSTED}, which shows the end of the prompt.
 */
public final class Scripted {
  private final Script.Builder script;
  private AgentReply open = AgentReply.empty();

  private Scripted(String name) {
    script = Script.builder(name);
  }

  /**
   * Begins a script.
   *
   * @return a script without replies
   */
  public static Scripted replies() {
    return new Scripted("of the test");
  }

  /**
   * Begins a script.
   *
   * @param name what messages call it
   * @return a script without replies
   */
  public static Scripted replies(String name) {
    return new Scripted(name);
  }

  /**
   * Says what the model thinks in the reply that is being written.
   *
   * @param text its thinking log
   * @return this
   * @throws IllegalStateException if it thinks already: the reply before was not ended
   */
  public Scripted think(String text) {
    if (open.thinks()) {
      throw new IllegalStateException(
          "the reply that thinks before \"" + text + "\" has no end; end it with next(state)");
    }
    open.think(text);
    return this;
  }

  /**
   * Says how the model judges, in the reply that is being written.
   *
   * @param text its evaluation log
   * @return this
   */
  public Scripted evaluate(String text) {
    open.evaluate(text);
    return this;
  }

  /**
   * Asks for an action in the reply that is being written.
   *
   * @param type its name
   * @param tags its tags; left out if empty
   * @param value its value; left out if empty
   * @return this
   */
  public Scripted action(String type, String tags, String value) {
    open.action(type, tags, value);
    return this;
  }

  /**
   * Asks for an action without tags in the reply that is being written: the form of most tools.
   *
   * @param type its name
   * @param value its value; left out if empty
   * @return this
   */
  public Scripted action(String type, String value) {
    return action(type, "", value);
  }

  /**
   * Ends the reply.
   *
   * @param state the state that it leads to
   * @return this
   */
  public Scripted next(String state) {
    return end(open.next(state));
  }

  /**
   * Ends the reply, and the run.
   *
   * @param result what the agent answers
   * @return this
   */
  public Scripted finish(String result) {
    return end(open.finish(result));
  }

  private Scripted end(AgentReply reply) {
    script.reply(reply.toString());
    open = AgentReply.empty();
    return this;
  }

  /**
   * Adds a reply as it stands, right or wrong.
   *
   * @param text all that the model says
   * @return this
   */
  public Scripted raw(String text) {
    endOpen();
    script.reply(text);
    return this;
  }

  /**
   * Adds a call that fails.
   *
   * @param code how
   * @return this
   */
  public Scripted fault(FaultCode code) {
    return fault(code.with(code.meaning() + " (scripted)"));
  }

  /**
   * Adds a call that fails.
   *
   * @param fault how
   * @return this
   */
  public Scripted fault(Fault fault) {
    endOpen();
    script.fault(fault);
    return this;
  }

  /**
   * Gives the last reply only to a prompt that contains a text; others go on to the next that fits.
   *
   * @param promptContains the text
   * @return this
   */
  public Scripted when(String promptContains) {
    script.when(promptContains);
    return this;
  }

  /**
   * Gives the last reply several times.
   *
   * @param times how often; {@link Integer#MAX_VALUE} stands for no limit
   * @return this
   */
  public Scripted times(int times) {
    script.times(times);
    return this;
  }

  /**
   * Reports a usage with the last reply.
   *
   * @param promptTokens tokens of the prompt
   * @param replyTokens tokens of the reply
   * @return this
   */
  public Scripted usage(long promptTokens, long replyTokens) {
    script.usage(promptTokens, replyTokens);
    return this;
  }

  /**
   * Delivers the last reply in pieces.
   *
   * @param bytes the size of a piece
   * @return this
   */
  public Scripted chunks(int bytes) {
    script.chunk(bytes);
    return this;
  }

  /**
   * Ends the last reply as if it had run into the limit of tokens.
   *
   * @return this
   */
  public Scripted cutOff() {
    script.finish(FinishReason.LENGTH);
    return this;
  }

  /**
   * The script so far. A reply that was not ended names no state.
   *
   * @return an immutable script
   */
  public Script script() {
    endOpen();
    return script.build();
  }

  /**
   * The script so far as a model.
   *
   * @return a model that counts its calls
   */
  public ScriptModel model() {
    return new ScriptModel(script());
  }

  private void endOpen() {
    if (!open.isEmpty()) {
      end(open);
    }
  }
}
