package dev.lkjagent.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.runtime.loop.AgentStatus;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.store.AgentInfo;
import dev.lkjagent.runtime.store.Commit;
import dev.lkjagent.runtime.store.Entry;
import dev.lkjagent.runtime.store.Hit;
import dev.lkjagent.runtime.store.Message;
import dev.lkjagent.runtime.store.SearchPage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a store holds, for scripts. Times are milliseconds since the epoch. */
final class InspectJson {
  private InspectJson() {}

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ObjectNode of(Map<Path, List<AgentInfo>> agents, Map<Path, List<String>> spaces) {
    ObjectNode root = object();
    ArrayNode stores = root.putArray("stores");
    agents.forEach(
        (file, list) -> {
          ObjectNode store = stores.addObject().put("file", file.toString());
          ArrayNode inside = store.putArray("agents");
          list.forEach(info -> inside.add(of(info)));
          ArrayNode names = store.putArray("sharedSpaces");
          spaces.getOrDefault(file, List.of()).forEach(names::add);
        });
    return root;
  }

  private static ObjectNode of(AgentInfo info) {
    return object()
        .put("name", info.name())
        .put("state", info.state())
        .put("cycle", info.cycle())
        .put("version", info.version())
        .put("entries", info.entries())
        .put("messages", info.messages())
        .put("asked", info.asked())
        .put("created", info.created())
        .put("parent", info.parent())
        .put("parentCycle", info.parentCycle());
  }

  /** Where an agent stands: what every object about one agent begins with. */
  static ObjectNode of(AgentStatus status, Path file) {
    return object()
        .put("name", status.agent())
        .put("store", file.toString())
        .put("state", status.state())
        .put("cycle", status.cycle())
        .put("version", status.version())
        .put("promptTokens", status.promptTokens())
        .put("replyTokens", status.replyTokens())
        .put("faults", status.faults())
        .put("trace", status.traceHash());
  }

  static ObjectNode of(InspectCommand.View view) {
    ObjectNode root =
        of(view.saved().status(), view.file())
            .put("created", view.info().created())
            .put("parent", view.info().parent())
            .put("parentCycle", view.info().parentCycle());
    ArrayNode memory = root.putArray("workingMemory");
    for (MemoryEntry entry : view.saved().memory()) {
      memory
          .addObject()
          .put("tags", entry.tags())
          .put("kind", entry.kind().name().toLowerCase(Locale.ROOT))
          .put("pinned", entry.pinned())
          .put("written", entry.writtenCycle())
          .put("read", entry.readCycle())
          .put("value", entry.value());
    }
    ArrayNode storage = root.putArray("storage");
    for (Entry entry : view.storage()) {
      storage
          .addObject()
          .put("tags", entry.tags().canonical())
          .put("time", entry.time())
          .put("value", entry.value().utf8());
    }
    ArrayNode inbox = root.putArray("inbox");
    for (Message message : view.saved().inbox()) {
      inbox
          .addObject()
          .put("from", message.from())
          .put("time", message.time())
          .put("text", message.text().utf8());
    }
    root.put("openCalls", view.saved().intents().size());
    ArrayNode cycles = root.putArray("cycles");
    for (Commit commit : view.commits()) {
      ObjectNode cycle =
          cycles
              .addObject()
              .put("cycle", commit.cycle())
              .put("ends", commit.ends())
              .put("state", commit.state())
              .put("time", commit.time());
      ArrayNode items = cycle.putArray("items");
      for (JournalItem item : JournalItem.of(commit)) {
        items.addObject().put("kind", item.name()).put("text", item.text());
      }
    }
    return root;
  }

  static ObjectNode of(SearchPage page) {
    ObjectNode root = object().put("total", page.total());
    ArrayNode hits = root.putArray("hits");
    for (Hit hit : page.hits()) {
      hits.addObject()
          .put("tags", hit.tags().canonical())
          .put("bytes", hit.sizeBytes())
          .put("time", hit.time())
          .put("snippet", hit.snippet());
    }
    return root;
  }
}
