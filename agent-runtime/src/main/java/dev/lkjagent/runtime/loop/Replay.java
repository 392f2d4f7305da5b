package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Status;
import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.action.ActionCall;
import dev.lkjagent.runtime.action.ActionResult;
import dev.lkjagent.runtime.action.Actions;
import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultPolicies;
import dev.lkjagent.runtime.fault.FaultPolicy;
import dev.lkjagent.runtime.journal.Decoder;
import dev.lkjagent.runtime.journal.Encoder;
import dev.lkjagent.runtime.journal.JournalReader;
import dev.lkjagent.runtime.journal.Kind;
import dev.lkjagent.runtime.journal.TraceHash;
import dev.lkjagent.runtime.memory.DeltaText;
import dev.lkjagent.runtime.memory.WorkingMemory;
import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import dev.lkjagent.runtime.model.ToolCall;
import dev.lkjagent.runtime.store.Bytes;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.Commit;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.SearchPage;
import dev.lkjagent.runtime.store.Snapshot;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Runs a journal again: replies, usage, outcomes of actions and messages come from the records,
 * everything else is computed anew, in a pool and a store that nobody else sees.
 */
final class Replay {
  private static final int PAGE = 256;

  /** How many characters of a long text are shown on either side of a difference. */
  private static final int SHOWN = 40;

  /** Everything that came from outside in one cycle. */
  private static final class Inputs {
    byte[] reply = new byte[0];
    boolean replied;
    boolean tooLong;

    /** What the model answered instead of a whole reply; the cycle went on without one. */
    @Nullable Fault instead;

    long @Nullable [] usage;
    FinishReason finish = FinishReason.STOP;
    final List<ToolCall> toolCalls = new ArrayList<>();
    final List<String[]> messages = new ArrayList<>();
    final Map<Integer, ActionResult> results = new HashMap<>();
    long time;
    int marks;
    final Map<Integer, Status> refusals = new HashMap<>();
    final ArrayDeque<byte[]> shared = new ArrayDeque<>();
    byte[] delta = new byte[0];
    String state = "";
    byte[] head = new byte[0];
    String prompt = "";
  }

  private final AgentSpec spec;
  private final Map<Long, Inputs> cycles = new LinkedHashMap<>();
  private final Store origin;

  /** The cycle that the journal begins behind: an agent that was forked, trimmed or imported. */
  private long base;

  private long current;

  private Replay(AgentSpec spec, Store origin) {
    this.spec = spec;
    this.origin = origin;
  }

  static ReplayReport of(AgentHost host, AgentSpec spec) {
    Replay replay = new Replay(spec, host.store());
    replay.read(host.store());
    return replay.run();
  }

  private void read(Store store) {
    JournalReader reader = new JournalReader();
    long last = StoreFaults.join(store.load(spec.name(), Store.LATEST)).cycle();
    boolean first = true;
    for (long from = 1; from <= last; from += PAGE) {
      for (Commit commit : StoreFaults.join(store.commits(spec.name(), from, PAGE))) {
        if (first && (commit.cycle() > 1 || commit.record().size() == 0)) {
          base = commit.cycle();
        }
        first = false;
        if (commit.cycle() > base) {
          read(commit, reader);
        }
      }
    }
    cycles.values().removeIf(inputs -> inputs.state.isEmpty());
  }

  /** Makes the agent what it was where its journal begins. */
  private void seed(Store store) {
    if (base == 0) {
      return;
    }
    Snapshot then = StoreFaults.join(origin.load(spec.name(), base));
    var unused = StoreFaults.join(store.create(spec.name(), 0));
    Change change = new Change().begin(spec.name(), 0).cycle(base, true).state(then.state());
    change.due(then.due()).wake(then.wake());
    put(then.head(), change.head());
    if (then.checkpoint() != null) {
      put(then.checkpoint().image(), change.delta());
    } else {
      then.commits().forEach(commit -> put(commit.delta(), change.delta()));
    }
    var unusedCount =
        StoreFaults.join(
            origin.entries(
                Space.of(spec.name()),
                base,
                entry -> {
                  byte[] tags = entry.tags().bytes();
                  byte[] value = entry.value().toArray();
                  change.save(Space.OWN, tags, 0, tags.length, value, 0, value.length);
                }));
    MemoryFile.commit(store, change);
  }

