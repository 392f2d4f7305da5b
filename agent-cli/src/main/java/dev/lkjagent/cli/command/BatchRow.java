package dev.lkjagent.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.json.lenient.ReplyForm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of a batch: a reply, whole or in pieces, and what is looked for in it.
 *
 * @param id what the answer is called by, null for none
 * @param form what is looked for
 * @param chunks the reply in UTF-8
 * @param problem why it is no such line, null if it is one
 */
record BatchRow(
    @Nullable JsonNode id, ReplyForm form, List<byte[]> chunks, @Nullable String problem) {
  /** Reads a line. */
  static BatchRow of(ObjectMapper mapper, byte[] line) {
    JsonNode row;
    try {
      row = mapper.readTree(new String(line, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      return refused(null, "the row is not JSON: " + e.getOriginalMessage());
    }
    JsonNode id = row.get("id");
    if (!row.path("input").isTextual() && !row.path("chunks").isArray()) {
      return refused(id, "the row has neither a text \"input\" nor an array \"chunks\"");
    }
    JsonNode wanted = row.get("form");
    ReplyForm form =
        wanted == null
            ? ReplyForm.ANY
            : switch (wanted.asText()) {
              case "json" -> ReplyForm.JSON;
              case "xml" -> ReplyForm.XML;
              default -> null;
            };
    return form == null
        ? refused(id, "the form is " + wanted + "; leave it out, or say \"json\" or \"xml\"")
        : new BatchRow(id, form, chunks(row), null);
  }

  private static BatchRow refused(@Nullable JsonNode id, String problem) {
    return new BatchRow(id, ReplyForm.ANY, List.of(), problem);
  }

  /** The pieces in UTF-8; a surrogate that waits for its other half goes with the next piece. */
  private static List<byte[]> chunks(JsonNode row) {
    List<byte[]> chunks = new ArrayList<>();
    if (row.path("input").isTextual()) {
      chunks.add(row.get("input").asText().getBytes(StandardCharsets.UTF_8));
      return chunks;
    }
    String waiting = "";
    for (JsonNode piece : row.get("chunks")) {
      String text = waiting + piece.asText();
      int whole = text.length();
      if (whole > 0 && Character.isHighSurrogate(text.charAt(whole - 1))) {
        whole--;
      }
      waiting = text.substring(whole);
      chunks.add(text.substring(0, whole).getBytes(StandardCharsets.UTF_8));
    }
    chunks.add(waiting.getBytes(StandardCharsets.UTF_8));
    return chunks;
  }

  /** The answer to a row that gave no tree. */
  String refusal(ObjectMapper mapper, String code, int offset, String message) {
    ObjectNode answer = mapper.createObjectNode();
    answer.set("id", id == null ? mapper.nullNode() : id);
    answer.putObject("error").put("code", code).put("offset", offset).put("message", message);
    return answer.toString();
  }
}
