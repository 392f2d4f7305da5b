package dev.lkjagent.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.examples.Started;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTest {
  private String store;

  @BeforeEach
  void nameAStore(@TempDir Path folder) {
    store = folder.resolve("chat.db").toString();
  }

  private Started chat(String typed) {
    Started chat = Started.typing(typed, "chat", "--store", store);
    assertThat(chat.status()).as(chat.err()).isZero();
    return chat;
  }

  @Test
  void whatItWasToldIsRememberedAfterARestart() {
    assertThat(chat("My boat is called Varn.\n").out()).contains("I will remember that.");
    assertThat(chat("What is the name of my boat?\n").out())
        .contains("You told me: My boat is called Varn.");
    assertThat(Started.with("run", "chat", "--ask", "My boat?", "--store", store).out())
        .contains("My boat is called Varn.");
  }

  @Test
  void eachQuestionIsAnsweredWithWhatWasToldOfItAndNothingElse() {
    Started chat =
        chat(
            """
            The boat lies at the pier.
            My sister keeps goats.
            Where is the boat?
            What does my sister keep?
            Who painted the chapel?
            """);
    assertThat(chat.out().lines().filter(line -> line.contains("told me")))
        .containsExactly(
            "You told me: The boat lies at the pier.",
            "You told me: My sister keeps goats.",
            "You have not told me that.");
  }

  @Test
  void itSaysThatItIsNoLanguageModel() {
    Started chat = chat("hello\n");
    assertThat(chat.out()).contains("I am fixed rules, not a language model");
    assertThat(chat.err()).contains("not a language model");
    assertThat(Started.with("inspect", "chat", "--store", store).out())
        .startsWith("agent     chat, waiting after cycle 1");
  }

  @Test
  void undoTakesTheLastMessageBack() {
    Started chat = chat("Rain falls upwards.\n/undo\n/search rain\n/undo\n");
    assertThat(chat.out()).contains("what it was after cycle 0").contains("Nothing.");
    assertThat(chat.err()).contains("No message of this session is left");
  }

  @Test
  void aForkGoesItsOwnWay() {
    chat("The key lies under the stone.\n/fork before\nThe stone is gone.\n");
    Started fork = Started.typing("/search stone\n", "chat", "--store", store, "--name", "before");
    assertThat(fork.out()).contains("key lies under").doesNotContain("is gone");
  }

  @Test
  void commandsAreListedAndMistakesAnswered() {
    Started chat = chat("/help\n/memory\n/search\n/fork\n/what\n/quit\nnever read\n");
    assertThat(chat.out()).contains("/undo").doesNotContain("remember that");
    assertThat(chat.err()).contains("There is no /what").contains("/fork before-the-quarrel");
  }

  @Test
  void anEndpointThatIsNotThereKeepsTheMessage() {
    Started failed =
        Started.typing(
            "The tide is high.\n",
            "chat",
            "--store",
            store,
            "--endpoint=http://127.0.0.1:9/v1",
            "--set=llm.retry.max_attempts=1",
            "--set=llm.retry.base_pause_ms=0");
    assertThat(failed.status()).isEqualTo(6);
    assertThat(failed.err()).contains("Your message is kept").doesNotContain("\tat ");
    assertThat(Started.with("inspect", "chat", "--store", store).out()).contains("1 message,");
  }
}
