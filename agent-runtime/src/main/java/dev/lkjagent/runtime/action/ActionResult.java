package dev.lkjagent.runtime.action;

import dev.lkjagent.runtime.fault.Fault;
import org.jspecify.annotations.Nullable;

/**
 * What came of an action.
 *
 * @param text what the model is told
 * @param fault what went wrong; null if nothing did
 */
public record ActionResult(String text, @Nullable Fault fault) {
  /**
   * It was done.
   *
   * @param text what the model is told
   * @return the result
   */
  public static ActionResult done(String text) {
    return new ActionResult(text, null);
  }

  /**
   * It was not done.
   *
   * @param fault why; its message is what the model is told
   * @return the result
   */
  public static ActionResult failed(Fault fault) {
    return new ActionResult(fault.message(), fault);
  }
}
