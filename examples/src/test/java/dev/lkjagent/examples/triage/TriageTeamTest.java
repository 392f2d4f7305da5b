package dev.lkjagent.examples.triage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.examples.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TriageTeamTest {
  @TempDir private Path folder;
  private String store;

  @BeforeEach
  void nameAStore() {
    store = folder.resolve("team.db").toString();
  }

  private Started triage(String typed, String... more) {
    String[] arguments = new String[4 + more.length];
    System.arraycopy(new String[] {"run", "triage-team", "--store", store}, 0, arguments, 0, 4);
    System.arraycopy(more, 0, arguments, 4, more.length);
    return Started.typing(typed, arguments);
  }

  @Test
  void nothingIrreversibleHappensBeforeSomebodySaysYes() {
    Started triage = triage("n\ny\n");
    assertThat(triage.status()).as(triage.err()).isZero();
    assertThat(triage.err()).contains("clerk wants to refund").contains("[y/N]");
    assertThat(triage.out()).contains("report   6 tickets, 2 urgent, 1 refunded, 1 refused");
  }

  @Test
  void theEndOfTheInputIsANo() {
    assertThat(triage("").out()).contains("0 refunded, 2 refused");
  }

  @Test
  void aSecondRunRefundsNothingTwice() {
    assertThat(triage("", "--yes").out()).contains("2 refunded, 0 refused").contains("asked");
    Started again = triage("", "--yes");
    assertThat(again.out()).contains("2 refunded, 0 refused").doesNotContain("asked");
  }

  @Test
  void theTeamSharesItsStorageAndTheSpaceIsSeenFromOutside() {
    triage("", "--yes");
    Started shared = Started.with("inspect", "--store", store, "--shared", "tickets");
    assertThat(shared.out()).contains("outcome,refunded,t_101").contains("ticket,urgent");
  }

  @Test
  void ticketsOfTheUsersOwnAreSorted() throws IOException {
    Path tickets = Files.createDirectories(folder.resolve("tickets"));
    Files.writeString(tickets.resolve("one.txt"), "I want a refund <now> & at once.");
    Started triage = triage("", "--yes", "--input", tickets.toString());
    assertThat(triage.out()).contains("report   1 tickets, 0 urgent, 1 refunded, 0 refused");
    Started missing = triage("", "--input", folder.resolve("none").toString());
    assertThat(missing.status()).isEqualTo(3);
    assertThat(missing.err()).contains("none").doesNotContain("\tat ");
  }
}
