package dev.lkjagent.runtime.action;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Turns methods that are marked with {@link Tool} into actions. */
public final class Tools {
  private Tools() {}

  /**
   * The tools of an object, in the order of their names.
   *
   * @param object has methods marked with {@link Tool}
   * @return an action per method
   * @throws IllegalArgumentException if there is none, or one can't be called
   */
  public static List<Action> of(Object object) {
    return of(object, new ObjectMapper());
  }

  /**
   * The tools of an object, bound by a mapper of one's own.
   *
   * @param object has methods marked with {@link Tool}
   * @param mapper reads parameters and writes answers
   * @return an action per method
   * @throws IllegalArgumentException if there is none, or one can't be called
   */
  public static List<Action> of(Object object, ObjectMapper mapper) {
    List<Action> actions = new ArrayList<>();
    for (Method method : object.getClass().getMethods()) {
      Tool tool = method.getAnnotation(Tool.class);
      if (tool != null && !method.isBridge()) {
        boolean reachable = Modifier.isPublic(object.getClass().getModifiers());
        if (!reachable && !method.trySetAccessible()) {
          throw new IllegalArgumentException(
              object.getClass().getName()
                  + "."
                  + method.getName()
                  + " can't be called from outside; make its class public");
        }
        actions.add(new MethodAction(object, method, tool, mapper));
      }
    }
    if (actions.isEmpty()) {
      throw new IllegalArgumentException(
          object.getClass().getName() + " has no public method marked with @Tool");
    }
    actions.sort(Comparator.comparing(Action::name));
    return actions;
  }
}
