package dev.lkjagent.runtime.action;

import java.util.List;

/**
 * Something that an agent can do. Implementations are called from threads of an executor, several
 * at a time if several agents share them.
 */
public interface Action {
  /**
   * The name that replies use.
   *
   * @return lower-case letters, digits and underscores
   */
  String name();

  /**
   * Other names that replies may use.
   *
   * @return none, unless overridden
   */
  default List<String> aliases() {
    return List.of();
  }

  /**
   * What it does and what it takes, for the model.
   *
   * @return a line
   */
  String description();

  /**
   * The parameters that {@code value} takes, as a JSON Schema of an object.
   *
   * @return the schema; empty, unless overridden: {@code value} is a text then
   */
  default String parametersSchema() {
    return "";
  }

  /**
   * What it does to the world outside.
   *
   * @return {@link Effect#ONCE}, unless overridden
   */
  default Effect effect() {
    return Effect.ONCE;
  }

  /**
   * Whether a person must approve each call.
   *
   * @return false, unless overridden
   */
  default boolean needsApproval() {
    return false;
  }

  /**
   * Does it. May block.
   *
   * @param call what the model asked for, and for whom
   * @return what came of it
   * @throws Exception if it failed; the model is told the message
   */
  ActionResult run(ActionCall call) throws Exception;
}
