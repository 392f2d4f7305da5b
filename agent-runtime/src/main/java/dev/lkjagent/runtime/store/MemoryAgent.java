package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.fault.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An agent on the heap: its line of commits and what waits for it. Guarded by the store's lock. */
final class MemoryAgent {
  /** In place of a version: not yet. */
  static final long NEVER = Long.MAX_VALUE;

  /** A message and the versions at which it came and went. */
  private record Mail(Message message, long arrived, long consumed) {
    boolean waitsAt(long version) {
      return arrived <= version && consumed > version;
    }
  }

  /** The name of a call. */
  private record Key(long cycle, int ordinal) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int order = Long.compare(cycle, other.cycle);
      return order != 0 ? order : Integer.compare(ordinal, other.ordinal);
    }
  }

  /** A call and the versions of its steps. */
  private record Row(
      long incarnation,
      Bytes request,
      String note,
      boolean approved,
      long time,
      long asked,
      long decided,
      long opened,
      long closed) {

    boolean waitsAt(long version) {
      return Math.min(asked, opened) <= version && closed > version;
    }

    Intent intent(Key key, long version) {
      Intent.Status status = Intent.Status.ASKED;
      boolean isDecided = decided <= version;
      if (opened <= version) {
        status = Intent.Status.OPEN;
      } else if (isDecided) {
        status = approved ? Intent.Status.APPROVED : Intent.Status.DENIED;
      }
      return new Intent(
          incarnation, key.cycle, key.ordinal, status, request, isDecided ? note : "", time);
    }

    Row decide(boolean yes, String why, long now, long version) {
      return new Row(incarnation, request, why, yes, now, asked, version, opened, closed);
    }

    Row open(long now, long version) {
      return new Row(incarnation, request, note, approved, now, asked, decided, version, closed);
    }

    Row close(long now, long version) {
      return new Row(incarnation, request, note, approved, now, asked, decided, opened, version);
    }

    /** The same call with its later steps not taken yet; the decision stays if told so. */
    Row asOf(long line, long version, boolean keepDecision) {
      return new Row(
          line,
          request,
          note,
          approved,
          time,
          asked,
          decided <= version || keepDecision ? decided : NEVER,
          opened <= version ? opened : NEVER,
          closed <= version ? closed : NEVER);
    }
  }

  final String name;
  final long created;
  final @Nullable String parent;
  final long parentCycle;
  MemorySpace space = new MemorySpace(true);

  /** Its version when it had done nothing yet. */
  private final long born;

  /** The version with which its present line of cycles began. */
  private long incarnation;

  private long version;
  private long cycle;
  private long earliest;
  private String state = "";
  private Bytes head = Bytes.EMPTY;
  private long due;
  private int wake;
  private final List<Commit> commits = new ArrayList<>();
  private final List<Checkpoint> checkpoints = new ArrayList<>();
  private List<Mail> mail = new ArrayList<>();
  private TreeMap<Key, Row> calls = new TreeMap<>();

  MemoryAgent(String name, long created, long born, @Nullable String parent, long parentCycle) {
    this.name = name;
    this.created = created;
    this.born = born;
    this.version = born;
    this.incarnation = born;
    this.due = created;
    this.parent = parent;
    this.parentCycle = parentCycle;
  }

  long version() {
    return version;
  }

  long due() {
    return due;
  }

  /** Takes over all of a change but its writes to storage, or nothing and says why. */
  @Nullable Fault apply(Change change) {
    if (change.expectedVersion() != version) {
      return StoreFaults.conflict(name, change.expectedVersion(), version);
    }
    boolean imported = cycle == 0 && change.ends() && change.cycle() > 0;
    if (change.cycle() != cycle + 1 && !imported) {
      return StoreFaults.cycleDoesNotFollow(name, change.cycle(), cycle);
    }
    List<Mail> newMail = mail;
    TreeMap<Key, Row> newCalls = calls;
    if (change.consumedCount() > 0) {
      newMail = new ArrayList<>(mail);
      for (int i = 0; i < change.consumedCount(); i++) {
        if (!consume(newMail, change.consumed(i))) {
          return StoreFaults.noSuchMessage(name, change.consumed(i));
        }
      }
    }
    if (change.callCount() > 0) {
      newCalls = new TreeMap<>(calls);
      for (int i = 0; i < change.callCount(); i++) {
        Fault fault = call(newCalls, change, i);
        if (fault != null) {
          return fault;
        }
      }
    }
    mail = newMail;
    calls = newCalls;
    append(change);
    return null;
  }

  private boolean consume(List<Mail> all, long id) {
    for (int i = 0; i < all.size(); i++) {
      Mail one = all.get(i);
      if (one.message.id() == id && one.consumed == NEVER) {
        all.set(i, new Mail(one.message, one.arrived, version + 1));
        return true;
      }
    }
    return false;
  }

  private @Nullable Fault call(Map<Key, Row> all, Change change, int i) {
    Key key = new Key(change.callCycle(i), change.callOrdinal(i));
    Row row = all.get(key);
    long next = version + 1;
    switch (change.call(i)) {
      case Change.ASK -> {
        if (row != null) {
          return StoreFaults.callTaken(name, key.cycle, key.ordinal);
        }
        all.put(
            key,
            new Row(
                incarnation,
                change.callRequest(i),
                "",
                false,
                change.time(),
                next,
                NEVER,
                NEVER,
                NEVER));
      }
      case Change.OPEN -> {
        if (row == null) {
          row =
              new Row(
                  incarnation,
                  change.callRequest(i),
                  "",
                  false,
                  change.time(),
                  NEVER,
                  NEVER,
                  NEVER,
                  NEVER);
        } else if (row.closed != NEVER || row.opened == NEVER && !row.approved) {
          return StoreFaults.noSuchIntent(name, key.cycle, key.ordinal, "may be made");
        }
        all.put(key, row.opened == NEVER ? row.open(change.time(), next) : row);
      }
      default -> {
        if (row == null || row.closed != NEVER) {
          return StoreFaults.noSuchIntent(name, key.cycle, key.ordinal, "is open");
        }
        all.put(key, row.close(change.time(), next));
      }
    }
    return null;
  }

  private void append(Change change) {
    version++;
    cycle = change.ends() ? change.cycle() : cycle;
    state = change.state();
    due = change.due();
    wake = change.wake();
    int headSize = change.head().size();
    int deltaSize = change.delta().size();
    int recordSize = change.record().size();
    byte[] all = new byte[headSize + deltaSize + recordSize];
    System.arraycopy(change.head().array(), 0, all, 0, headSize);
    System.arraycopy(change.delta().array(), 0, all, headSize, deltaSize);
    System.arraycopy(change.record().array(), 0, all, headSize + deltaSize, recordSize);
    head = Bytes.wrap(all, 0, headSize);
    commits.add(
        new Commit(
            version,
            change.cycle(),
            change.ends(),
            state,
            head,
            due,
            wake,
            change.time(),
            Bytes.wrap(all, headSize, headSize + deltaSize),
            Bytes.wrap(all, headSize + deltaSize, all.length)));
    if (change.image().size() > 0) {
      checkpoints.add(
          new Checkpoint(
              version, cycle, Bytes.copyOf(change.image().array(), 0, change.image().size())));
    }
    wakeIfWaiting(change.time());
  }

  private void wakeIfWaiting(long time) {
    boolean letter = (wake & Change.WAKE_ON_MESSAGE) != 0 && !inbox(version).isEmpty();
    boolean decision =
        (wake & Change.WAKE_ON_DECISION) != 0
            && calls.values().stream().anyMatch(row -> row.closed == NEVER && row.decided != NEVER);
    if (letter || decision) {
      due = Math.min(due, time);
    }
  }

  void receive(Message message) {
    List<Mail> more = new ArrayList<>(mail);
    more.add(new Mail(message, version, NEVER));
    mail = more;
    if ((wake & Change.WAKE_ON_MESSAGE) != 0) {
      due = Math.min(due, message.time());
    }
  }

  /** Decides a call that waits for it; null if none does. */
  @Nullable Intent decide(long callCycle, int ordinal, boolean approved, String note, long time) {
    Key key = new Key(callCycle, ordinal);
    Row row = calls.get(key);
    if (row == null || row.decided != NEVER || row.closed != NEVER || row.opened != NEVER) {
      return null;
    }
    Row decided = row.decide(approved, note, time, version);
    calls.put(key, decided);
    if ((wake & Change.WAKE_ON_DECISION) != 0) {
      due = Math.min(due, time);
    }
    return decided.intent(key, version);
  }

  /** The version at the end of a cycle, or -1 if it cannot be gone back to. */
  long versionOf(long wanted) {
    if (wanted == Store.LATEST) {
      return version;
    }
    if (wanted == 0 && earliest == 0) {
      return born;
    }
    for (int i = commits.size() - 1; i >= 0; i--) {
      if (commits.get(i).ends() && commits.get(i).cycle() == wanted) {
        return commits.get(i).version();
      }
    }
    return -1;
  }

  /** The earliest cycle that can be gone back to. */
  long earliest() {
    return earliest;
  }

  long cycle() {
    return cycle;
  }

  Snapshot snapshot(long wanted) {
    boolean latest = wanted == Store.LATEST;
    long at = versionOf(wanted);
    Checkpoint base = checkpointUpTo(at);
    long after = base == null ? 0 : base.version();
    List<Commit> line =
        commits.stream().filter(c -> c.version() > after && c.version() <= at).toList();
    if (latest) {
      return new Snapshot(
          name,
          version,
          incarnation,
          cycle,
          state,
          head,
          due,
          wake,
          base,
          line,
          inbox(at),
          intents(at));
    }
    Commit last = lastCommit(at);
    return last == null
        ? new Snapshot(
            name,
            at,
            incarnation,
            0,
            "",
            Bytes.EMPTY,
            created,
            0,
            null,
            line,
            inbox(at),
            intents(at))
        : new Snapshot(
            name,
            at,
            incarnation,
            wanted,
            last.state(),
            last.head(),
            last.due(),
            last.wake(),
            base,
            line,
            inbox(at),
            intents(at));
  }

  private @Nullable Commit lastCommit(long at) {
    for (int i = commits.size() - 1; i >= 0; i--) {
      if (commits.get(i).version() <= at) {
        return commits.get(i);
      }
    }
    return null;
  }

  private @Nullable Checkpoint checkpointUpTo(long at) {
    for (int i = checkpoints.size() - 1; i >= 0; i--) {
      if (checkpoints.get(i).version() <= at) {
        return checkpoints.get(i);
      }
    }
    return null;
  }

  private List<Message> inbox(long at) {
    List<Message> waiting = new ArrayList<>();
    for (Mail one : mail) {
      if (one.waitsAt(at)) {
        waiting.add(one.message);
      }
    }
    return waiting;
  }

  private List<Intent> intents(long at) {
    List<Intent> open = new ArrayList<>();
    calls.forEach(
        (key, row) -> {
          if (row.waitsAt(at)) {
            open.add(row.intent(key, at));
          }
        });
    return open;
  }

  List<Commit> commits(long from, int cycles) {
    return commits.stream().filter(c -> c.cycle() >= from && c.cycle() - from < cycles).toList();
  }

  void rewind(long wanted) {
    long at = versionOf(wanted);
    Commit last = lastCommit(at);
    commits.removeIf(c -> c.version() > at);
    checkpoints.removeIf(c -> c.version() > at);
    mail = new ArrayList<>(mail);
    mail.replaceAll(m -> m.consumed > at ? new Mail(m.message, m.arrived, NEVER) : m);
    calls.values().removeIf(row -> Math.min(row.asked, row.opened) > at);
    calls.replaceAll((key, row) -> row.asOf(row.incarnation, at, true));
    space.rewind(at);
    version++;
    incarnation = version;
    take(last, wanted);
  }

  private void take(@Nullable Commit last, long wanted) {
    cycle = wanted;
    state = last == null ? "" : last.state();
    head = last == null ? Bytes.EMPTY : last.head();
    due = last == null ? created : last.due();
    wake = last == null ? 0 : last.wake();
    wakeIfWaiting(last == null ? created : last.time());
  }

  /**
   * A new agent as this one was at the end of a cycle, with a version that is not below another.
   */
  MemoryAgent fork(
      long wanted,
      String newName,
      long lowest,
      long time,
      java.util.function.LongSupplier messageIds,
      java.util.function.LongSupplier rowIds) {
    long at = versionOf(wanted);
    long atCycle = wanted == Store.LATEST ? cycle : wanted;
    MemoryAgent fork = new MemoryAgent(newName, time, born, name, atCycle);
    fork.incarnation = lowest;
    Checkpoint base = checkpointUpTo(at);
    long after = base == null ? 0 : base.version();
    if (base != null) {
      fork.checkpoints.add(base);
      fork.earliest = base.cycle();
    }
    for (Commit commit : commits) {
      if (commit.version() >= after && commit.version() <= at) {
        fork.commits.add(commit);
      }
    }
    for (Mail one : mail) {
      if (one.waitsAt(at)) {
        Message old = one.message;
        Message same = new Message(messageIds.getAsLong(), old.from(), old.text(), old.time());
        fork.mail.add(new Mail(same, one.arrived, NEVER));
      }
    }
    calls.forEach(
        (key, row) -> {
          if (row.waitsAt(at)) {
            fork.calls.put(key, row.asOf(lowest, at, false));
          }
        });
    fork.space = space.copy(after, at, rowIds);
    fork.version = Math.max(at, lowest);
    fork.take(lastCommit(at), atCycle);
    return fork;
  }

  /** Forgets what lies before the last checkpoint up to a cycle. */
  void trim(long wanted) {
    Checkpoint base = checkpointUpTo(versionOf(wanted));
    if (base != null) {
      commits.removeIf(c -> c.version() < base.version());
      checkpoints.removeIf(c -> c.version() < base.version());
      earliest = base.cycle();
      mail = new ArrayList<>(mail);
      mail.removeIf(m -> m.consumed <= base.version());
      calls.values().removeIf(row -> row.closed <= base.version());
      space.trim(base.version());
    }
  }

  AgentInfo info() {
    int asked =
        (int) intents(version).stream().filter(i -> i.status() == Intent.Status.ASKED).count();
    return new AgentInfo(
        name,
        version,
        cycle,
        state,
        due,
        inbox(version).size(),
        asked,
        space.size(),
        created,
        parent,
        parentCycle);
  }
}
