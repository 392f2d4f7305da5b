package dev.lkjagent.runtime.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One call as a file: what was asked, and what came. A file is named after the request's hash and
 * the number of the call among those that asked the same, {@code 0f3a…-001.json}; its text is
 * stable, so that recordings can be kept under version control.
 */
final class Recording {
  static final String FORMAT = "lkjagent-recording-1";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  final ByteArrayOutputStream text = new ByteArrayOutputStream();
  final ByteArrayOutputStream reasoning = new ByteArrayOutputStream();
  final List<ToolCall> tools = new ArrayList<>();
  long @Nullable [] usage;
  @Nullable FinishReason finish;
  @Nullable Fault fault;

  /** Whether the request had tools, which is so if the recorded model takes them. */
  boolean hasTools;

  /** The lines of the prompt, each message under a line with its role; empty until it was read. */
  List<String> prompt = List.of();

  /** A request's hash: the same for the same messages, tools and limit. */
  static String hash(ModelRequest request) {
    MessageDigest sha = sha256();
    for (int m = 0; m < request.messageCount(); m++) {
      String head = request.role(m) + "\n" + request.id(m) + "\n" + request.name(m) + "\n";
      sha.update(head.getBytes(StandardCharsets.UTF_8));
      int length = request.textTo(m) - request.textFrom(m);
      sha.update(ByteBuffer.allocate(4).putInt(length).array());
      sha.update(request.bytes(), request.textFrom(m), length);
    }
    sha.update(request.tools());
    sha.update(ByteBuffer.allocate(4).putInt(request.maxReplyTokens()).array());
    return HexFormat.of().formatHex(sha.digest(), 0, 12);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyPlatformHasIt) {
      throw new IllegalStateException(everyPlatformHasIt);
    }
  }

  /** A request's text, line by line, each message under a line that names it. */
  static List<String> lines(ModelRequest request) {
    List<String> lines = new ArrayList<>();
    for (int m = 0; m < request.messageCount(); m++) {
      message(lines, request.role(m).name(), request.name(m), request.text(m));
    }
    tools(lines, StandardCharsets.UTF_8.decode(request.tools()).toString());
    return lines;
  }

  private static void message(List<String> lines, String role, String name, String text) {
    lines.add("[" + role.toLowerCase(Locale.ROOT) + (name.isEmpty() ? "" : " " + name) + "]");
    lines.addAll(Arrays.asList(text.split("\n", -1)));
  }

  private static void tools(List<String> lines, String tools) {
    if (!tools.isEmpty()) {
      lines.add("[tools]");
      lines.add(tools);
    }
  }

  /** The file's content. */
  byte[] toJson(ModelRequest request) throws IOException {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("format", FORMAT);
    ArrayNode messages = root.putArray("prompt");
    for (int m = 0; m < request.messageCount(); m++) {
      ObjectNode message = messages.addObject().put("role", request.role(m).name());
      if (request.role(m) == Role.TOOL_CALL || request.role(m) == Role.TOOL_RESULT) {
        message.put("id", request.id(m)).put("name", request.name(m));
      }
      bytes(
          message,
          "text",
          Arrays.copyOfRange(request.bytes(), request.textFrom(m), request.textTo(m)));
    }
    if (request.hasTools()) {
      root.put("tools", StandardCharsets.UTF_8.decode(request.tools()).toString());
    }
    ObjectNode reply = root.putObject("reply");
    bytes(reply, "text", text.toByteArray());
    if (reasoning.size() > 0) {
      bytes(reply, "reasoning", reasoning.toByteArray());
    }
    for (ToolCall call : tools) {
      reply
          .withArray("/tool_calls")
          .addObject()
          .put("id", call.id())
          .put("name", call.name())
          .put("arguments", call.arguments());
    }
    if (usage != null) {
      ArrayNode told = reply.putArray("usage");
      Arrays.stream(usage).forEach(told::add);
    }
    if (finish != null) {
      reply.put("finish", finish.name());
    }
    if (fault != null) {
      reply.putObject("fault").put("code", fault.code().name()).put("message", fault.message());
    }
    byte[] json = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    byte[] withNewline = Arrays.copyOf(json, json.length + 1);
    withNewline[json.length] = '\n';
    return withNewline;
  }

  /** Reads a file's content. */
  static Recording of(byte[] json) throws IOException {
    JsonNode root = MAPPER.readTree(json);
    if (!root.path("format").asText().equals(FORMAT)) {
      throw new IOException("its format is not " + FORMAT);
    }
    Recording read = new Recording();
    List<String> lines = new ArrayList<>();
    for (JsonNode message : root.path("prompt")) {
      String text = new String(bytes(message, "text"), StandardCharsets.UTF_8);
      message(lines, message.path("role").asText(), message.path("name").asText(""), text);
    }
    tools(lines, root.path("tools").asText(""));
    read.hasTools = root.has("tools");
    read.prompt = List.copyOf(lines);
    JsonNode reply = root.path("reply");
    read.text.writeBytes(bytes(reply, "text"));
    read.reasoning.writeBytes(bytes(reply, "reasoning"));
    for (JsonNode call : reply.path("tool_calls")) {
      read.tools.add(
          new ToolCall(
              call.path("id").asText(),
              call.path("name").asText(),
              call.path("arguments").asText()));
    }
    if (reply.path("usage").size() == 4) {
      read.usage = new long[4];
      for (int i = 0; i < 4; i++) {
        read.usage[i] = reply.path("usage").get(i).asLong();
      }
    }
    try {
      if (reply.has("finish")) {
        read.finish = FinishReason.valueOf(reply.path("finish").asText());
      }
      if (reply.has("fault")) {
        JsonNode fault = reply.path("fault");
        read.fault =
            FaultCode.valueOf(fault.path("code").asText()).with(fault.path("message").asText());
      }
    } catch (IllegalArgumentException unknown) {
      throw new IOException("it holds an unknown name: " + unknown.getMessage(), unknown);
    }
    if (read.finish == null && read.fault == null) {
      throw new IOException("it holds neither the end of a reply nor a fault");
    }
    return read;
  }

  /** UTF-8 as it is, anything else in base 64 under another name. */
  private static void bytes(ObjectNode object, String name, byte[] bytes) {
    try {
      object.put(
          name, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException notUtf8) {
      object.put(name + "_base64", Base64.getEncoder().encodeToString(bytes));
    }
  }

  private static byte[] bytes(JsonNode object, String name) {
    JsonNode coded = object.path(name + "_base64");
    return coded.isTextual()
        ? Base64.getDecoder().decode(coded.asText())
        : object.path(name).asText("").getBytes(StandardCharsets.UTF_8);
  }
}
