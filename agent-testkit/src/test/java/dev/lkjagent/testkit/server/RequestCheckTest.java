package dev.lkjagent.testkit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
        body.replace('\'', '"').getBytes(UTF_8));
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
        "{M,'model':1} | model must be a string",
        "{M,'stream':'yes'} | stream must be true or false",
        "{M,'temperature':2.1} | temperature must be a number from 0.0 to 2.0",
        "{M,'temperature':-0.1} | temperature must be a number from 0.0 to 2.0",
        "{M,'top_p':1.1} | top_p must be a number from 0.0 to 1.0",
        "{M,'max_tokens':0} | max_tokens must be a number from 1.0",
        "{M,'max_completion_tokens':0} | max_completion_tokens must be a number from 1.0",
        "{M,'stream':true,'stream_options':{}} | include_usage must be true or false",
        "{'messages':[{'role':'user','content':[]}]} | messages[0].content",
        "{'messages':[{'role':'assistant'}]} | messages[0].content",
        "{'messages':[{'role':'user','tool_calls':[C]}]} | messages[0].content",
        "{'messages':[{'role':'user','content':'x','tool_calls':[C]}]} | tool_calls is for assistants",
        "{'messages':[{'role':'assistant','tool_calls':[C]}]} | no message answers the tool calls [a]",
        "{'messages':[{'role':'assistant','tool_calls':[C]},{'role':'user','content':'x'},R]}"
            + " | messages[1] stands between the tool calls [a] and their results",
        "{'messages':[{'role':'assistant','tool_calls':[{'id':'a'}]},R]}"
            + " | tool_calls: type must be function",
        "{'messages':[{'role':'assistant','tool_calls':[{'type':'function'}]}]} | id must be a string",
        "{'messages':[{'role':'assistant','tool_calls':[{'id':'a','function':{'name':'a.b'}}]},R]}"
            + " | 'a.b' is not the name of a function",
        "{'messages':[{'role':'assistant','tool_calls':[{'id':'a','function':{'arguments':{}}}]},R]}"
            + " | arguments must be a string",
        "{M,'tools':[]} | tools must be an array with at least one tool",
        "{M,'tools':[{'function':{'name':'f'}}]} | tools: type must be function",
        "{M,'tools':[F,F]} | tools: two are named f",
        "{M,'tools':[{'function':{'name':'f','parameters':[]}}]} | parameters of f must be an object",
        "{M,'tools':[{'function':{'name':'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn'}}]}"
            + " | is not the name of a function",
        "{'messages':[{'role':'user','content':'x'}],'tools':[{'type':'function','function':{'name':'a b'}}]}"
            + " | not the name of a function"
      })
  void objectionNamesItsPlace(String body, String says) {
    String whole =
        body.replaceAll("\\bM\\b", "'messages':[{'role':'user','content':'x'}]")
            .replaceAll(
                "\\bC\\b", "{'id':'a','type':'function','function':{'name':'f','arguments':'{}'}}")
            .replaceAll("\\bR\\b", "{'role':'tool','tool_call_id':'a','content':'r'}")
            .replaceAll("\\bF\\b", "{'type':'function','function':{'name':'f'}}");
    assertThat(request(whole).problems())
        .anyMatch(problem -> problem.contains(says.replace('\'', '"')));
  }

  @Test
  void edgesOfTheProtocolAreNoProblems() {
    assertThat(
            request(
                    "{'messages':[{'role':'user','content':[{'type':'text','text':'x'}]}],"
                        + "'temperature':0,'top_p':1,'max_tokens':1}")
                .problems())
        .isEmpty();
  }

  @Test
  void methodAndContentTypeAreThoseOfTheProtocol() {
    byte[] body = "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}".getBytes(UTF_8);
    assertThat(new FakeRequest("GET", "/v1", Map.of("Content-Type", "text/plain"), body).problems())
        .containsExactly(
            "the method is GET and must be POST",
            "the content type is \"text/plain\" and must be application/json");
  }

  @Test
  void aRequestShowsItsMessagesButNotItsQuery() {
    FakeRequest request =
        new FakeRequest(
            "POST",
            "/v1?key=secret",
            Map.of(),
            "{\"messages\":[{\"content\":\"a\"},{\"content\":\"b\"}]}".getBytes(UTF_8));
    assertThat(request.message(0)).isEqualTo("a");
    assertThat(request.message(-1)).isEqualTo("b");
    assertThat(request.toString()).startsWith("POST /v1 {").doesNotContain("secret");
  }
}
