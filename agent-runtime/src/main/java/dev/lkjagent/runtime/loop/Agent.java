package dev.lkjagent.runtime.loop;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lkjagent.memory.PoolExhaustedException;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.memory.TagSet;
import dev.lkjagent.runtime.store.Bytes;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.Intent;
import dev.lkjagent.runtime.store.Message;
import dev.lkjagent.runtime.store.Snapshot;
import dev.lkjagent.runtime.store.StoreFaults;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent on its host. Safe for use by several threads; methods that answer a value wait for the
 * agent's worker, so they must not be called from a listener.
 */
public final class Agent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

  /** When an agent whose time came looks again for room in the pool. */
  private static final long WITHOUT_ROOM_MILLIS = 1000;

  private final AgentHost host;
  private final AgentSpec spec;

  /** Where the agent lives. Only what runs there may change it. */
  private volatile Worker worker;

  // Touched on the worker only.
  private @Nullable Carried carried;
  private @Nullable Worker goal;
  private @Nullable CompletableFuture<Integer> moved;
  private final List<Message> missed = new ArrayList<>(0);
  private @Nullable Cycle cycle;
  private @Nullable Parked parked;
  private long usedAt;

  Agent(AgentHost host, AgentSpec spec, Worker worker) {
    this.host = host;
    this.spec = spec;
    this.worker = worker;
  }

  void open(Snapshot snapshot) {
    join(
        worker.call(
            () -> {
              cycle = made(fresh -> fresh.load(snapshot));
              worker.rests(this);
              return true;
            }));
  }

  /** Does something on the agent's worker, also if the agent moves before it is done. */
  private <T> CompletableFuture<T> call(Supplier<T> task) {
    Worker at = worker;
    return at.isCurrent()
        ? at.call(task)
        : at.ask(() -> at == worker ? CompletableFuture.completedFuture(task.get()) : call(task));
  }

  private <T> CompletableFuture<T> ask(Supplier<CompletableFuture<T>> task) {
    Worker at = worker;
    return at.ask(() -> at == worker ? task.get() : ask(task));
  }

  private void post(Mail mail) {
    Worker at = worker;
    at.post(
        () -> {
          if (at == worker) {
            mail.open();
          } else {
            post(mail);
          }
        });
  }

  int workerNumber() {
    return worker.number;
  }

  /** Moves to another worker now, or when the cycle under way has ended. */
  CompletableFuture<Integer> move(Worker to) {
    return ask(
        () -> {
          CompletableFuture<Integer> answer = moved == null ? new CompletableFuture<>() : moved;
          moved = answer;
          goal = to;
          if (cycle != null || parked != null) {
            var unused = moveNow();
          } else {
            answer.completeExceptionally(
                new IllegalStateException("agent \"" + spec.name() + "\" is closed"));
          }
          return answer;
        });
  }

  /** Goes where it is to go, if it is between two cycles; answers whether it left. */
  boolean moveNow() {
    Worker to = goal;
    if (to == null || cycle != null && !cycle.isBetweenCycles()) {
      return false;
    }
    goal = null;
    CompletableFuture<Integer> answer = Objects.requireNonNull(moved);
    moved = null;
    if (to == worker) {
      host.complete(answer, to.number);
      return false;
    }
    if (cycle != null) {
      carried = cycle.leave();
      parked = carried.image();
      cycle = null;
    }
    worker.forget(this);
    worker = to;
    to.post(() -> arrive(answer));
    return true;
  }

  /** Goes where it is to go, after what the worker is doing. */
  void moveSoon() {
    if (goal != null) {
      post(
          () -> {
            var unused = moveNow();
          });
    }
  }

  private void arrive(CompletableFuture<Integer> answer) {
    if (!worker.isCurrent()) {
      post(() -> arrive(answer));
      return;
    }
    try {
      if (parked != null && carried == null && parked.due() != Change.NEVER) {
        worker.sleeps(this, parked.due());
      }
      if (carried != null) {
        var unused = cycle();
      }
    } catch (RuntimeException e) {
      LOG.warn("agent {} stays parked: its worker has no room", spec.name(), e);
      if (carried != null) {
        carried.giveUp(host, e);
      }
    }
    host.complete(answer, worker.number);
  }

  /** A cycle in a scope of its own; agents that rest make room for it. */
  private Cycle made(Consumer<Cycle> filled) {
    while (true) {
      Scope scope = opened();
      Cycle fresh = new Cycle(this, spec, worker, scope);
      try {
        filled.accept(fresh);
        return fresh;
      } catch (FaultException e) {
        scope.close();
        if (e.fault().code() != FaultCode.BUDGET_EXHAUSTED || !worker.parkOne(this)) {
          throw e;
        }
      } catch (RuntimeException e) {
        scope.close();
        throw e;
      }
    }
  }

  private Scope opened() {
    while (true) {
      try {
        return worker.pool().root().open(spec.name(), spec.budget());
      } catch (PoolExhaustedException e) {
        if (!worker.parkOne(this)) {
          throw e;
        }
      }
    }
  }

  private Cycle cycle() {
    if (cycle == null) {
      Parked image = parked;
      if (image == null) {
        throw new IllegalStateException("agent \"" + spec.name() + "\" is closed");
      }
      Cycle thawed = made(fresh -> fresh.thaw(image));
      cycle = thawed;
      parked = null;
      worker.rests(this);
      if (carried != null) {
        Carried with = carried;
        carried = null;
        thawed.unpack(with);
      }
      missed.forEach(thawed::messageArrived);
      missed.clear();
    }
    return cycle;
  }

  /** Moves memory out of the pool if that can be done now; answers whether. */
  boolean parkNow() {
    Parked image = cycle == null ? null : cycle.park();
    if (image != null) {
      parked = image;
      cycle = null;
    }
    return image != null;
  }

  void usedAt(long millis) {
    usedAt = millis;
  }

  long usedAt() {
    return usedAt;
  }

  void timeCame(long now) {
    if (!worker.isCurrent()) {
      return;
    }
    if (cycle != null || parked != null && parked.due() <= now) {
      try {
        cycle().timeCame(now);
      } catch (FaultException | PoolExhaustedException e) {
        LOG.warn("agent {} goes on when it can be thawed", spec.name(), e);
        worker.sleeps(this, now + WITHOUT_ROOM_MILLIS);
      }
    }
  }

  private void arrived(Message message) {
    try {
      cycle().messageArrived(message);
    } catch (FaultException | PoolExhaustedException e) {
      LOG.warn("a message for agent {} waits until it can be thawed", spec.name(), e);
      missed.add(message);
    }
  }

  /**
   * Moves the agent's memory out of its worker's pool into an image, which takes little more than
   * its texts. Whatever is asked of the agent, and whatever happens to it, brings it back; nothing
   * else is different. Hosts do this by themselves, see {@link AgentHost.Builder#maxActive} and
   * {@link AgentHost.Builder#idle}.
   *
   * @return whether it is parked now: an agent that runs, that waits for a decision or has messages
   *     to read is not
   */
  public boolean park() {
    return join(
        call(
            () -> {
              if (parkNow()) {
                worker.forget(this);
              }
              return parked != null;
            }));
  }

  /**
   * Whether the agent's memory is parked.
   *
   * @return true between {@link #park()}, or the host's decision to do so, and the next event
   */
  public boolean isParked() {
    return join(call(() -> parked != null));
  }

  private static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /**
   * The agent's name.
   *
   * @return by which the store knows it
   */
  public String name() {
    return spec.name();
  }

  /**
   * Works on a task until the agent finishes, has to wait, or a limit stops it. The same task again
   * goes on with it, or answers what came of it; another one is begun with what the agent has in
   * mind.
   *
   * @param task what is to be done
   * @return how the run ended
   * @throws FaultException if the task could not be stored
   */
  public RunResult run(String task) {
    return join(start(task));
  }

  /**
   * Works on a task as {@link #run(String)} does, and reads the answer as JSON.
   *
   * @param task what is to be done
   * @param type a record, or any other type that Jackson can bind
   * @param <T> that type
   * @return the answer
   * @throws FaultException if the agent did not finish, or its answer is not such a value
   */
  public <T> T run(String task, Class<T> type) {
    String text = run(task).orThrow().strip();
    int from = text.indexOf('{');
    int to = text.lastIndexOf('}') + 1;
    try {
      return Jackson.MAPPER.readValue(
          from >= 0 && to > from ? text.substring(from, to) : text, type);
    } catch (JsonProcessingException e) {
      throw FaultCode.INVALID_VALUE
          .with(
              "the answer of agent \""
                  + spec.name()
                  + "\" is no "
                  + type.getSimpleName()
                  + " in JSON ("
                  + e.getOriginalMessage()
                  + "); say in the task which fields it must have")
          .withDetail(text)
          .asException();
    }
  }

  /**
   * Begins to work on a task, as {@link #run(String)} does, without waiting.
   *
   * @param task what is to be done, as long as a {@linkplain #send message} may be
   * @return completes when the agent comes to rest
   * @throws FaultException if it is longer
   */
  public CompletableFuture<RunResult> start(String task) {
    Bytes text = message(task);
    return call(() -> hasTask(task))
        .thenCompose(
            has ->
                has
                    ? CompletableFuture.<@Nullable Message>completedFuture(null)
                    : host.store()
                        .send(name(), Cycle.TASK_SENDER, text, host.clock().millis())
                        .toCompletableFuture())
        .thenCompose(
            message ->
                ask(
                    () -> {
                      if (message != null) {
                        arrived(message);
                      }
                      return cycle().go(Long.MAX_VALUE);
                    }));
  }

  private boolean hasTask(String task) {
    Mind mind = cycle().mind;
    byte[] wanted = Outcome.ascii(task);
    for (int i = mind.inbox.size() - 1; i >= 0; i--) {
      if (mind.inbox.from(i).equals(Cycle.TASK_SENDER)) {
        return java.util.Arrays.equals(mind.inbox.text(i), wanted);
      }
    }
    byte[] tags = Outcome.ascii(Cycle.TASK_SENDER);
    int index = mind.memory.find(tags, 0, tags.length);
    return index >= 0 && mind.memory.entry(index).value().equals(task);
  }

  /**
   * Goes on with what the agent was doing, until it comes to rest again.
   *
   * @return how
   */
  public RunResult resume() {
    return join(begin(Long.MAX_VALUE));
  }

  /**
   * Does one cycle.
   *
   * @return why the agent rests: {@link RunResult.Status#STOPPED} if it could go on
   */
  public RunResult step() {
    return resume(1);
  }

  /**
   * Goes on for at most so many cycles.
   *
   * @param cycles how many
   * @return why the agent rests: {@link RunResult.Status#STOPPED} if it could go on
   */
  public RunResult resume(long cycles) {
    return join(begin(cycles));
  }

  private CompletableFuture<RunResult> begin(long cycles) {
    return ask(() -> cycle().go(cycles));
  }

  /**
   * Sends a message. It is durable when this returns, and shown in the next prompt; an agent that
   * waits wakes up.
   *
   * @param from who sends it
   * @param text what it says, at most half as long as a prompt may be: two bytes for each token of
   *     {@code agent.hard_limit.max_tokens}
   * @throws FaultException if it is longer, or could not be stored
   */
  public void send(String from, String text) {
    Message message =
        StoreFaults.join(host.store().send(name(), from, message(text), host.clock().millis()));
    post(() -> arrived(message));
  }

  /** A message that could never be shown would stop the agent in every run to come. */
  private Bytes message(String text) {
    Bytes bytes = Bytes.utf8(text);
    int tokens = spec.memory().hardTokens();
    if (bytes.size() > 2L * tokens) {
      throw new FaultException(
          FaultCode.VALUE_TOO_LARGE.with(
              "a message to agent \""
                  + name()
                  + "\" has "
                  + bytes.size()
                  + " bytes; with agent.hard_limit.max_tokens "
                  + tokens
                  + " it may have "
                  + 2L * tokens
                  + ": raise that limit, or put the text where a tool can read it in parts"));
    }
    return bytes;
  }

  /**
   * The calls that wait for a person.
   *
   * @return them, in the order in which they will be made
   */
  public List<Approval> approvals() {
    return join(call(() -> cycle().calls().wanted()));
  }

  /**
   * Lets a call be made. When all that wait are decided, the agent goes on.
   *
   * @param wanted one of {@link #approvals()}
   * @throws FaultException if no such call waits
   */
  public void approve(Approval wanted) {
    decide(wanted, true, "");
  }

  /**
   * Forbids a call. The model is told. When all that wait are decided, the agent goes on.
   *
   * @param wanted one of {@link #approvals()}
   * @param reason what the model is told
   * @throws FaultException if no such call waits
   */
  public void deny(Approval wanted, String reason) {
    decide(wanted, false, reason);
  }

  private void decide(Approval wanted, boolean approved, String note) {
    Intent intent =
        StoreFaults.join(
            host.store()
                .decide(
                    name(),
                    wanted.cycle(),
                    wanted.ordinal(),
                    approved,
                    note,
                    host.clock().millis()));
    post(() -> cycle().decided(intent.cycle(), intent.ordinal(), approved, note));
  }

  /**
   * Lets the agent come to rest after the cycle under way; a model that has not answered is not
   * waited for.
   */
  public void stop() {
    post(() -> cycle().stop());
  }

  /**
   * What the agent has in mind.
   *
   * @return copies of all entries, logs included
   */
  public List<MemoryEntry> workingMemory() {
    return join(call(() -> cycle().mind.memory.entries()));
  }

  /**
   * One entry of what the agent has in mind.
   *
   * @param tags its tags, in any order and spelling
   * @return its value; empty if there is no entry with exactly these
   */
  public Optional<String> value(String tags) {
    String canonical = TagSet.of(tags).canonical();
    return workingMemory().stream()
        .filter(entry -> entry.tags().equals(canonical))
        .map(MemoryEntry::value)
        .findFirst();
  }

  /**
   * Where the agent stands.
   *
   * @return a snapshot of its counters
   */
  public AgentStatus status() {
    return join(
        call(
            () -> {
              Mind mind = cycle().mind;
              int notes = 0;
              for (EntryKind kind : EntryKind.values()) {
                notes += kind.paged() ? mind.memory.count(kind) : 0;
              }
              return new AgentStatus(
                  name(),
                  cycle().stateName(mind.now.state),
                  mind.cycle,
                  mind.version,
                  notes,
                  mind.memory.count() - notes,
                  mind.memory.slotBytes(),
                  mind.now.promptTokens,
                  mind.now.replyTokens,
                  mind.now.faults,
                  mind.inbox.size(),
                  HexFormat.of().formatHex(mind.now.trace));
            }));
  }

  /**
   * Makes a second agent of what this one was at the end of a cycle, with its storage, without
   * disturbing it.
   *
   * @param atCycle the cycle, 0 for the time before the first
   * @param name the name of the new agent, which the store then knows
   * @throws FaultException if there is no such cycle, or an agent of that name
   */
  public void fork(long atCycle, String name) {
    var unused = StoreFaults.join(host.store().fork(name(), atCycle, name, host.clock().millis()));
  }

  /**
   * Lets the next cycle's commit hold an image of the whole memory, from which loads and forks of
   * later cycles begin.
   */
  public void checkpoint() {
    post(() -> cycle().checkpointNext());
  }

  /**
   * Makes the agent what it was at the end of an earlier cycle: its memory, its own storage, its
   * journal. Messages that were consumed since wait in its inbox again. Shared storage and effects
   * outside stay.
   *
   * @param toCycle the cycle, 0 for the time before the first
   * @throws FaultException if there is no such cycle
   */
  public void rewind(long toCycle) {
    stop();
    Snapshot snapshot = StoreFaults.join(host.store().rewind(name(), toCycle));
    join(
        call(
            () -> {
              cycle().become(snapshot);
              return true;
            }));
  }

  /**
   * Runs the agent's journal again, in a pool and a store of its own, and compares.
   *
   * @return how far both are the same
   * @throws FaultException if the journal can't be read
   */
  public ReplayReport replay() {
    return Replay.of(host, spec);
  }

  /** Ends the cycle under way if it can't be left, and returns the agent's memory to the pool. */
  @Override
  public void close() {
    join(
        call(
            () -> {
              if (cycle != null) {
                cycle.close();
              }
              cycle = null;
              parked = null;
              if (carried != null) {
                carried.giveUp(
                    host, new IllegalStateException("agent \"" + spec.name() + "\" was closed"));
                carried = null;
              }
              if (moved != null) {
                moved.completeExceptionally(
                    new IllegalStateException("agent \"" + spec.name() + "\" was closed"));
                moved = null;
              }
              goal = null;
              worker.forget(this);
              return true;
            }));
    host.closed(this);
  }
}
