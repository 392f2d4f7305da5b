package dev.lkjagent.examples.librarian;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class QuestionTest {
  private static final Question QUESTION = new Question("Who repaired the old clock of Tessel?");

  @Test
  void idleWordsDoNotCount() {
    assertThat(QUESTION.words()).containsExactly("repaired", "old", "clock", "tessel");
  }

  @Test
  void aTextThatSharesLessThanHalfOfTheWordsAnswersNothing() {
    assertThat(QUESTION.answerIn(List.of("The clock stood still.", ""))).isEmpty();
  }

  @Test
  void theFirstOfTheSentencesThatShareMostAnswers() {
    String text =
        "# The clock of Tessel\n\nIt was old. Ada repaired the\nclock. Ben repaired the clock.";
    assertThat(QUESTION.answerIn(List.of(text, text + " No.")))
        .isEqualTo("Ada repaired the clock.");
  }
}
