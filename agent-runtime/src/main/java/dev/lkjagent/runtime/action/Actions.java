package dev.lkjagent.runtime.action;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The actions that an agent was given beside those on memory and storage. Immutable. */
public final class Actions {
  /** No actions. */
  public static final Actions NONE = new Actions(List.of());

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");
  private static final List<String> TAKEN =
      Arrays.stream(CoreAction.values()).flatMap(core -> core.names().stream()).toList();

  private final List<Action> actions;
  private final byte[][] names;
  private final Action[] byName;

  /**
   * Collects actions.
   *
   * @param actions which; names and aliases must differ from one another and from {@link
   *     CoreAction}'s
   * @throws IllegalArgumentException if a name can't be used
   */
  public Actions(Collection<? extends Action> actions) {
    this.actions = List.copyOf(actions);
    Map<String, Action> known = new LinkedHashMap<>();
    for (Action action : this.actions) {
      List<String> all = new ArrayList<>(action.aliases());
      all.add(0, Objects.requireNonNull(action.name(), "name"));
      for (String name : all) {
        if (!NAME.matcher(name).matches()) {
          throw new IllegalArgumentException(
              "an action is called by lower-case letters, digits and underscores; not \""
                  + name
                  + "\"");
        }
        if (TAKEN.contains(name) || known.put(name, action) != null) {
          throw new IllegalArgumentException("two actions are called \"" + name + "\"; rename one");
        }
      }
    }
    names =
        known.keySet().stream().map(n -> n.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    byName = known.values().toArray(new Action[0]);
  }

  /**
   * All of them, in the order given.
   *
   * @return an immutable list
   */
  public List<Action> all() {
    return actions;
  }

  /**
   * Finds an action by the bytes of its name or of an alias.
   *
   * @param bytes hold the name
   * @param from where it begins
   * @param to where it ends
   * @return the action, null if there is none
   */
  public @Nullable Action find(byte[] bytes, int from, int to) {
    for (int i = 0; i < names.length; i++) {
      if (Arrays.equals(names[i], 0, names[i].length, bytes, from, to)) {
        return byName[i];
      }
    }
    return null;
  }
}
