package dev.lkjagent.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.json.JsonWriter;
import dev.lkjagent.json.lenient.Repairs;
import dev.lkjagent.json.lenient.ReplyForm;
import dev.lkjagent.json.xml.XmlMapping;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the replies of JSON lines leniently, and writes what became of each. */
final class ConvertBatch {
  private final ObjectMapper mapper = new ObjectMapper();
  private final JsonWriter writer = new JsonWriter();
  private final XmlMapping mapping = new XmlMapping();
  private final PrintWriter out;
  private final XmlMapping.Form form;

  ConvertBatch(PrintWriter out, XmlMapping.Form form) {
    this.out = out;
    this.form = form;
  }

  /** Converts all rows; answers whether every one was accepted. */
  boolean run(byte[] text) {
    boolean accepted = true;
    try (TextReading reading = new TextReading(true)) {
      for (String line : new String(text, StandardCharsets.UTF_8).split("\n")) {
        if (!line.isBlank()) {
          accepted &= convert(reading, line);
        }
      }
    }
    return accepted;
  }

  private boolean convert(TextReading reading, String line) {
    JsonNode row;
    try {
      row = mapper.readTree(line);
    } catch (JsonProcessingException e) {
      return refuse(null, "ROW", 0, "the row is not JSON: " + e.getOriginalMessage());
    }
    JsonNode id = row.get("id");
    if (!row.path("input").isTextual() && !row.path("chunks").isArray()) {
      return refuse(id, "ROW", 0, "the row has neither a text \"input\" nor an array \"chunks\"");
    }
    try {
      TextReading.Result result =
          reading.readReply(wanted(row.path("form").asText("")), chunks(row));
      if (!result.accepted()) {
        return refuse(id, String.valueOf(result.code()), result.offset(), result.message());
      }
      Document document = reading.document();
      ObjectTree tree = document;
      if (document.kind(document.root()) == Tape.ELEMENT) {
        OwnedTree mapped = reading.emptyTree();
        Status status = mapping.toJson(document, document.root(), mapped, form);
        if (status != Status.OK) {
          return refuse(id, status.name(), 0, "the tree cannot be mapped: " + status.meaning());
        }
        tree = mapped;
      }
      String output = new String(writer.toBytes(tree, tree.root()), StandardCharsets.UTF_8);
      out.println(
          "{\"id\":"
              + id
              + ",\"output\":"
              + output
              + ",\"repairs\":"
              + repairs(reading.repairs())
              + "}");
      return true;
    } catch (RuntimeException e) {
      return refuse(id, "CRASH", 0, String.valueOf(e));
    }
  }

  private static ReplyForm wanted(String form) {
    return switch (form) {
      case "json" -> ReplyForm.JSON;
      case "xml" -> ReplyForm.XML;
      default -> ReplyForm.ANY;
    };
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

  private ArrayNode repairs(Repairs repairs) {
    ArrayNode list = mapper.createArrayNode();
    for (int i = 0; i < repairs.size(); i++) {
      ObjectNode entry = list.addObject();
      entry.put("code", repairs.code(i).name());
      entry.put("offset", repairs.offset(i));
    }
    return list;
  }

  private boolean refuse(@Nullable JsonNode id, String code, int offset, String message) {
    ObjectNode row = mapper.createObjectNode();
    row.set("id", id == null ? mapper.nullNode() : id);
    row.putObject("error").put("code", code).put("offset", offset).put("message", message);
    out.println(row);
    return false;
  }
}
