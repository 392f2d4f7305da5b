package dev.lkjagent.runtime.loop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.memory.TagSet;
import dev.lkjagent.runtime.memory.WorkingMemory;
import dev.lkjagent.runtime.state.States;
import dev.lkjagent.runtime.store.Bytes;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.CommitListener;
import dev.lkjagent.runtime.store.Snapshot;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * An agent as a file {@code memory.json}: {@code working_memory} and {@code storage}, objects of
 * tags and values, {@code state} and {@code iteration}.
 *
 * <p>Keys are tags in any spelling. A value that is not a text is kept as JSON. Entries whose key
 * begins with the prefix of a log become items of that log.
 */
public final class MemoryFile {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private MemoryFile() {}

  /**
   * Makes an agent of a file. Everything in it is one commit, which carries the number of the last
   * cycle that the file says is past.
   *
   * @param store where the agent is to be kept
   * @param agent the name of the agent, which the store must not know
   * @param json the file
   * @param time now, in milliseconds since the epoch
   * @throws FaultException {@code CONFIG_INVALID} if the file is not one of these, {@code
   *     AGENT_NAME_TAKEN} if the store knows the agent
   */
  public static void importAgent(Store store, String agent, byte[] json, long time) {
    JsonNode file = parse(json);
    Map<TagSet, Map.Entry<String, JsonNode>> memory = entries(file.path("working_memory"));
    Map<TagSet, Map.Entry<String, JsonNode>> storage = entries(file.path("storage"));
    Snapshot fresh = StoreFaults.join(store.create(agent, time));
    long cycle = Math.max(1, file.path("iteration").asLong(0));
    String state = file.path("state").asText(States.THINKING);
    long version = fresh.version();
    Change change = new Change().begin(agent, version).cycle(cycle, true).state(state).time(time);
    WorkingMemory.beginImage(change.delta(), memory.size());
    memory.forEach(
        (tags, entry) ->
            WorkingMemory.imageEntry(
                change.delta(), kind(entry.getKey()), (int) cycle, tags.bytes(), text(entry)));
    storage.forEach(
        (tags, entry) -> {
          byte[] name = tags.bytes();
          byte[] value = text(entry);
          change.save(Space.OWN, name, 0, name.length, value, 0, value.length);
        });
    commit(store, change);
  }

  /** Members by the tags that they name; of two that name the same, the last holds. */
  private static Map<TagSet, Map.Entry<String, JsonNode>> entries(JsonNode members) {
    Map<TagSet, Map.Entry<String, JsonNode>> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : members.properties()) {
      TagSet tags = TagSet.of(member.getKey());
      entries.remove(tags);
      entries.put(tags, member);
    }
    return entries;
  }

  private static JsonNode parse(byte[] json) {
    try {
      JsonNode file = JSON.readTree(json);
      for (String part : new String[] {"working_memory", "storage"}) {
        if (!file.isObject() || file.has(part) && !file.get(part).isObject()) {
          throw FaultCode.CONFIG_INVALID
              .with("a memory file is a JSON object, and so is its " + part + " if it has one")
              .asException();
        }
      }
      return file;
    } catch (JsonProcessingException e) {
      throw notJson(
          e.getOriginalMessage()
              + " (line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr()
              + ")");
    } catch (IOException e) {
      throw notJson(String.valueOf(e.getMessage()));
    }
  }

  private static FaultException notJson(String why) {
    return FaultCode.CONFIG_INVALID.with("the memory file is not JSON: " + why).asException();
  }

  private static EntryKind kind(String key) {
    MemoryLimits logs = MemoryLimits.DEFAULT;
    if (key.startsWith(logs.thinking().keyPrefix())) {
      return EntryKind.THINKING;
    }
    if (key.startsWith(logs.evaluation().keyPrefix())) {
      return EntryKind.EVALUATION;
    }
    return key.startsWith(logs.execution().keyPrefix()) ? EntryKind.EXECUTION : EntryKind.NOTE;
  }

  private static byte[] text(Map.Entry<String, JsonNode> entry) {
    JsonNode value = entry.getValue();
    return Outcome.ascii(value.isTextual() ? value.textValue() : value.toString());
  }

  static void commit(Store store, Change change) {
    CompletableFuture<Bytes> done = new CompletableFuture<>();
    store.commit(
        change,
        new CommitListener() {
          @Override
          public void committed(Change committed, long version) {
            done.complete(Bytes.EMPTY);
          }

          @Override
          public void refused(Change refused, Fault fault) {
            done.completeExceptionally(fault.asException());
          }
        });
    var unused = StoreFaults.join(done);
  }

  /**
   * Writes an agent as a file.
   *
   * @param store where it is kept
   * @param agent the agent, on its host
   * @return the file, UTF-8
   */
  public static byte[] export(Store store, Agent agent) {
    return write(store, agent.name(), Store.LATEST, agent.status(), agent.workingMemory());
  }

  /**
   * Writes an agent as a file, without running it.
   *
   * @param store where it is kept; it is not written to
   * @param agent its name
   * @param cycle as it was at the end of that cycle, or {@link Store#LATEST}
   * @return the file, UTF-8
   * @throws FaultException {@code NO_SUCH_AGENT} or {@code NO_SUCH_CYCLE}
   */
  public static byte[] export(Store store, String agent, long cycle) {
    SavedAgent saved = SavedAgent.read(store, agent, cycle);
    return write(store, agent, cycle, saved.status(), saved.memory());
  }

  private static byte[] write(
      Store store, String agent, long cycle, AgentStatus status, List<MemoryEntry> entries) {
    ObjectNode file = JSON.createObjectNode();
    ObjectNode memory = file.putObject("working_memory");
    for (MemoryEntry entry : entries) {
      memory.put(entry.tags(), entry.value());
    }
    ObjectNode storage = file.putObject("storage");
    var unused =
        StoreFaults.join(
            store.entries(
                Space.of(agent),
                cycle,
                entry -> storage.put(entry.tags().canonical(), entry.value().utf8())));
    file.put("state", status.state());
    file.put("iteration", status.cycle());
    return Outcome.ascii(file.toPrettyString() + "\n");
  }
}
