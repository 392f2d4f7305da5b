package dev.lkjagent.runtime.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplyText;
import dev.lkjagent.runtime.model.Role;
import org.junit.jupiter.api.Test;

final class PromptTest {
  private static Prompt withOutcomes(String... outcomes) {
    StringBuilder log = new StringBuilder("<execution_log>\n");
    for (String outcome : outcomes) {
      log.append("<item>").append(outcome.replace("<", "&lt;")).append("</item>\n");
    }
    ModelRequest request = new ModelRequest();
    request.begin(Role.USER).append(log + "</execution_log>").end();
    return Prompt.of(request);
  }

  @Test
  void outcomesOfOneKindOfActionLoseItsNameAndTags() {
    Prompt prompt =
        withOutcomes(
            "read: a: b",
            "reading: no",
            "storage_save [a,b]: saved <1>",
            "read: ",
            "storage_save: X");
    assertThat(prompt.outcomes("read")).containsExactly("a: b", "");
    assertThat(prompt.outcomes("storage_save")).containsExactly("saved <1>", "X");
    assertThat(prompt.outcomes("rea")).isEmpty();
  }

  @Test
  void searchesTellTheirTagsTheirCountAndTheirHits() {
    Prompt prompt =
        withOutcomes(
            "storage_search [note | -old]: 12 hits; [a,note] 7 bytes: one; [two]; [b,note] 1,000"
                + " bytes:  three ; [c,note] 9 bytes: four\nlines; more hits are not shown, ask for more",
            "storage_search: 1 hit; [d] 3 bytes: all",
            "storage_search [e]: no hits",
            "storage_search: NO_TAGS it needs them",
            "read: storage_search [f]: 1 hit; [f] 1 bytes: f");
    assertThat(prompt.searches())
        .extracting(Prompt.Search::tags)
        .containsExactly("note | -old", "", "e");
    assertThat(prompt.searches()).extracting(Prompt.Search::total).containsExactly(12, 1, 0);
    assertThat(prompt.searches().get(0).hits())
        .containsExactly(
            new Prompt.Hit("a,note", "one; [two]; [b,note] 1,000 bytes:  three"),
            new Prompt.Hit("c,note", "four\nlines"));
    assertThat(prompt.searches().get(1).hits()).containsExactly(new Prompt.Hit("d", "all"));
    assertThat(prompt.searches().get(2).hits()).isEmpty();
  }

  @Test
  void aRuleSetOfPromptsAnswersThroughTheModelsInterface() {
    PromptRuleSet rules =
        new PromptRuleSet() {
          @Override
          public String name() {
            return "echo";
          }

          @Override
          public String description() {
            return "says how much came out";
          }

          @Override
          public AgentReply answer(Prompt prompt) {
            return AgentReply.empty().finish(prompt.lastOutcome());
          }
        };
    ModelRequest request = new ModelRequest();
    request.begin(Role.USER).append("<execution_log>\n<item>read: it</item></execution_log>").end();
    ReplyText reply = new ReplyText();
    rules.open().reply(request, reply);
    assertThat(reply.toString()).isEqualTo(AgentReply.empty().finish("read: it").toString());
  }
}
