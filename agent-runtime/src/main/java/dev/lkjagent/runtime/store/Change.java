package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.journal.Encoder;
import dev.lkjagent.runtime.memory.TagSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one commit changes, encoded into buffers of its own: the worker fills it, the
 * store reads it, and pool memory is never seen by another thread.
 *
 * <p>It is made once and reused: {@link #begin} forgets the last content and keeps the room. From
 * {@link Store#commit} until the listener is called it belongs to the store; touching it in between
 * is misuse. Once its buffers have grown, filling it allocates nothing.
 */
public final class Change {
  /** The time of an agent that no time makes due. */
  public static final long NEVER = Long.MAX_VALUE;

  /** A flag of {@link #wake}: a message makes the agent due. */
  public static final int WAKE_ON_MESSAGE = 1;

  /** A flag of {@link #wake}: a decision of a person makes the agent due. */
  public static final int WAKE_ON_DECISION = 2;

  /** The tag that is added to an entry that is kept beside one that took its place. */
  public static final String EARLIER = "earlier";

  private static final int WRITE_INTS = 6;
  private static final int CALL_LONGS = 4;
  private static final int REMOVE = 1;
  private static final int KEEP = 2;

  /** What a change does with a call: ask a person, be about to make it, know its outcome. */
  static final int ASK = 0;

  static final int OPEN = 1;
  static final int CLOSE = 2;

  private final Encoder head = new Encoder(64);
  private final Encoder delta = new Encoder();
  private final Encoder record = new Encoder();
  private final Encoder image = new Encoder(16);
  private final Encoder data = new Encoder();
  private final List<Space> spaces = new ArrayList<>();

  private String agent = "";
  private long expectedVersion = -1;
  private long cycle;
  private boolean ends;
  private String state = "";
  private long due;
  private int wake;
  private long time;

  /** Per write: kind, index of the space, from and to of the tags, from and to of the value. */
  private int[] writes = new int[8 * WRITE_INTS];

  private int writeCount;

  /** Per intent: what to do and the ordinal, the cycle, from and to of the bytes. */
  private long[] calls = new long[4 * CALL_LONGS];

  private int callCount;
  private long[] consumed = new long[8];
  private int consumedCount;
  private @Nullable CommitListener listener;

  /** Makes an empty change. */
  public Change() {}

  /**
   * Begins a change, forgetting the last one.
   *
   * @param agentName whose
   * @param version the version that the agent has now
   * @return this
   */
  public Change begin(String agentName, long version) {
    agent = Objects.requireNonNull(agentName, "agentName");
    expectedVersion = version;
    cycle = 0;
    ends = false;
    state = "";
    due = 0;
    wake = 0;
    time = 0;
    head.clear();
    delta.clear();
    record.clear();
    image.clear();
    data.clear();
    spaces.clear();
    writeCount = 0;
    callCount = 0;
    consumedCount = 0;
    return this;
  }

  /**
   * Says which cycle this belongs to.
   *
   * @param number one more than the last cycle that ended
   * @param last whether the cycle ends with this change; if not, another one of the same cycle
   *     follows
   * @return this
   */
  public Change cycle(long number, boolean last) {
    cycle = number;
    ends = last;
    return this;
  }

  /**
   * Sets the state that the agent is in afterwards.
   *
   * @param name the state's name
   * @return this
   */
  public Change state(String name) {
    state = Objects.requireNonNull(name, "name");
    return this;
  }

  /**
   * Sets when the agent is due next; at once if not called.
   *
   * @param millis in milliseconds since the epoch, or {@link #NEVER}
   * @return this
   */
  public Change due(long millis) {
    due = millis;
    return this;
  }

  /**
   * Sets what makes the agent due before its time; nothing if not called. A message or a decision
   * that came before this change and was not consumed by it counts: the agent is due at once then.
   *
   * @param flags {@link #WAKE_ON_MESSAGE}, {@link #WAKE_ON_DECISION}, both or 0
   * @return this
   */
  public Change wake(int flags) {
    wake = flags;
    return this;
  }

  /**
   * Sets when the change is made.
   *
   * @param millis in milliseconds since the epoch
   * @return this
   */
  public Change time(long millis) {
    time = millis;
    return this;
  }

  /**
   * Takes what the loop keeps beside memory: counters, the estimator. Whatever is not written again
   * is gone.
   *
   * @return the buffer to write to
   */
  public Encoder head() {
    return head;
  }

  /**
   * Takes what changed in working memory.
   *
   * @return the buffer to write to
   */
  public Encoder delta() {
    return delta;
  }

  /**
   * Takes the journal record.
   *
   * @return the buffer to write to
   */
  public Encoder record() {
    return record;
  }

  /**
   * Takes the image of the agent's memory after this change. If it is not empty, the change, which
   * must end a cycle, becomes a checkpoint.
   *
   * @return the buffer to write to
   */
  public Encoder image() {
    return image;
  }

  /**
   * Writes an entry; one with the same tags is replaced. Later writes of a change win over earlier
   * ones.
   *
   * @param space {@link Space#OWN} or a shared space
   * @param tags holds the tags in canonical form
   * @param tagsFrom where they begin
   * @param tagsTo where they end
   * @param value holds the value
   * @param valueFrom where it begins
   * @param valueTo where it ends
   */
  public void save(
      Space space,
      byte[] tags,
      int tagsFrom,
      int tagsTo,
      byte[] value,
      int valueFrom,
      int valueTo) {
    write(0, space, tags, tagsFrom, tagsTo, value, valueFrom, valueTo);
  }

  /**
   * Removes an entry; nothing happens if there is none.
   *
   * @param space {@link Space#OWN} or a shared space
   * @param tags holds the tags in canonical form
   * @param tagsFrom where they begin
   * @param tagsTo where they end
   */
  public void remove(Space space, byte[] tags, int tagsFrom, int tagsTo) {
    write(REMOVE, space, tags, tagsFrom, tagsTo, tags, tagsTo, tagsTo);
  }

  /**
   * Writes an entry to the agent's own space unless it is there, or in another space, already. When
   * the change is applied, nothing happens if the agent's own space has an entry with these tags,
   * whatever its value is, or if the other space has the same value under them. If another value
   * stands there, both are to be had: the entry is saved with the tag {@value #EARLIER} added.
   *
   * @param space where to look as well: {@link Space#OWN} or a shared space
   * @param tags holds the tags in canonical form
   * @param tagsFrom where they begin
   * @param tagsTo where they end
   * @param value holds the value
   * @param valueFrom where it begins
   * @param valueTo where it ends
   */
  public void keep(
      Space space,
      byte[] tags,
      int tagsFrom,
      int tagsTo,
      byte[] value,
      int valueFrom,
      int valueTo) {
    write(KEEP, space, tags, tagsFrom, tagsTo, value, valueFrom, valueTo);
  }

  /**
   * Consumes a message.
   *
   * @param messageId its number
   */
  public void consume(long messageId) {
    if (consumedCount == consumed.length) {
      consumed = Arrays.copyOf(consumed, consumedCount << 1);
    }
    consumed[consumedCount++] = messageId;
  }

  /**
   * Announces a call of this cycle that a person must approve first.
   *
   * @param ordinal the number of the action in the reply
   * @param request holds what is to be done
   * @param from where that begins
   * @param to where it ends
   */
  public void ask(int ordinal, byte[] request, int from, int to) {
    call(ASK, cycle, ordinal, request, from, to);
  }

  /**
   * Announces a call that is about to be made: a new one of this cycle, or one that a person
   * approved. It is open until {@link #close}.
   *
   * @param callCycle the cycle whose reply asked for it
   * @param ordinal the number of the action in that reply
   * @param request holds what is to be done; of an approved call the earlier request stays
   * @param from where that begins
   * @param to where it ends
   */
  public void open(long callCycle, int ordinal, byte[] request, int from, int to) {
    call(OPEN, callCycle, ordinal, request, from, to);
  }

  /**
   * Closes a call: its outcome is known, or was told to be unknown, or a person denied it.
   *
   * @param callCycle the cycle whose reply asked for it
   * @param ordinal the number of the action in that reply
   */
  public void close(long callCycle, int ordinal) {
    call(CLOSE, callCycle, ordinal, data.array(), 0, 0);
  }

  private void write(
      int kind,
      Space space,
      byte[] tags,
      int tagsFrom,
      int tagsTo,
      byte[] value,
      int valueFrom,
      int valueTo) {
    if (!space.shared() && !space.equals(Space.OWN)) {
      throw new IllegalArgumentException(
          "a change of agent \""
              + agent
              + "\" writes to Space.OWN and to shared spaces, not to the "
              + space);
    }
    if (tagsFrom >= tagsTo) {
      throw new IllegalArgumentException("an entry needs a tag");
    }
    int at = writeCount * WRITE_INTS;
    if (at == writes.length) {
      writes = Arrays.copyOf(writes, at << 1);
    }
    writes[at] = kind;
    writes[at + 1] = indexOf(space);
    writes[at + 2] = data.size();
    data.putBytes(tags, tagsFrom, tagsTo);
    writes[at + 3] = data.size();
    writes[at + 4] = data.size();
    data.putBytes(value, valueFrom, valueTo);
    writes[at + 5] = data.size();
    writeCount++;
  }

  private int indexOf(Space space) {
    for (int i = 0; i < spaces.size(); i++) {
      if (spaces.get(i).equals(space)) {
        return i;
      }
    }
    spaces.add(space);
    return spaces.size() - 1;
  }

  private void call(int what, long callCycle, int ordinal, byte[] request, int from, int to) {
    int at = callCount * CALL_LONGS;
    if (at == calls.length) {
      calls = Arrays.copyOf(calls, at << 1);
    }
    calls[at] = (long) ordinal << 8 | what;
    calls[at + 1] = callCycle;
    calls[at + 2] = data.size();
    data.putBytes(request, from, to);
    calls[at + 3] = data.size();
    callCount++;
  }

  /**
   * Whose change it is.
   *
   * @return the agent's name
   */
  public String agent() {
    return agent;
  }

  /**
   * The version that it was made for.
   *
   * @return the version
   */
  public long expectedVersion() {
    return expectedVersion;
  }

  /**
   * The cycle that it belongs to.
   *
   * @return the cycle's number
   */
  public long cycle() {
    return cycle;
  }

  /**
   * Whether its cycle ends with it.
   *
   * @return true if so
   */
  public boolean ends() {
    return ends;
  }

  /**
   * How many writes to storage it holds.
   *
   * @return the number of saves and removals
   */
  public int writeCount() {
    return writeCount;
  }

  /**
   * Where a write goes, or where an entry that is only {@linkplain #isKept kept} may be already.
   *
   * @param write its number, from 0
   * @return {@link Space#OWN} or a shared space
   */
  public Space writeSpace(int write) {
    return spaces.get(writes[field(write, 1)]);
  }

  /**
   * Whether a write is a removal.
   *
   * @param write its number, from 0
   * @return true for a removal, false for a save
   */
  public boolean isRemoval(int write) {
    return writes[field(write, 0)] == REMOVE;
  }

  /**
   * Whether a write is one of {@link #keep}: to the agent's own space, unless it is there or in the
   * write's space.
   *
   * @param write its number, from 0
   * @return true if so
   */
  public boolean isKept(int write) {
    return writes[field(write, 0)] == KEEP;
  }

  /**
   * The canonical tags of a write.
   *
   * @param write its number, from 0
   * @return a copy
   */
  public Bytes writeTags(int write) {
    return Bytes.copyOf(data.array(), writes[field(write, 2)], writes[field(write, 3)]);
  }

  /**
   * The value of a write.
   *
   * @param write its number, from 0
   * @return a copy, empty for a removal
   */
  public Bytes writeValue(int write) {
    return Bytes.copyOf(data.array(), writes[field(write, 4)], writes[field(write, 5)]);
  }

  /**
   * The tags of an entry that is kept beside one that took its place.
   *
   * @param tags the tags that both have
   * @return these and {@link #EARLIER}
   */
  public static TagSet earlier(TagSet tags) {
    return TagSet.of(tags.canonical() + "," + EARLIER);
  }

  /**
   * How many bytes it takes in the store, before indexes.
   *
   * @return the sum of its encoded parts
   */
  public long sizeBytes() {
    return (long) head.size() + delta.size() + record.size() + image.size() + data.size();
  }

  private int field(int write, int which) {
    return Objects.checkIndex(write, writeCount) * WRITE_INTS + which;
  }

  /** Throws on what no store could apply. */
  void check() {
    if (agent.isEmpty() || expectedVersion < 0 || cycle < 1) {
      throw new IllegalArgumentException(
          "a change needs an agent (\""
              + agent
              + "\"), the version it was made for ("
              + expectedVersion
              + ") and a cycle from 1 on ("
              + cycle
              + "): call begin and cycle");
    }
    if (image.size() > 0 && !ends) {
      throw new IllegalArgumentException("a checkpoint comes with the end of a cycle");
    }
  }

  String state() {
    return state;
  }

  long due() {
    return due;
  }

  int wake() {
    return wake;
  }

  long time() {
    return time;
  }

  int consumedCount() {
    return consumedCount;
  }

  long consumed(int i) {
    return consumed[i];
  }

  int callCount() {
    return callCount;
  }

  int call(int i) {
    return (int) calls[i * CALL_LONGS] & 0xFF;
  }

  int callOrdinal(int i) {
    return (int) (calls[i * CALL_LONGS] >> 8);
  }

  long callCycle(int i) {
    return calls[i * CALL_LONGS + 1];
  }

  Bytes callRequest(int i) {
    return Bytes.copyOf(
        data.array(), (int) calls[i * CALL_LONGS + 2], (int) calls[i * CALL_LONGS + 3]);
  }

  /** Keeps who is to be answered while a store works on it. */
  void listener(@Nullable CommitListener to) {
    listener = to;
  }

  @Nullable CommitListener listener() {
    return listener;
  }
}
