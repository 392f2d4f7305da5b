package dev.lkjagent.testkit;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.testkit.server.FakeOpenAiServer;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.AssertionFailedError;

/** Gives each test method a {@link Stage}, and ends it. */
final class StageExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(StageExtension.class);

  private static final Map<Class<?>, Function<Stage, Object>> PARTS =
      Map.of(
          Stage.class, stage -> stage,
          SettableClock.class, Stage::clock,
          Store.class, Stage::store,
          AgentHost.class, Stage::host,
          MemoryPool.class, Stage::pool,
          FakeOpenAiServer.class, Stage::server);

  @Override
  public void beforeEach(ExtensionContext context) {
    String test =
        context.getRequiredTestClass().getSimpleName()
            + "."
            + context.getRequiredTestMethod().getName();
    String all = context.getDisplayName();
    boolean repeated = !all.startsWith(context.getRequiredTestMethod().getName());
    Stage stage =
        new Stage(repeated ? test + " " + all : test, GoldenFile.of(context), options(context));
    context.getStore(NAMESPACE).put(Stage.class, stage);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Stage stage = context.getStore(NAMESPACE).remove(Stage.class, Stage.class);
    if (stage == null) {
      return;
    }
    String says = stage.end(context.getExecutionException().isPresent());
    if (!says.isEmpty()) {
      throw new AssertionFailedError(says);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return PARTS.containsKey(parameter.getParameter().getType())
        && parameter.getDeclaringExecutable() instanceof Method;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Stage stage = context.getStore(NAMESPACE).get(Stage.class, Stage.class);
    if (stage == null) {
      throw new ParameterResolutionException(
          "a Stage lives for one test method: "
              + parameter.getDeclaringExecutable().getName()
              + " runs once for all of them; take it in @BeforeEach or in the test");
    }
    return Objects.requireNonNull(PARTS.get(parameter.getParameter().getType())).apply(stage);
  }

  private static LkjAgentTest options(ExtensionContext context) {
    LkjAgentTest found = context.getRequiredTestMethod().getAnnotation(LkjAgentTest.class);
    Class<?> type = context.getRequiredTestClass();
    while (found == null && type != null) {
      found = type.getAnnotation(LkjAgentTest.class);
      type = type.getEnclosingClass();
    }
    return Optional.ofNullable(found).orElseGet(StageExtension::defaults);
  }

  /** The extension was registered by other means than the annotation. */
  private static LkjAgentTest defaults() {
    @LkjAgentTest
    final class Marked {}
    return Marked.class.getAnnotation(LkjAgentTest.class);
  }
}
