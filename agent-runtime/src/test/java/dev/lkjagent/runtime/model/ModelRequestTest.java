package dev.lkjagent.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ModelRequestTest {
  @Test
  void messagesComeBackInOrderWithTheirParts() {
    ModelRequest request = new ModelRequest();
    for (int i = 0; i < 30; i++) {
      request.begin(Role.USER).append("text ").append("" + i).end();
    }
    request.beginToolCall("id-1", "search").append("{\"ä\":1}").end();
    request.beginToolResult("id-1").append("x".repeat(10_000)).end();
    assertThat(request.messageCount()).isEqualTo(32);
    assertThat(request.text(29)).isEqualTo("text 29");
    assertThat(request.role(30)).isEqualTo(Role.TOOL_CALL);
    assertThat(request.id(30)).isEqualTo("id-1");
    assertThat(request.name(30)).isEqualTo("search");
    assertThat(request.text(30)).isEqualTo("{\"ä\":1}");
    assertThat(request.id(31)).isEqualTo("id-1");
    assertThat(request.name(31)).isEmpty();
    assertThat(request.text(31)).hasSize(10_000);
  }

  @Test
  void clearedRequestHoldsNothingOfTheLastCall() {
    ModelRequest request = new ModelRequest();
    byte[] tools = "[1]".getBytes(StandardCharsets.UTF_8);
    request.begin(Role.USER).append("secret").end().tools(tools, 0, 3).maxReplyTokens(5);
    request.clear();
    request.begin(Role.SYSTEM).end();
    assertThat(request.hasTools()).isFalse();
    assertThat(request.tools().remaining()).isZero();
    assertThat(request.maxReplyTokens()).isZero();
    assertThat(request.text(0)).isEmpty();
    assertThat(request.toString()).doesNotContain("secret");
  }

  @Test
  void callerMayWriteTheTextItself() {
    ModelRequest request = new ModelRequest();
    request.begin(Role.SYSTEM).append("before").end().begin(Role.USER);
    byte[] text = request.reserve(10_000);
    assertThat(text).isSameAs(request.bytes());
    byte[] line = "ä line".getBytes(StandardCharsets.UTF_8);
    System.arraycopy(line, 0, text, request.lengthBytes(), line.length);
    request.advance(line.length).append(", and more").end();
    assertThat(request.text(0)).isEqualTo("before");
    assertThat(request.text(1)).isEqualTo("ä line, and more");
    assertThatThrownBy(() -> request.advance(0)).isInstanceOf(IllegalStateException.class);
    request.begin(Role.USER);
    assertThatThrownBy(() -> request.advance(request.bytes().length))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> request.reserve(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void misuseThrowsAtOnce() {
    ModelRequest request = new ModelRequest();
    assertThatThrownBy(() -> request.append("x")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(request::end).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> request.begin(Role.TOOL_CALL))
        .isInstanceOf(IllegalArgumentException.class);
    request.begin(Role.USER);
    assertThatThrownBy(() -> request.begin(Role.USER)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> request.append(new byte[3], 2, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> request.text(0)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
