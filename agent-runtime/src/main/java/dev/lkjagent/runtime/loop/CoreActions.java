package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.Status;
import dev.lkjagent.runtime.action.CoreAction;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.journal.Encoder;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.TagSet;
import dev.lkjagent.runtime.memory.Tags;
import dev.lkjagent.runtime.memory.WorkingMemory;
import dev.lkjagent.runtime.store.Bytes;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.Entry;
import dev.lkjagent.runtime.store.Hit;
import dev.lkjagent.runtime.store.Query;
import dev.lkjagent.runtime.store.SearchPage;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The actions on memory and storage. They change memory at once, under its undo log, and write to
 * storage through the change of the cycle; what they read from storage is what the store has, with
 * the writes of this cycle laid over it.
 */
final class CoreActions {
  private static final int HITS = 10;
  private static final int SNIPPET_CHARS = 120;

  private final Cycle cycle;
  private byte[] tagBytes = new byte[256];

  CoreActions(Cycle cycle) {
    this.cycle = cycle;
  }

  /** Runs an action; answers whether it has ended, or will by mail. */
  boolean run(CoreAction action, int number) {
    Encoder line = cycle.turn().line;
    Outcome.text(line, action.utf8());
    Fault fault =
        switch (action) {
          case WORKING_MEMORY_ADD -> add(number);
          case WORKING_MEMORY_REMOVE -> remove(number);
          case WORKING_MEMORY_PIN -> pin(number, true);
          case WORKING_MEMORY_UNPIN -> pin(number, false);
          case STORAGE_SAVE -> save(number);
          case STORAGE_REMOVE -> delete(number);
          case REPLY, FINISH -> say(number, action);
          case WAIT -> pause(number);
          case STORAGE_LOAD, STORAGE_SEARCH -> null;
        };
    if (action == CoreAction.STORAGE_LOAD) {
      return load(number);
    }
    if (action == CoreAction.STORAGE_SEARCH) {
      return search(number);
    }
    cycle.note(fault);
    return true;
  }

  /**
   * The canonical tags of an action in {@link #tagBytes}; 0 if there are none, which was noted
   * then.
   */
  private int tags(int number) {
    Reply reply = cycle.turn().reply;
    int from = reply.from(number, Reply.Part.TAGS);
    int to = reply.to(number, Reply.Part.TAGS);
    int most = Tags.maxBytes(to - from);
    if (tagBytes.length < most) {
      tagBytes = new byte[most];
    }
    int length = cycle.worker.tags.normalize(reply.text(), from, to, tagBytes, 0);
    if (length > 0) {
      Encoder line = cycle.turn().line;
      Outcome.text(line, " [");
      line.putBytes(tagBytes, 0, length);
      Outcome.text(line, "]: ");
    }
    return Math.max(0, length);
  }

  private Fault noTags() {
    Outcome.text(cycle.turn().line, ": ");
    return cycle.lineFault(
        FaultCode.NO_TAGS, "it needs <tags> with at least one letter or digit in them");
  }

  private @Nullable Fault tooLong(int length) {
    return length <= WorkingMemory.MAX_TAGS_BYTES
        ? null
        : cycle.lineFault(
            FaultCode.VALUE_TOO_LARGE,
            "the tags have "
                + length
                + " bytes; at most "
                + WorkingMemory.MAX_TAGS_BYTES
                + " are taken");
  }

  private @Nullable Fault add(int number) {
    int length = tags(number);
    if (length == 0) {
      return noTags();
    }
    Reply reply = cycle.turn().reply;
    if (!reply.has(number, Reply.Part.VALUE)) {
      return cycle.lineFault(FaultCode.MISSING_VALUE, "it needs a <value>");
    }
    Fault tooLong = tooLong(length);
    if (tooLong != null) {
      return tooLong;
    }
    boolean replaces = cycle.mind.memory.find(tagBytes, 0, length) != WorkingMemory.NONE;
    int from = reply.from(number, Reply.Part.VALUE);
    int to = reply.to(number, Reply.Part.VALUE);
    Status status = cycle.room.put(EntryKind.NOTE, tagBytes, 0, length, reply.text(), from, to);
    if (status != Status.OK) {
      return noRoom(status, to - from);
    }
    Encoder line = cycle.turn().line;
    Outcome.text(line, replaces ? "replaced, " : "noted, ");
    Outcome.number(line, to - from);
    Outcome.text(line, " bytes");
    return null;
  }

