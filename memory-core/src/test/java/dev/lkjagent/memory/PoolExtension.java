package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Opens pools for a test, and after it proves their invariants, demands that nothing is in use, and
 * closes them.
 *
 * <pre>{@code
 * @RegisterExtension final PoolExtension pools = new PoolExtension();
 * }</pre>
 */
public final class PoolExtension implements AfterEachCallback {
  private final List<MemoryPool> opened = new ArrayList<>();

  /** Opens a pool that is looked after. */
  public MemoryPool open(PoolSpec spec, PoolOptions options) {
    MemoryPool pool = MemoryPool.open(spec, options);
    opened.add(pool);
    return pool;
  }

  /** Opens a pool with standard options that is looked after. */
  public MemoryPool open(PoolSpec spec) {
    return open(spec, PoolOptions.DEFAULT);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    boolean failed = context.getExecutionException().isPresent();
    for (MemoryPool pool : opened) {
      if (!pool.isOpen()) {
        continue;
      }
      try {
        if (!failed) {
          pool.verify();
          assertThat(pool.leaks()).matches(LeakReport::clean, "a test returns all that it took");
        }
      } finally {
        pool.close();
      }
    }
    opened.clear();
  }
}
