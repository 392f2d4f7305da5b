package dev.lkjagent.examples.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TellingWordsTest {
  private static final TellingWords QUESTION =
      new TellingWords("Who repaired the old clock of Tessel?");

  @Test
  void idleWordsDoNotCount() {
    assertThat(QUESTION.list()).containsExactly("repaired", "old", "clock", "tessel");
  }

  @Test
  void aTextThatSharesLessThanHalfOfTheWordsAnswersNothing() {
    assertThat(QUESTION.sentenceIn(List.of("The clock stood still.", ""))).isEmpty();
  }

  @Test
  void theFirstOfTheSentencesThatShareMostAnswers() {
    String text =
        "# The clock of Tessel\n\nIt was old. Ada repaired the\nclock. Ben repaired the clock.";
    assertThat(QUESTION.sentenceIn(List.of(text, text + " No.")))
        .isEqualTo("Ada repaired the clock.");
  }
}
