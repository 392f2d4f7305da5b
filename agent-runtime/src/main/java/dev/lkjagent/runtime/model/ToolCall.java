package dev.lkjagent.runtime.model;

import java.util.Objects;

/**
 * A tool that the model asks for through the endpoint's own form of tool calls, complete.
 *
 * @param id the endpoint's name for this call, to be sent back with the result; empty if it gave
 *     none
 * @param name the tool's name
 * @param arguments the arguments as the model wrote them: JSON if all went well, unchecked; {@code
 *     {}} if the endpoint sent none
 */
public record ToolCall(String id, String name, String arguments) {
  /**
   * Checks that nothing is null.
   *
   * @param id the endpoint's name for this call, to be sent back with the result; empty if it gave
   *     none
   * @param name the tool's name
   * @param arguments the arguments as the model wrote them: JSON if all went well, unchecked;
   *     {@code {}} if the endpoint sent none
   */
  public ToolCall {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(arguments, "arguments");
  }
}
