package dev.lkjagent.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.json.JsonWriter;
import dev.lkjagent.json.lenient.Repairs;
import dev.lkjagent.json.xml.XmlMapping;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.nio.charset.StandardCharsets;

/** Reads the replies of rows leniently, one after the other. Used by one thread. */
final class RowReading implements AutoCloseable {
  private final ObjectMapper mapper;
  private final XmlMapping.Form form;
  private final TextReading reading = new TextReading(true);
  private final JsonWriter writer = new JsonWriter();
  private final XmlMapping mapping = new XmlMapping();

  RowReading(ObjectMapper mapper, XmlMapping.Form form) {
    this.mapper = mapper;
    this.form = form;
  }

  /**
   * What became of a row.
   *
   * @param line what is written about it
   * @param accepted whether there was a tree
   */
  record Answer(String line, boolean accepted) {}

  /** Reads a row's reply. */
  Answer answer(BatchRow row) {
    TextReading.Result result = reading.readReply(row.form(), row.chunks());
    if (!result.accepted()) {
      return refused(row, String.valueOf(result.code()), result.offset(), result.message());
    }
    Document document = reading.document();
    ObjectTree tree = document;
    if (document.kind(document.root()) == Tape.ELEMENT) {
      OwnedTree mapped = reading.emptyTree();
      Status status = mapping.toJson(document, document.root(), mapped, form);
      if (status != Status.OK) {
        return refused(row, status.name(), 0, "the tree cannot be mapped: " + status.meaning());
      }
      tree = mapped;
    }
    String output = new String(writer.toBytes(tree, tree.root()), StandardCharsets.UTF_8);
    String line =
        "{\"id\":"
            + row.id()
            + ",\"output\":"
            + output
            + ",\"repairs\":"
            + repairs(reading.repairs())
            + "}";
    return new Answer(line, true);
  }

  private Answer refused(BatchRow row, String code, int offset, String message) {
    return new Answer(row.refusal(mapper, code, offset, message), false);
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

  @Override
  public void close() {
    reading.close();
  }
}
