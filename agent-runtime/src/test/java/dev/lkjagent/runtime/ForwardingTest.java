package dev.lkjagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.model.ForwardingModel;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.store.ForwardingStore;
import dev.lkjagent.runtime.store.Store;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ForwardingTest {
  @Test
  void everyCallReachesTheModelBehind() throws ReflectiveOperationException {
    everyCallReaches(Model.class, model -> new ForwardingModel(model) {});
  }

  @Test
  void everyCallReachesTheStoreBehind() throws ReflectiveOperationException {
    everyCallReaches(Store.class, store -> new ForwardingStore(store) {});
  }

  /** Calls all there is to call, with nothing in it, and compares what arrives. */
  private static <T> void everyCallReaches(Class<T> type, UnaryOperator<T> forwarding)
      throws ReflectiveOperationException {
    List<Method> arrived = new ArrayList<>();
    Object backing =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              arrived.add(method);
              return method.getReturnType() == boolean.class ? Boolean.TRUE : null;
            });
    T front = forwarding.apply(type.cast(backing));
    List<Method> called = new ArrayList<>();
    for (Method method : type.getMethods()) {
      if (Modifier.isStatic(method.getModifiers())) {
        continue;
      }
      Object[] arguments = new Object[method.getParameterCount()];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = zero(method.getParameterTypes()[i]);
      }
      called.add(method);
      Object answer = method.invoke(front, arguments);
      if (method.getReturnType() == boolean.class) {
        assertThat(answer).as(method.getName()).isEqualTo(true);
      }
    }
    assertThat(arrived).isEqualTo(called).isNotEmpty();
  }

  private static @Nullable Object zero(Class<?> type) {
    if (type == long.class) {
      return 0L;
    }
    if (type == int.class) {
      return 0;
    }
    return type == boolean.class ? Boolean.FALSE : null;
  }
}