  private Fault noRoom(Status status, int bytes) {
    return status == Status.TOO_LARGE
        ? cycle.lineFault(
            FaultCode.VALUE_TOO_LARGE,
            "a value of " + bytes + " bytes is larger than any slot of memory; split it")
        : cycle.lineFault(
            FaultCode.BUDGET_EXHAUSTED,
            "memory has no room for "
                + bytes
                + " bytes ("
                + status.meaning()
                + "); remove or unpin something first");
  }

  private @Nullable Fault remove(int number) {
    int length = tags(number);
    if (length == 0) {
      return noTags();
    }
    int index = cycle.mind.memory.find(tagBytes, 0, length);
    if (index == WorkingMemory.NONE) {
      return cycle.lineFault(
          FaultCode.NOTHING_THERE, "working memory has no entry with these tags");
    }
    Status status = cycle.mind.memory.remove(index);
    if (status != Status.OK) {
      return noRoom(status, 0);
    }
    Outcome.text(cycle.turn().line, "removed");
    return null;
  }

  private @Nullable Fault pin(int number, boolean pinned) {
    int length = tags(number);
    if (length == 0) {
      return noTags();
    }
    int index = cycle.mind.memory.find(tagBytes, 0, length);
    if (index == WorkingMemory.NONE) {
      return cycle.lineFault(
          FaultCode.NOTHING_THERE, "working memory has no entry with these tags");
    }
    cycle.mind.memory.pin(index, pinned);
    Outcome.text(cycle.turn().line, pinned ? "pinned" : "unpinned");
    return null;
  }

  private @Nullable Fault save(int number) {
    int length = tags(number);
    if (length == 0) {
      return noTags();
    }
    Fault tooLong = tooLong(length);
    if (tooLong != null) {
      return tooLong;
    }
    Reply reply = cycle.turn().reply;
    byte[] value = reply.text();
    int from = reply.from(number, Reply.Part.VALUE);
    int to = reply.to(number, Reply.Part.VALUE);
    if (!reply.has(number, Reply.Part.VALUE)) {
      WorkingMemory memory = cycle.mind.memory;
      int index = memory.find(tagBytes, 0, length);
      if (index == WorkingMemory.NONE) {
        return cycle.lineFault(
            FaultCode.NOTHING_THERE,
            "there is no <value>, and working memory has no entry with these tags to save");
      }
      memory.touch(index, cycle.cycleNumber());
      value = memory.bytes();
      from = memory.valueFrom(index);
      to = from + memory.valueBytes(index);
    }
    saved(tagBytes, 0, length, value, from, to);
    Encoder line = cycle.turn().line;
    Outcome.text(line, "saved, ");
    Outcome.number(line, to - from);
    Outcome.text(line, " bytes");
    return null;
  }

  /** Writes an entry to storage, in the place of one that was paged out under the same tags. */
  private void saved(byte[] tags, int tagsFrom, int tagsTo, byte[] value, int from, int to) {
    Change change = cycle.turn().change;
    if (cycle.spec.space().shared()) {
      change.remove(Space.OWN, tags, tagsFrom, tagsTo);
    }
    change.save(cycle.spec.space(), tags, tagsFrom, tagsTo, value, from, to);
  }

  /**
   * Writes what leaves memory to the agent's own storage, where no other agent has a say. A copy is
   * written only if storage, when the cycle is committed, does not have it under its tags any more;
   * beside what another agent has put there, with a tag more.
   */
  void pagedOut(
      EntryKind kind, byte[] tags, int tagsFrom, int tagsTo, byte[] value, int from, int to) {
    Change change = cycle.turn().change;
    if (kind == EntryKind.LOADED) {
      change.keep(cycle.spec.space(), tags, tagsFrom, tagsTo, value, from, to);
    } else {
      change.save(Space.OWN, tags, tagsFrom, tagsTo, value, from, to);
    }
  }

  private @Nullable Fault delete(int number) {
    int length = tags(number);
    if (length == 0) {
      return noTags();
    }
    if (cycle.spec.space().shared()) {
      cycle.turn().change.remove(Space.OWN, tagBytes, 0, length);
    }
    cycle.turn().change.remove(cycle.spec.space(), tagBytes, 0, length);
    Outcome.text(cycle.turn().line, "removed from storage if it was there");
    return null;
  }

