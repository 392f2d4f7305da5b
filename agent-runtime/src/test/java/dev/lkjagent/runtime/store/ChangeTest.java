package dev.lkjagent.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeTest {
  private static final Space BOARD = Space.shared("board");

  private final Change change = new Change();
  private final byte[] text = Agents.bytes("a,b,c and a longer value ".repeat(20));

  private void fill(int writes) {
    change.begin("agent", 7).cycle(3, true).state("thinking").due(5).wake(1).time(9);
    change.head().putBytes(text, 0, 10);
    change.delta().putBytes(text, 0, 300);
    change.record().putBytes(text, 0, 400);
    for (int i = 0; i < writes; i++) {
      change.save(i % 2 == 0 ? Space.OWN : BOARD, text, 0, 1 + 2 * (i % 3), text, i, 100 + i);
      change.consume(i);
      change.ask(i, text, i, 2 * i);
    }
    change.remove(Space.OWN, text, 0, 3);
  }

  @Test
  void whatWasWrittenIsReadBack() {
    fill(40);
    assertThat(change.writeCount()).isEqualTo(41);
    for (int i = 0; i < 40; i++) {
      assertThat(change.writeSpace(i)).isEqualTo(i % 2 == 0 ? Space.OWN : BOARD);
      assertThat(change.writeTags(i)).isEqualTo(Bytes.copyOf(text, 0, 1 + 2 * (i % 3)));
      assertThat(change.writeValue(i)).isEqualTo(Bytes.copyOf(text, i, 100 + i));
      assertThat(change.isRemoval(i)).isFalse();
      assertThat(change.consumed(i)).isEqualTo(i);
      assertThat(change.call(i)).isEqualTo(Change.ASK);
      assertThat(change.callOrdinal(i)).isEqualTo(i);
      assertThat(change.callCycle(i)).isEqualTo(3);
      assertThat(change.callRequest(i)).isEqualTo(Bytes.copyOf(text, i, 2 * i));
    }
    assertThat(change.isRemoval(40)).isTrue();
    assertThat(change.writeValue(40)).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void nextChangeHoldsNothingOfTheLast() {
    fill(5);
    change.image().put(1);
    change.begin("other", 1).cycle(1, true);
    assertThat(change.sizeBytes()).isZero();
    assertThat(change.writeCount() + change.consumedCount() + change.callCount()).isZero();
    assertThat(List.of(change.agent(), change.state())).containsExactly("other", "");
    assertThat(change.due() + change.wake() + change.time()).isZero();
  }

  @Test
  void fillingAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long me = Thread.currentThread().getId();
    List<Long> rounds = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      long before = threads.getThreadAllocatedBytes(me);
      for (int i = 0; i < 500; i++) {
        fill(12);
      }
      rounds.add(threads.getThreadAllocatedBytes(me) - before);
    }
    assertThat(rounds).contains(0L);
  }
}
