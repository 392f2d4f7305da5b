package dev.lkjagent.runtime.store;

import java.util.Objects;

/**
 * A storage space: the own one of an agent, which is rewound, forked and deleted with it, or a
 * shared one, which belongs to nobody and begins to exist with its first entry.
 *
 * @param name the agent's name, or that of the shared space
 * @param shared whether it is a shared one
 */
public record Space(String name, boolean shared) {
  /** In a change: the own space of the agent that commits. Nothing can be searched by this. */
  public static final Space OWN = new Space("", false);

  /**
   * Checks that there is a name.
   *
   * @param name the agent's name, or that of the shared space
   * @param shared whether it is a shared one
   */
  public Space {
    Objects.requireNonNull(name, "name");
    if (shared && name.isEmpty()) {
      throw new IllegalArgumentException("a shared space needs a name");
    }
  }

  /**
   * The own space of an agent.
   *
   * @param agent the agent's name
   * @return the space
   */
  public static Space of(String agent) {
    return new Space(agent, false);
  }

  /**
   * A shared space.
   *
   * @param name its name
   * @return the space
   */
  public static Space shared(String name) {
    return new Space(name, true);
  }

  @Override
  public String toString() {
    return (shared ? "shared space \"" : "space of agent \"") + name + "\"";
  }
}
