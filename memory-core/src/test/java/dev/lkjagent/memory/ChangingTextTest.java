package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Characters that are others when they are copied than when they were measured. */
class ChangingTextTest {
  /** A text that is another one from its second reading on. */
  private static final class Fickle implements CharSequence {
    private final String first;
    private final String then;
    private boolean measured;

    Fickle(String first, String then) {
      this.first = first;
      this.then = then;
    }

    @Override
    public int length() {
      return first.length();
    }

    @Override
    public char charAt(int index) {
      char c = (measured ? then : first).charAt(index);
      measured |= index == first.length() - 1;
      return c;
    }

    @Override
    public CharSequence subSequence(int from, int to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String toString() {
      throw new UnsupportedOperationException();
    }
  }

  @RegisterExtension final PoolExtension pools = new PoolExtension();

  @ParameterizedTest
  @ValueSource(strings = {"abcd", "ab", "ééé", "a\uD83Dcd", "ab\uDE00", "\uD83D\uDE00cé"})
  void aTextThatChangesWhileItIsCopiedNeitherLeaksNorDestroysNeighbours(String then) {
    MemoryPool pool = pools.open(PoolSpec.SMALL);
    byte[] guard = "n".repeat(16).getBytes(StandardCharsets.UTF_8);
    PooledString text = new PooledString(pool.root()).set("kept");
    PooledString neighbour = new PooledString(pool.root()).set(guard, 0, 16);
    PooledRope rope = new PooledRope(pool.root());
    for (int prefix = 0; prefix < 13; prefix += 4) {
      String before = "x".repeat(prefix);
      String measured = before + "abc";
      text.set("kept");
      rope.tryAppend("kept");
      try {
        text.tryAppend(new Fickle(measured, before + then));
      } catch (IllegalArgumentException | IndexOutOfBoundsException changed) {
        assertThat(text).hasToString("kept");
      }
      try {
        text.trySet(new Fickle(measured, before + then));
      } catch (IllegalArgumentException | IndexOutOfBoundsException changed) {
        assertThat(text.toString()).isEmpty();
      }
      try {
        rope.tryAppend(new Fickle(measured, before + then));
      } catch (IllegalArgumentException | IndexOutOfBoundsException changed) {
        assertThat(rope).hasToString("kept");
      }
      assertThat(text.toString()).doesNotContain("\uFFFD");
      assertThat(rope.toString()).doesNotContain("\uFFFD");
      assertThat(neighbour).hasToString("n".repeat(16));
      rope.destroy();
      pool.verify();
    }
    text.close();
    neighbour.close();
  }
}
