package dev.lkjagent.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestCheckTest {
  private static FakeRequest request(String body) {
    return new FakeRequest(
        "POST",
        "/v1/chat/completions",
        Map.of("Content-Type", "application/json"),
        body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void requestOfTheProtocolHasNoProblems() {
    assertThat(
            request(
                    "{'model':'m','stream':true,'stream_options':{'include_usage':true},'messages':["
                        + "{'role':'system','content':'s'},{'role':'assistant','content':null,"
                        + "'tool_calls':[{'id':'a','type':'function','function':{'name':'f',"
                        + "'arguments':'{}'}}]},{'role':'tool','tool_call_id':'a','content':'r'}]}")
                .problems())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | not a JSON object",
        "{'messages':[]} | at least one message",
        "{'messages':[{'role':'robot','content':'x'}]} | messages[0].role",
        "{'messages':[{'role':'user'}]} | messages[0].content",
        "{'messages':[{'role':'tool','tool_call_id':'z','content':'x'}]} | answers no call",
        "{'messages':[{'role':'user','content':'x'}],'temperature':3} | temperature must be",
        "{'messages':[{'role':'user','content':'x'}],'stream_options':{}} | only allowed with stream",
        "{'messages':[{'role':'user','content':'x'}],'colour':1} | colour is not known",
        "{'messages':[{'role':'user','content':'x'}],'tools':[{'type':'function','function':{'name':'a b'}}]}"
            + " | not the name of a function"
      })
  void objectionNamesItsPlace(String body, String says) {
    assertThat(request(body).problems()).anyMatch(problem -> problem.contains(says));
  }
}
