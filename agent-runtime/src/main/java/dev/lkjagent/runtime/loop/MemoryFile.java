package dev.lkjagent.runtime.loop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * An agent as a file {@code memory.json}: {@code working_memory} and {@code storage}, objects of
 * tags and values, {@code state} and {@code iteration}.
 *
 * <p>Keys are tags in any spelling. A value that is not a text is kept as JSON. Entries whose key
 * begins with the prefix of a log become items of that log, and the log goes on behind the highest
 * number among them.
 *
 * <p>What these four can't say, an export writes beside them, and an import takes if it is there:
 * {@code kinds} (of entries that are no notes, by tags), {@code pinned} (tags), {@code counters}
 * (tokens, faults, the run's first cycle, the number that each log goes on with) and the {@code
 * result} of a run that has ended.
 */
public final class MemoryFile {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final String MEMORY = "working_memory";
  private static final String STORAGE = "storage";
  private static final String KINDS = "kinds";
  private static final String PINNED = "pinned";
  private static final String COUNTERS = "counters";
  private static final String PROMPT_TOKENS = "prompt_tokens";
  private static final String REPLY_TOKENS = "reply_tokens";
  private static final String FAULTS = "faults";
  private static final String RUN_FIRST_CYCLE = "run_first_cycle";
  private static final String RUN_TOKENS = "run_tokens";
  private static final String RUN_MILLIS = "run_millis";
  private static final String NEXT = "next_log_numbers";
  private static final String RESULT = "result";

  private static final List<EntryKind> LOGS =
      List.of(EntryKind.THINKING, EntryKind.EVALUATION, EntryKind.EXECUTION);