  private @Nullable Fault say(int number, CoreAction action) {
    Reply reply = cycle.turn().reply;
    if (!reply.has(number, Reply.Part.VALUE)) {
      Outcome.text(cycle.turn().line, ": ");
      return cycle.lineFault(FaultCode.MISSING_VALUE, "it needs a <value>");
    }
    int from = reply.from(number, Reply.Part.VALUE);
    int to = reply.to(number, Reply.Part.VALUE);
    if (cycle.listened()) {
      cycle.tell(
          new AgentEvent.Said(
              cycle.spec.name(),
              cycle.mind.cycle(),
              new String(reply.text(), from, to - from, StandardCharsets.UTF_8)));
    }
    Encoder line = cycle.turn().line;
    Outcome.text(line, ": ");
    line.putBytes(reply.text(), from, to);
    if (action == CoreAction.FINISH) {
      cycle.finish(reply.text(), from, to);
    }
    return null;
  }

  /** The run rests after this cycle until a time; seconds count from the cycle's beginning. */
  private @Nullable Fault pause(int number) {
    Reply reply = cycle.turn().reply;
    int from = reply.from(number, Reply.Part.VALUE);
    int to = reply.to(number, Reply.Part.VALUE);
    String text = new String(reply.text(), from, to - from, StandardCharsets.UTF_8).strip();
    Encoder line = cycle.turn().line;
    Outcome.text(line, ": ");
    try {
      Instant until =
          text.matches("[0-9]{1,10}")
              ? Instant.ofEpochMilli(cycle.begunMillis()).plusSeconds(Long.parseLong(text))
              : Instant.parse(text);
      cycle.pauseUntil(until.toEpochMilli());
      Outcome.text(line, "until " + until);
      return null;
    } catch (DateTimeException | ArithmeticException e) {
      return cycle.lineFault(
          FaultCode.INVALID_VALUE,
          "\"" + text + "\" is neither a number of seconds nor a time as 2030-01-31T08:00:00Z");
    }
  }

  // ---- reading storage ----

  /**
   * Reads from the agent's own space, where what was paged out is, and from the one that it shares.
   * An entry of its own hides a shared one with the same tags.
   */
  private CompletionStage<List<Entry>> read(Query query, long room) {
    Store store = cycle.worker.host.store();
    Space space = cycle.spec.space();
    CompletionStage<List<Entry>> own = store.read(cycle.ownSpace(), query, room);
    return !space.shared()
        ? own
        : own.thenCompose(
            mine -> {
              long left = room;
              for (Entry entry : mine) {
                left -= entry.value().size();
              }
              return store
                  .read(space, query, Math.max(1, left))
                  .thenApply(theirs -> together(mine, theirs));
            });
  }

  private static List<Entry> together(List<Entry> mine, List<Entry> theirs) {
    List<Entry> all = new ArrayList<>(mine);
    for (Entry entry : theirs) {
      if (mine.stream().noneMatch(other -> other.tags().equals(entry.tags()))) {
        all.add(entry);
      }
    }
    return all;
  }

  /** Searches where {@link #read} reads. */
  private CompletionStage<SearchPage> search(Query query) {
    Store store = cycle.worker.host.store();
    Space space = cycle.spec.space();
    CompletionStage<SearchPage> own = store.search(cycle.ownSpace(), query);
    return !space.shared()
        ? own
        : own.thenCompose(
            mine -> store.search(space, query).thenApply(theirs -> together(mine, theirs)));
  }

  /** The hits of both in turns, as many as one page has. */
  private static SearchPage together(SearchPage mine, SearchPage theirs) {
    List<Hit> others = new ArrayList<>(theirs.hits());
    others.removeIf(hit -> mine.hits().stream().anyMatch(own -> own.tags().equals(hit.tags())));
    int hidden = theirs.hits().size() - others.size();
    List<Hit> hits = new ArrayList<>();
    for (int i = 0; i < HITS; i++) {
      hits.addAll(
          mine.hits()
              .subList(Math.min(i, mine.hits().size()), Math.min(i + 1, mine.hits().size())));
      hits.addAll(others.subList(Math.min(i, others.size()), Math.min(i + 1, others.size())));
    }
    return new SearchPage(
        hits.subList(0, Math.min(HITS, hits.size())), 0, mine.total() + theirs.total() - hidden);
  }

