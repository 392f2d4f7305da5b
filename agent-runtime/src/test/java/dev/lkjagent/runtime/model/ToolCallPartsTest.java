package dev.lkjagent.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolCallPartsTest {
  private static List<ToolCall> calls(String... pieces) throws Exception {
    ToolCallParts parts = new ToolCallParts();
    for (String piece : pieces) {
      parts.add(new ObjectMapper().readTree(piece.replace('\'', '"')));
    }
    return parts.calls();
  }

  @Test
  void piecesBelongTogetherByIndex() throws Exception {
    assertThat(
            calls(
                "{'index':1,'id':'b','function':{'name':'g','arguments':'{'}}",
                "{'index':0,'id':'a','function':{'name':'f','arguments':''}}",
                "{'index':1,'function':{'arguments':'}'}}",
                "{'index':0,'function':{'arguments':'[1]'}}"))
        .containsExactly(new ToolCall("b", "g", "{}"), new ToolCall("a", "f", "[1]"));
  }

  @Test
  void pieceWithoutAnIndexBeginsACallOrGoesOnWithTheLast() throws Exception {
    assertThat(
            calls(
                "{'id':'a','function':{'name':'f','arguments':'{'}}",
                "{'function':{'arguments':'}'}}",
                "{'function':{'name':'g'}}"))
        .containsExactly(new ToolCall("a", "f", "{}"), new ToolCall("", "g", "{}"));
  }

  @Test
  void oneIndexForTwoIdsIsTwoCalls() throws Exception {
    assertThat(
            calls(
                "{'index':0,'id':'a','function':{'name':'f','arguments':'1'}}",
                "{'index':0,'id':'b','function':{'name':'f','arguments':'2'}}",
                "{'index':0,'function':{'arguments':'3'}}"))
        .containsExactly(new ToolCall("a", "f", "1"), new ToolCall("b", "f", "23"));
  }

  @Test
  void nameThatIsRepeatedOrCutIsOneName() throws Exception {
    assertThat(
            calls(
                "{'index':0,'id':'a','function':{'name':'get'}}",
                "{'index':0,'id':'a','function':{'name':'get'}}",
                "{'index':0,'id':'a','function':{'name':'_it'}}"))
        .containsExactly(new ToolCall("a", "get_it", "{}"));
  }

  @Test
  void argumentsMayBeAnObjectNullOrAbsent() throws Exception {
    assertThat(
            calls(
                "{'id':'a','function':{'name':'f','arguments':{'x':[1,null]}}}",
                "{'id':'b','function':{'name':'f','arguments':null}}",
                "{'name':'old','arguments':'{}'}"))
        .containsExactly(
            new ToolCall("a", "f", "{\"x\":[1,null]}"),
            new ToolCall("b", "f", "{}"),
            new ToolCall("", "old", "{}"));
  }
}