  /** More digits than a log ever has items. */
  private static final int MAX_DIGITS = 15;

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
    importAgent(store, agent, json, time, MemoryLimits.DEFAULT);
  }

  /**
   * Makes an agent of a file, whose logs stand under prefixes of their own.
   *
   * @param store where the agent is to be kept
   * @param agent the name of the agent, which the store must not know
   * @param json the file
   * @param time now, in milliseconds since the epoch
   * @param logs names the prefix of each log
   * @throws FaultException {@code CONFIG_INVALID} if the file is not one of these, {@code
   *     AGENT_NAME_TAKEN} if the store knows the agent
   */
  public static void importAgent(
      Store store, String agent, byte[] json, long time, MemoryLimits logs) {
    JsonNode file = parse(json);
    Map<TagSet, Map.Entry<String, JsonNode>> memory = entries(file.path(MEMORY));
    Map<TagSet, Map.Entry<String, JsonNode>> storage = entries(file.path(STORAGE));
    Map<TagSet, Map.Entry<String, JsonNode>> kinds = entries(file.path(KINDS));
    Set<TagSet> pinned = new HashSet<>();
    file.path(PINNED).forEach(tags -> pinned.add(TagSet.of(tags.asText())));
    Mind.Counters counters = counters(file);
    Snapshot fresh = StoreFaults.join(store.create(agent, time));
    long cycle = Math.max(1, file.path("iteration").asLong(0));
    String state = file.path("state").asText(States.THINKING);
    long version = fresh.version();
    Change change = new Change().begin(agent, version).cycle(cycle, true).state(state).time(time);
    WorkingMemory.beginImage(change.delta(), memory.size());
    memory.forEach(
        (tags, entry) -> {
          Map.Entry<String, JsonNode> told = kinds.get(tags);
          EntryKind kind = told == null ? kind(entry.getKey(), logs) : kind(told.getValue());
          logged(counters, kind, entry.getKey());
          WorkingMemory.imageEntry(
              change.delta(),
              kind,
              pinned.contains(tags),
              (int) cycle,
              tags.bytes(),
              text(entry.getValue()));
        });
    storage.forEach(
        (tags, entry) -> {
          byte[] name = tags.bytes();
          byte[] value = text(entry.getValue());
          change.save(Space.OWN, name, 0, name.length, value, 0, value.length);
        });
    Mind.encodeHead(change.head(), Outcome.ascii(States.THINKING), counters);
    commit(store, change);
  }

  /** The counters that a file has; those that it lacks are those of an agent that is new. */
  private static Mind.Counters counters(JsonNode file) {
    Mind.Counters counters = new Mind.Counters();
    JsonNode given = file.path(COUNTERS);
    counters.promptTokens = atLeast(0, given, PROMPT_TOKENS);
    counters.replyTokens = atLeast(0, given, REPLY_TOKENS);
    counters.faults = atLeast(0, given, FAULTS);
    counters.runFirstCycle = atLeast(1, given, RUN_FIRST_CYCLE);
    counters.runTokens = atLeast(0, given, RUN_TOKENS);
    counters.runMillis = atLeast(0, given, RUN_MILLIS);
    for (EntryKind log : LOGS) {
      counters.logged[Room.logNumber(log)] = atLeast(0, given.path(NEXT), name(log));
    }
    counters.result = Outcome.ascii(file.path(RESULT).asText(""));
    counters.finished = file.has(RESULT);
    return counters;
  }

  private static long atLeast(long least, JsonNode counters, String name) {
    return Math.max(least, counters.path(name).asLong(least));
  }

  /** Lets a log go on behind the item with a key; keys end in their item's number. */
  private static void logged(Mind.Counters counters, EntryKind kind, String key) {
    int digits = key.length();
    while (digits > 0 && key.charAt(digits - 1) >= '0' && key.charAt(digits - 1) <= '9') {
      digits--;
    }
    if (!kind.paged() && digits < key.length() && key.length() - digits <= MAX_DIGITS) {
      int log = Room.logNumber(kind);
      long next = Long.parseLong(key.substring(digits)) + 1;
      counters.logged[log] = Math.max(counters.logged[log], next);
    }
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
      for (String part : new String[] {MEMORY, STORAGE}) {
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

  private static EntryKind kind(String key, MemoryLimits logs) {
    if (key.startsWith(logs.thinking().keyPrefix())) {
      return EntryKind.THINKING;
    }
    if (key.startsWith(logs.evaluation().keyPrefix())) {
      return EntryKind.EVALUATION;
    }
    return key.startsWith(logs.execution().keyPrefix()) ? EntryKind.EXECUTION : EntryKind.NOTE;
  }

  /** The kind that a file names; a note if it is not known. */
  private static EntryKind kind(JsonNode told) {
    for (EntryKind kind : EntryKind.values()) {
      if (name(kind).equals(told.asText())) {
        return kind;
      }
    }
    return EntryKind.NOTE;
  }

  private static String name(EntryKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static byte[] text(JsonNode value) {
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
    return export(store, agent.name(), Store.LATEST);
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
    ObjectNode file =
        SavedAgent.look(
            store,
            agent,
            cycle,
            (snapshot, mind) -> {
              ObjectNode seen = JSON.createObjectNode();
              putMemory(seen, mind.memory.entries());
              seen.putObject(STORAGE);
              seen.put("state", snapshot.state().isEmpty() ? States.THINKING : snapshot.state());
              seen.put("iteration", snapshot.cycle());
              putCounters(seen, mind.now);
              return seen;
            });
    ObjectNode storage = (ObjectNode) file.get(STORAGE);
    var unused =
        StoreFaults.join(
            store.entries(
                Space.of(agent),
                cycle,
                entry -> storage.put(entry.tags().canonical(), entry.value().utf8())));
    return Outcome.ascii(file.toPrettyString() + "\n");
  }

  private static void putMemory(ObjectNode file, List<MemoryEntry> entries) {
    ObjectNode memory = file.putObject(MEMORY);
    ObjectNode kinds = JSON.createObjectNode();
    ArrayNode pinned = JSON.createArrayNode();
    for (MemoryEntry entry : entries) {
      memory.put(entry.tags(), entry.value());
      // A loaded entry may be a copy of what the file does not have: it comes back as a note.
      if (entry.kind() != EntryKind.NOTE && entry.kind() != EntryKind.LOADED) {
        kinds.put(entry.tags(), name(entry.kind()));
      }
      if (entry.pinned()) {
        pinned.add(entry.tags());
      }
    }
    file.set(KINDS, kinds);
    file.set(PINNED, pinned);
  }

  private static void putCounters(ObjectNode file, Mind.Counters counters) {
    ObjectNode into = file.putObject(COUNTERS);
    into.put(PROMPT_TOKENS, counters.promptTokens);
    into.put(REPLY_TOKENS, counters.replyTokens);
    into.put(FAULTS, counters.faults);
    into.put(RUN_FIRST_CYCLE, counters.runFirstCycle);
    into.put(RUN_TOKENS, counters.runTokens);
    into.put(RUN_MILLIS, counters.runMillis);
    ObjectNode next = into.putObject(NEXT);
    for (EntryKind log : LOGS) {
      next.put(name(log), counters.logged[Room.logNumber(log)]);
    }
    if (counters.finished) {
      file.put(RESULT, new String(counters.result, StandardCharsets.UTF_8));
    }
  }
}
