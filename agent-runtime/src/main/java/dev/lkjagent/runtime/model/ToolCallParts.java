package dev.lkjagent.runtime.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Puts tool calls together from the pieces that a stream brings. */
final class ToolCallParts {
  private static final int NO_INDEX = -1;

  private final List<Part> parts = new ArrayList<>();

  private static final class Part {
    final int index;
    String id = "";
    final StringBuilder name = new StringBuilder();
    final StringBuilder arguments = new StringBuilder();

    Part(int index) {
      this.index = index;
    }
  }

  /**
   * Adds a piece. Pieces belong together by index. Where a server gives none, a piece with an id or
   * a name begins a call; where it gives one index to several calls, another id does.
   *
   * @param call a tool call as the endpoint sent it, or a function call of the older form
   */
  void add(JsonNode call) {
    int index = call.path("index").isIntegralNumber() ? call.path("index").asInt() : NO_INDEX;
    JsonNode function = call.has("function") ? call.path("function") : call;
    JsonNode arguments = function.path("arguments");
    // Some servers send the object itself instead of a string that holds it.
    add(
        index,
        string(call.path("id")),
        string(function.path("name")),
        arguments.isContainerNode() ? arguments.toString() : string(arguments));
  }

  private static String string(JsonNode value) {
    return value.isValueNode() && !value.isNull() ? value.asText() : "";
  }

  private void add(int index, String id, String name, String arguments) {
    Part part = find(index, id, name);
    if (part.id.isEmpty()) {
      part.id = id;
    }
    if (!part.name.toString().equals(name)) {
      part.name.append(name);
    }
    part.arguments.append(arguments);
  }

  private Part find(int index, String id, String name) {
    for (int i = parts.size() - 1; i >= 0; i--) {
      Part part = parts.get(i);
      boolean other = !id.isEmpty() && !part.id.isEmpty() && !id.equals(part.id);
      boolean begins = index == NO_INDEX && (!id.isEmpty() || !name.isEmpty());
      if (part.index == index && !other && !begins) {
        return part;
      }
    }
    Part added = new Part(index);
    parts.add(added);
    return added;
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /** The calls in the order in which they began. */
  List<ToolCall> calls() {
    List<ToolCall> calls = new ArrayList<>();
    for (Part part : parts) {
      String arguments = part.arguments.length() == 0 ? "{}" : part.arguments.toString();
      calls.add(new ToolCall(part.id, part.name.toString(), arguments));
    }
    return calls;
  }
}
