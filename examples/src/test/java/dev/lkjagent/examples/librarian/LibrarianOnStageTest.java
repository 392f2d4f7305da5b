package dev.lkjagent.examples.librarian;

import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.model.RulesModel;
import dev.lkjagent.testkit.LkjAgentTest;
import dev.lkjagent.testkit.Stage;
import dev.lkjagent.testkit.StoreKind;
import dev.lkjagent.testkit.model.Scripted;
import java.io.IOException;
import org.junit.jupiter.api.Test;

@LkjAgentTest
final class LibrarianOnStageTest {
  private static final Librarian LIBRARIAN = new Librarian();

  private static AgentBuilder librarian(Stage stage) throws IOException {
    AgentBuilder agent = stage.agent("librarian", new RulesModel(new LibrarianRules()));
    LIBRARIAN.configure(agent, null);
    return agent;
  }

  @Test
  void answersFromANoteThatHadLeftItsMemory(Stage stage) throws IOException {
    Agent librarian = librarian(stage).start();
    librarian.run(LIBRARIAN.defaultQuestion());
    stage
        .assertThat(librarian)
        .finishedContaining("Marta Quill")
        .visited("thinking", "executing", "paging", "evaluating", "finished")
        .didInOrder("list_texts", "read_text", "storage_save", "storage_search", "storage_load")
        .outcomeOf("storage_load", "[bees_md,note]: loaded 1 entry")
        .stored("catalogue, bees_md")
        .wasShown(-1, "working_memory", "hives")
        .promptsHadAtMostTokens(1500)
        .hadNoFault()
        .replaysTheSame();
  }

  @Test
  @LkjAgentTest(store = StoreKind.SQLITE)
  void goesOnAfterARestart(Stage stage) throws IOException {
    Agent librarian = librarian(stage).start();
    librarian.send("task", LIBRARIAN.defaultQuestion());
    librarian.resume(12);
    stage.restart();
    Agent again = librarian(stage).start();
    again.resume();
    stage.assertThat(again).finishedContaining("Marta Quill").hadNoFault();
  }

  @Test
  void readsEachTextOnce(Stage stage) throws IOException {
    AgentBuilder agent =
        stage.agent(
            "librarian",
            Scripted.replies()
                .think("What is there?")
                .action("list_texts", "")
                .next("executing")
                .action("read_text", "salt.md")
                .next("thinking")
                .finish("read")
                .when("read_text: salt.md")
                .model());
    LIBRARIAN.configure(agent, null);
    Agent librarian = agent.start();
    librarian.run("Read.");
    stage.assertThat(librarian).finished("read").matchesGolden();
  }
}