  private static void put(Bytes bytes, Encoder out) {
    byte[] array = bytes.toArray();
    out.putBytes(array, 0, array.length);
  }

  /**
   * What an agent reads from a space that it shares is in the journal; all else is in the store.
   */
  private Store store(Store own) {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              boolean search = method.getName().equals("search");
              boolean read = search || method.getName().equals("read");
              if (read && spec.space().shared() && !((Space) arguments[0]).shared()) {
                // What the agent read from its own space beside stands with the shared read.
                return CompletableFuture.completedFuture(
                    search ? new SearchPage(List.of(), 0, 0) : List.of());
              }
              if (read && ((Space) arguments[0]).shared()) {
                byte[] record = inputs().shared.poll();
                if (record == null) {
                  return CompletableFuture.failedFuture(
                      FaultCode.REPLAY_MISS
                          .with("the journal has no more reads of the shared space")
                          .asException());
                }
                return CompletableFuture.completedFuture(
                    search ? SharedReads.page(record) : SharedReads.entries(record));
              }
              try {
                return method.invoke(own, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Says what the clock said when the cycle began. */
  private final class RecordedClock extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(inputs().time);
    }
  }

  private void read(Commit commit, JournalReader reader) {
    Inputs inputs = cycles.computeIfAbsent(commit.cycle(), number -> new Inputs());
    byte[] record = commit.record().toArray();
    if (reader.open(record, 0, record.length) != JournalReader.OK) {
      throw FaultCode.STORE_CORRUPT
          .with(
              "the journal of agent \"" + spec.name() + "\" is damaged in cycle " + commit.cycle())
          .asException();
    }
    for (Kind kind = reader.next(); kind != null; kind = reader.next()) {
      switch (kind) {
        case REPLY -> {
          inputs.reply = Arrays.copyOfRange(record, reader.from(0), reader.to(0));
          inputs.replied = true;
        }
        case USAGE ->
            inputs.usage = new long[] {reader.number(0), reader.number(1), reader.number(2)};
        case FINISH -> inputs.finish = FinishReason.valueOf(reader.text(0));
        case TOOL_CALL ->
            inputs.toolCalls.add(new ToolCall(reader.text(1), reader.text(2), reader.text(3)));
        case PROMPT -> inputs.prompt = prompt(reader, record);
        case TIME -> inputs.time = reader.number(0);
        case OTHER -> {
          if (reader.text(0).equals(SharedReads.NAME)) {
            inputs.shared.add(Arrays.copyOfRange(record, reader.from(1), reader.to(1)));
          } else if (reader.text(0).equals(Pressure.REFUSALS)) {
            refusals(record, reader.from(1), reader.to(1), inputs.refusals);
          }
        }
        case MESSAGE -> inputs.messages.add(new String[] {reader.text(2), reader.text(3)});
        case RESULT -> {
          String text = reader.text(2);
          inputs.results.put(
              (int) reader.number(0),
              reader.number(1) == 0
                  ? ActionResult.done(text)
                  : ActionResult.failed(FaultCode.ACTION_FAILED.with(text)));
        }
        case DECISION -> {
          if (reader.number(2) == 0) {
            String note = reader.text(3);
            inputs.results.put(
                (int) reader.number(1),
                ActionResult.failed(FaultCode.APPROVAL_DENIED.with(Calls.denied(note))));
          }
        }
        case PRESSURE -> {
          inputs.tooLong |= reader.text(1).equals(FaultCode.CONTEXT_TOO_LONG.name());
          inputs.marks += reader.text(1).equals(Pressure.MARK) ? 1 : 0;
        }
        case FAULT -> {
          // Before the reply stands what the model failed with; the others come about again.
          if (!inputs.replied) {
            inputs.instead =
                FaultCode.valueOf(reader.text(1)).with(reader.text(2)).at(reader.number(0) - 1);
          }
        }
        default -> {}
      }
    }
    if (commit.ends()) {
      inputs.delta = commit.delta().toArray();
      inputs.state = commit.state();
      inputs.head = commit.head().toArray();
    }
  }

  private ReplayReport run() {
    long same = 0;
    String difference = "";
    try (Store store = new InMemoryStore();
        AgentHost host =
            AgentHost.builder()
                .store(store(store))
                .model(new Recorded())
                .clock(new RecordedClock())
                .idle(Duration.ZERO)
                .pool(PoolSpec.DEFAULT)
                .build()) {
      seed(store);
      AgentBuilder builder = host.agent(spec.name());
      Agent agent = builder.start(replayed());
      for (Map.Entry<Long, Inputs> cycle : cycles.entrySet()) {
        current = cycle.getKey();
        for (String[] message : cycle.getValue().messages) {
          agent.send(message[0], message[1]);
        }
        RunResult result = agent.step();
        difference = compare(agent, store, cycle.getValue(), result);
        if (!difference.isEmpty()) {
          difference = "cycle " + current + ": " + difference;
          break;
        }
        same++;
      }
      return new ReplayReport(same, difference.isEmpty(), difference, agent.status().traceHash());
    }
  }

  /** Says what differs after a cycle, or nothing. */
  private String compare(Agent agent, Store store, Inputs inputs, RunResult result) {
    if (agent.status().cycle() != current) {
      return "it did not come to an end: " + result;
    }
    List<Commit> commits = StoreFaults.join(store.commits(spec.name(), current, 1));
    Commit now = commits.get(commits.size() - 1);
    if (!now.state().equals(inputs.state)) {
      return "it led to state " + now.state() + ", the journal says " + inputs.state;
    }
    byte[] delta = now.delta().toArray();
    if (!Arrays.equals(delta, inputs.delta)) {
      return changed(DeltaText.of(delta), DeltaText.of(inputs.delta));
    }
    int traceAt = inputs.head.length - TraceHash.BYTES;
    byte[] head = now.head().toArray();
    return Arrays.mismatch(
                head,
                head.length - inputs.head.length + traceAt,
                head.length,
                inputs.head,
                traceAt,
                inputs.head.length)
            < 0
        ? ""
        : traced(prompt(now.record().toArray()), inputs.prompt);
  }

  /** The first change to working memory that is not the journal's. */
  private static String changed(List<String> here, List<String> there) {
    int first = 0;
    while (first < Math.min(here.size(), there.size())
        && here.get(first).equals(there.get(first))) {
      first++;
    }
    String mine = first < here.size() ? here.get(first) : "there is none";
    String theirs = first < there.size() ? there.get(first) : "none";
    int place = Math.max(0, Arrays.mismatch(mine.toCharArray(), theirs.toCharArray()));
    return "working memory changed in another way: as change "
        + (first + 1)
        + ' '
        + excerpt(mine, place)
        + "; the journal has "
        + excerpt(theirs, place);
  }

  /** A line, of which a long one shows its beginning and what stands around a place. */
  private static String excerpt(String line, int place) {
    if (line.length() <= 4 * SHOWN) {
      return line;
    }
    int from = Math.max(2 * SHOWN, place - SHOWN);
    int to = Math.min(line.length(), from + 2 * SHOWN);
    String beginning = line.substring(0, 2 * SHOWN) + (from > 2 * SHOWN ? "…" : "");
    return from >= to
        ? beginning
        : beginning + line.substring(from, to) + (to < line.length() ? "…" : "");
  }

  private static String traced(String here, String there) {
    if (here.equals(there)) {
      return "the trace hash differs, and the prompt does not: the role, the actions offered or an"
          + " outcome is another one";
    }
    return "the trace hash differs: the prompt was another one, "
        + here
        + "; the journal has "
        + (there.isEmpty() ? "no word on its own" : there);
  }

  /** What a record says of the prompt. */
  private static String prompt(byte[] record) {
    JournalReader reader = new JournalReader();
    int unused = reader.open(record, 0, record.length);
    for (Kind kind = reader.next(); kind != null; kind = reader.next()) {
      if (kind == Kind.PROMPT) {
        return prompt(reader, record);
      }
    }
    return "";
  }

  private static String prompt(JournalReader at, byte[] record) {
    return at.number(0)
        + " bytes with checksum "
        + HexFormat.of().formatHex(record, at.from(1), at.to(1));
  }

  private AgentSpec replayed() {
    List<Action> actions = new ArrayList<>();
    for (Action action : spec.actions().all()) {
      actions.add(new RecordedAction(action));
    }
    return new AgentSpec(
        spec.name(),
        new Recorded(),
        spec.states(),
        new Actions(actions),
        spec.limits(),
        replayedFaults(),
        spec.memory(),
        spec.paging(),
        Budget.UNLIMITED,
        new RecordedPressure(),
        spec.space(),
        0,
        List.of(),
        List.of(),
        spec.system(),
        spec.systemHash(),
        spec.toolsJson());
  }

  /** What a model failed with stands in a journal only where it was told or led to paging. */
  private FaultPolicies replayedFaults() {
    FaultPolicies faults = spec.faults().with(FaultCode.CONTEXT_TOO_LONG, FaultPolicy.PAGE);
    for (FaultCode code : FaultCode.values()) {
      if (code.policies().contains(FaultPolicy.RETRY)) {
        faults = faults.with(code, FaultPolicy.TELL_MODEL);
      }
    }
    return faults;
  }

  private Inputs inputs() {
    Inputs inputs = cycles.get(current);
    return inputs == null ? new Inputs() : inputs;
  }

  private static void refusals(byte[] record, int from, int to, Map<Integer, Status> into) {
    Decoder in = new Decoder().open(record, from, to);
    while (in.at() < to && !in.failed()) {
      int change = (int) in.number();
      int name = in.range();
      into.put(
          change, Status.valueOf(new String(record, name, in.at() - name, StandardCharsets.UTF_8)));
    }
  }

  /** Says what the journal says about room, whatever room there is. */
  private final class RecordedPressure implements Pressure {
    @Override
    public boolean passed(Cycle cycle, boolean paging) {
      return inputs().marks-- > 0;
    }

    @Override
    public void prepare(WorkingMemory memory) {
      memory.foresee(change -> inputs().refusals.get(change));
    }
  }

  /** Answers with what the journal says that the model said. */
  private final class Recorded implements Model {
    @Override
    public ModelCall start(ModelRequest request, ReplySink sink) {
      Inputs inputs = inputs();
      if (!inputs.replied) {
        sink.failed(FaultCode.REPLAY_MISS.with("the journal has no reply for cycle " + current));
        return ModelCall.COMPLETE;
      }
      if (inputs.tooLong) {
        inputs.tooLong = false;
        sink.failed(FaultCode.CONTEXT_TOO_LONG.with(FaultCode.CONTEXT_TOO_LONG.meaning()));
        return ModelCall.COMPLETE;
      }
      sink.text(inputs.reply, 0, inputs.reply.length);
      inputs.toolCalls.forEach(sink::toolCall);
      if (inputs.usage != null) {
        sink.usage(inputs.usage[0], inputs.usage[1], inputs.usage[2], -1);
      }
      if (inputs.instead != null) {
        sink.failed(inputs.instead);
      } else {
        sink.done(inputs.finish);
      }
      return ModelCall.COMPLETE;
    }

    @Override
    public String description() {
      return "the journal of agent " + spec.name();
    }

    @Override
    public boolean isLanguageModel() {
      return false;
    }

    @Override
    public boolean takesTools() {
      return spec.model().takesTools();
    }
  }

  /** Answers with what the journal says that an action answered. */
  private final class RecordedAction implements Action {
    private final Action original;

    RecordedAction(Action original) {
      this.original = original;
    }

    @Override
    public String name() {
      return original.name();
    }

    @Override
    public List<String> aliases() {
      return original.aliases();
    }

    @Override
    public String description() {
      return original.description();
    }

    @Override
    public Effect effect() {
      return Effect.PURE;
    }

    @Override
    public ActionResult run(ActionCall call) {
      ActionResult result = inputs().results.get(call.ordinal());
      return result != null
          ? result
          : ActionResult.failed(
              FaultCode.REPLAY_MISS.with("the journal has no outcome of " + call.key()));
    }
  }
}
