package dev.lkjagent.examples.triage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.action.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DeskTest {
  @TempDir private Path folder;

  @Test
  void onlyTextsAreTicketsAndTheyComeByName() throws Exception {
    Files.writeString(folder.resolve("b.txt"), "two\n");
    Files.writeString(folder.resolve("a.txt"), "one\n");
    Files.writeString(folder.resolve("c.md"), "three\n");
    Desk desk = new Desk(folder);
    assertThat(desk.listTickets()).isEqualTo("a\nb");
    assertThat(desk.readTicket(" a ").text()).isEqualTo("a | one");
    assertThat(desk.readTicket("c").fault()).isNotNull();
    assertThat(desk.refund("c").fault()).isNotNull();
  }

  @Test
  void foldersThatCanNotBeUsedAreNamed() throws Exception {
    assertThatThrownBy(() -> new Desk(folder)).hasMessageContaining("it holds no .txt file");
    Path large = Files.writeString(folder.resolve("large.txt"), "x".repeat(2001));
    assertThatThrownBy(() -> new Desk(folder))
        .hasMessageContaining("large.txt")
        .hasMessageContaining("at most 2000 bytes");
    Files.delete(large);
    for (int i = 0; i < 13; i++) {
      Files.writeString(folder.resolve(i + ".txt"), "x");
    }
    assertThatThrownBy(() -> new Desk(folder)).hasMessageContaining("13 .txt files");
  }

  @Test
  void aRefundNeedsAPersonAndIsNeverRepeated() throws Exception {
    Tool refund = Desk.class.getMethod("refund", String.class).getAnnotation(Tool.class);
    assertThat(refund.effect()).isEqualTo(Effect.ONCE);
    assertThat(refund.needsApproval()).isTrue();
  }
}