  private boolean load(int number) {
    int length = tags(number);
    if (length == 0) {
      cycle.note(noTags());
      return true;
    }
    String tags = new String(tagBytes, 0, length, StandardCharsets.UTF_8);
    Query query = Query.EVERYTHING.all(tags).page(0, 1000);
    return whenRead(
        read(query, cycle.room.bytes()),
        entries -> {
          if (cycle.spec.space().shared()) {
            cycle.turn().recorder.sharedRead(SharedReads.encode(entries));
          }
          return loaded(new TagSet(tags), entries);
        });
  }

  private @Nullable Fault loaded(TagSet wanted, List<Entry> stored) {
    List<Entry> entries = withOwnWrites(stored, wanted);
    Encoder line = cycle.turn().line;
    if (entries.isEmpty()) {
      return cycle.lineFault(
          FaultCode.NOTHING_THERE,
          "storage has no entry with all these tags that fits into the "
              + cycle.room.bytes()
              + " bytes of room");
    }
    int done = 0;
    for (Entry entry : entries) {
      byte[] tags = entry.tags().bytes();
      byte[] value = entry.value().toArray();
      Status status =
          cycle.mind.memory.put(
              EntryKind.LOADED, tags, 0, tags.length, value, 0, value.length, cycle.cycleNumber());
      if (status != Status.OK) {
        break;
      }
      cycle.turn().loaded.putSized(tags, 0, tags.length);
      cycle.turn().loaded.putSized(value, 0, value.length);
      done++;
    }
    if (done == 0) {
      return noRoom(Status.BUDGET_EXCEEDED, entries.get(0).value().size());
    }
    Outcome.text(line, "loaded ");
    Outcome.number(line, done);
    Outcome.text(line, done == 1 ? " entry" : " entries");
    for (int i = 0; i < done; i++) {
      Outcome.text(line, i == 0 ? ": " : "; ");
      Outcome.text(line, entries.get(i).tags().canonical());
    }
    if (done < entries.size()) {
      Outcome.text(line, "; no room for ");
      Outcome.number(line, entries.size() - done);
      Outcome.text(line, " more");
    }
    return null;
  }

  /** What the store has, with the writes of this cycle laid over it. */
  private List<Entry> withOwnWrites(List<Entry> read, TagSet wanted) {
    Change change = cycle.turn().change;
    List<Entry> entries = new ArrayList<>(read);
    for (int i = 0; i < change.writeCount(); i++) {
      TagSet tags = new TagSet(change.writeTags(i).utf8());
      if (change.isKept(i)) {
        Bytes stored = valueOf(tags, entries);
        if (stored != null) {
          if (!cycle.spec.space().shared() || stored.equals(change.writeValue(i))) {
            continue;
          }
          tags = Change.earlier(tags);
        }
      }
      TagSet written = tags;
      entries.removeIf(entry -> entry.tags().equals(written));
      if (!change.isRemoval(i) && tags.containsAll(wanted)) {
        entries.add(0, new Entry(tags, change.writeValue(i), cycle.begunMillis()));
      }
    }
    return entries;
  }

  private static @Nullable Bytes valueOf(TagSet tags, List<Entry> entries) {
    for (Entry entry : entries) {
      if (entry.tags().equals(tags)) {
        return entry.value();
      }
    }
    return null;
  }

  private boolean search(int number) {
    Reply reply = cycle.turn().reply;
    Encoder line = cycle.turn().line;
    int tagsFrom = reply.from(number, Reply.Part.TAGS);
    String tags =
        new String(
            reply.text(),
            tagsFrom,
            reply.to(number, Reply.Part.TAGS) - tagsFrom,
            StandardCharsets.UTF_8);
    int valueFrom = reply.from(number, Reply.Part.VALUE);
    String words =
        new String(
            reply.text(),
            valueFrom,
            reply.to(number, Reply.Part.VALUE) - valueFrom,
            StandardCharsets.UTF_8);
    Query query = query(tags, words);
    if (query == null) {
      cycle.note(noTagsOrWords());
      return true;
    }
    Outcome.text(line, tags.isBlank() ? ": " : " [" + tags.strip() + "]: ");
    return whenRead(
        search(query),
        page -> {
          if (cycle.spec.space().shared()) {
            cycle.turn().recorder.sharedRead(SharedReads.encode(page));
          }
          return found(query, page);
        });
  }

