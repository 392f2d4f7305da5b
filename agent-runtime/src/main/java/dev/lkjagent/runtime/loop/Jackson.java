package dev.lkjagent.runtime.loop;

import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Jackson, for values that are bound to Java types. Its hundreds of classes are loaded when the
 * first such value comes, not when an agent starts.
 */
final class Jackson {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private Jackson() {}
}
