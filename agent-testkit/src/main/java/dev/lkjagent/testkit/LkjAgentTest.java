package dev.lkjagent.testkit;

import dev.lkjagent.runtime.fault.FaultCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks tests of agents. Each test method, and each invocation of a parameterized or repeated one,
 * gets a {@link Stage} of its own, which it takes as a parameter; {@code @BeforeEach} and
 * {@code @AfterEach} methods get the same one. A {@link SettableClock}, a {@link
 * dev.lkjagent.runtime.store.Store}, a {@link dev.lkjagent.runtime.loop.AgentHost}, a {@link
 * dev.lkjagent.memory.MemoryPool} and a {@link dev.lkjagent.testkit.server.FakeOpenAiServer} can be
 * taken as well; they are the stage's.
 *
 * <pre>
 *   &#64;LkjAgentTest
 *   final class ScoutTest {
 *     &#64;Test
 *     void asksForTheWeather(Stage stage) {
 *       Agent scout =
 *           stage
 *               .agent("scout", Scripted.replies().action("weather", "Bergen").finish("yes").model())
 *               .tools(new Scout())
 *               .start();
 *       scout.run("Do I need an umbrella?");
 *       stage.assertThat(scout).finished("yes").did("weather");
 *     }
 *   }
 * </pre>
 *
 * <p>A test that passed fails all the same if, at its end,
 *
 * <ul>
 *   <li>a slot, a node or a scope of a pool was not returned;
 *   <li>an agent had a fault that was neither asserted nor {@linkplain #faults expected};
 *   <li>the memory path of a cycle allocated more than {@link #allocatedBytes}: the stage starts
 *       each of the test's agents again, in a pool of its own, warms it up and counts;
 *   <li>a request to the stage's fake server was not what the published description asks for.
 * </ul>
 *
 * <p>On a method it goes before the class, and a nested class inherits from its outer one. Tests
 * may run in parallel.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(StageExtension.class)
public @interface LkjAgentTest {
  /** The value of {@link #allocatedBytes} that counts nothing. */
  long NOT_COUNTED = -1;

  /**
   * Where agents are kept.
   *
   * @return in memory, if not told
   */
  StoreKind store() default StoreKind.MEMORY;

  /**
   * The pool of the stage's worker, as {@link dev.lkjagent.memory.PoolSpec#parse} reads it.
   *
   * @return empty for {@link Stage#POOL}
   */
  String pool() default "";

  /**
   * Faults that may happen in every test.
   *
   * @return their codes
   */
  FaultCode[] faults() default {};

  /**
   * How many bytes a cycle may allocate on the worker's thread between the answers of model and
   * store: rendering, reading the reply, states, working memory, paging policy, encoding.
   *
   * @return a number of bytes, or {@link #NOT_COUNTED}
   */
  long allocatedBytes() default 0;
}