  private Fault noTagsOrWords() {
    Outcome.text(cycle.turn().line, ": ");
    return cycle.lineFault(
        FaultCode.NO_TAGS, "it needs <tags> to look for, words in <value>, or both");
  }

  /** {@code a, b} for all of them, {@code a | b} for any, {@code -a} for none; words beside. */
  private static @Nullable Query query(String tags, String words) {
    Query query = Query.EVERYTHING.page(0, HITS).snippets(SNIPPET_CHARS);
    boolean any = tags.indexOf('|') >= 0;
    StringBuilder wanted = new StringBuilder();
    StringBuilder unwanted = new StringBuilder();
    for (String tag : tags.split("[,|]")) {
      boolean excluded = tag.strip().startsWith("-");
      (excluded ? unwanted : wanted).append(tag).append(',');
    }
    String with = Tags.normalize(wanted.toString());
    String without = Tags.normalize(unwanted.toString());
    if (with.isEmpty() && without.isEmpty() && words.isBlank()) {
      return null;
    }
    query = with.isEmpty() ? query : any ? query.any(with) : query.all(with);
    query = without.isEmpty() ? query : query.not(without);
    return words.isBlank() ? query : query.text(words);
  }

  private @Nullable Fault found(Query query, SearchPage page) {
    List<Hit> hits = new ArrayList<>(page.hits());
    int total = page.total() + overlay(query, hits);
    Encoder line = cycle.turn().line;
    if (hits.isEmpty()) {
      Outcome.text(line, "no hits");
      return null;
    }
    Outcome.number(line, total);
    Outcome.text(line, total == 1 ? " hit" : " hits");
    for (Hit hit : hits) {
      Outcome.text(line, "; [");
      Outcome.text(line, hit.tags().canonical());
      Outcome.text(line, "] ");
      Outcome.number(line, hit.sizeBytes());
      Outcome.text(line, " bytes: ");
      Outcome.text(line, hit.snippet());
    }
    if (total > hits.size()) {
      Outcome.text(line, "; more hits are not shown, ask for more tags or words");
    }
    return null;
  }

  /** Lays the writes of this cycle over hits; answers by how much their number changes. */
  private int overlay(Query query, List<Hit> hits) {
    Change change = cycle.turn().change;
    int more = 0;
    for (int i = 0; i < change.writeCount(); i++) {
      TagSet tags = new TagSet(change.writeTags(i).utf8());
      if (change.isKept(i) && hits.stream().anyMatch(hit -> hit.tags().equals(tags))) {
        continue;
      }
      if (hits.removeIf(hit -> hit.tags().equals(tags))) {
        more--;
      }
      Bytes value = change.writeValue(i);
      if (!change.isRemoval(i) && matches(query, tags, value.utf8())) {
        String text = value.utf8().replace('\n', ' ');
        String snippet = text.length() <= SNIPPET_CHARS ? text : text.substring(0, SNIPPET_CHARS);
        hits.add(0, new Hit(tags, value.size(), cycle.begunMillis(), snippet, 0));
        more++;
      }
    }
    return more;
  }

  private static boolean matches(Query query, TagSet tags, String value) {
    if (query.all() != null && !tags.containsAll(query.all())
        || query.any() != null && tags.common(query.any()) == 0
        || query.not() != null && tags.common(query.not()) > 0) {
      return false;
    }
    if (query.text() != null) {
      String text = value.toLowerCase(Locale.ROOT);
      for (String word : query.text().toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
        if (!text.contains(word)) {
          return false;
        }
      }
    }
    return true;
  }

  private <T> boolean whenRead(
      CompletionStage<T> stage, java.util.function.Function<T, @Nullable Fault> then) {
    var future = stage.toCompletableFuture();
    if (future.isDone() && !future.isCompletedExceptionally()) {
      cycle.note(then.apply(future.join()));
      return true;
    }
    Turn mine = cycle.turn();
    Consumer<Runnable> back = task -> cycle.worker.post(task::run);
    stage.whenComplete(
        (answer, failure) ->
            back.accept(
                () -> {
                  if (!cycle.owns(mine)) {
                    return;
                  }
                  if (failure != null) {
                    Fault fault = StoreFaults.of(failure);
                    cycle.actionEnded(cycle.lineFault(fault.code(), fault.message()));
                  } else {
                    cycle.actionEnded(then.apply(answer));
                  }
                }));
    return false;
  }
}
