package dev.lkjagent.runtime.rows;

import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.action.ActionCall;
import dev.lkjagent.runtime.action.ActionResult;

/** The action {@code tool}, which answers what a test wants. */
record Tool(boolean needsApproval, Does does) implements Action {
  /** What the action does with a call. */
  @FunctionalInterface
  interface Does {
    String with(ActionCall call) throws Exception;
  }

  @Override
  public String name() {
    return "tool";
  }

  @Override
  public String description() {
    return "does what the test wants";
  }

  @Override
  public ActionResult run(ActionCall call) throws Exception {
    return ActionResult.done(does.with(call));
  }
}
