package dev.lkjagent.json.lenient;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Agent replies of many kinds, each with the tree that was meant and the repairs that it takes. */
class OwnCorpusTest {
  private final Lenient lenient = new Lenient();

  @Test
  void everyReplyGivesTheTreeThatWasMeant() throws Exception {
    List<String> wrong = new ArrayList<>();
    List<JsonNode> rows = Corpora.own();
    for (JsonNode row : rows) {
      String difference = difference(row);
      if (difference != null) {
        wrong.add(row.get("name").asText() + ": " + row.get("reply").asText() + difference);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(rows).hasSizeGreaterThanOrEqualTo(200);
  }

  @Test
  void namesAreUnique() throws Exception {
    assertThat(Corpora.own()).extracting(row -> row.get("name").asText()).doesNotHaveDuplicates();
  }

  private String difference(JsonNode row) {
    ReplyForm form = ReplyForm.valueOf(row.path("form").asText("ANY"));
    byte[] reply = row.get("reply").asText().getBytes(StandardCharsets.UTF_8);
    LenientParser.Progress progress = lenient.read(form, reply);
    if (progress == LenientParser.Progress.FAULT) {
      String fault = lenient.parser().fault().name();
      if (!fault.equals(row.path("fault").asText())) {
        return "\n  unexpected fault " + fault;
      }
    } else if (row.has("fault")) {
      return "\n  no fault but " + lenient.tree();
    } else if (!AgreementTest.same(lenient.tree(), row.get("tree"))) {
      return "\n  wanted " + row.get("tree") + "\n  we saw " + lenient.tree();
    }
    if (row.has("repairs")) {
      List<String> wanted = new ArrayList<>();
      row.get("repairs").forEach(code -> wanted.add(code.asText()));
      List<String> seen = new ArrayList<>();
      for (int i = 0; i < lenient.parser().repairs().size(); i++) {
        seen.add(lenient.parser().repairs().code(i).name());
      }
      if (!seen.equals(wanted)) {
        return "\n  wanted repairs " + wanted + "\n  we made " + lenient.parser().repairs();
      }
    } else if (lenient.parser().repairs().isEmpty()) {
      return "\n  no repairs at all";
    }
    return null;
  }
}
