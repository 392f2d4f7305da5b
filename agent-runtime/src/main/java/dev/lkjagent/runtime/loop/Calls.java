package dev.lkjagent.runtime.loop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.action.ActionCall;
import dev.lkjagent.runtime.action.ActionResult;
import dev.lkjagent.runtime.action.CoreAction;
import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.journal.JournalReader;
import dev.lkjagent.runtime.journal.Kind;
import dev.lkjagent.runtime.model.ToolCall;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.Commit;
import dev.lkjagent.runtime.store.Intent;
import dev.lkjagent.runtime.store.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The calls of actions that users gave, from the reply that asks for them to their outcomes:
 * intents, approvals, runs on the executor. It also keeps the reply of a cycle that was committed
 * before its actions ran, for the case that they have to run in another process.
 */
final class Calls {
  /** How far a call has come. */
  private enum Stage {
    ASKED,
    APPROVED,
    DENIED,
    /** Announced by this process in this cycle, so it has not run yet. */
    OPEN,
    /** Found open: whether it ran is not known. */
    FOUND
  }

  private record Known(long incarnation, Stage stage, String action, String request, String note) {}

  private final Cycle cycle;
  private final TreeMap<Integer, Known> known = new TreeMap<>();
  private byte[] reply = new byte[0];
  private long[] usage = {-1, -1, -1};
  private List<ToolCall> toolCalls = List.of();
  private int shownMessages;
  private int running;

  Calls(Cycle cycle) {
    this.cycle = cycle;
  }

  // ---- what a cycle that was cut off left ----

  void load(Snapshot snapshot) {
    clear();
    if (snapshot.cutOff().isEmpty()) {
      return;
    }
    JournalReader reader = new JournalReader();
    List<ToolCall> found = new ArrayList<>();
    for (Commit commit : snapshot.cutOff()) {
      byte[] record = commit.record().toArray();
      if (reader.open(record, 0, record.length) != JournalReader.OK) {
        throw FaultCode.STORE_CORRUPT
            .with(
                "the journal of agent \""
                    + cycle.spec.name()
                    + "\" is damaged in cycle "
                    + commit.cycle()
                    + "; go back to an earlier cycle")
            .asException();
      }
      for (Kind kind = reader.next(); kind != null; kind = reader.next()) {
        switch (kind) {
          case REPLY -> reply = Arrays.copyOfRange(record, reader.from(0), reader.to(0));
          case USAGE -> usage = new long[] {reader.number(0), reader.number(1), reader.number(2)};
          case MESSAGE -> shownMessages++;
          case TOOL_CALL -> found.add(new ToolCall(reader.text(1), reader.text(2), reader.text(3)));
          default -> {}
        }
      }
    }
    toolCalls = List.copyOf(found);
    for (Intent intent : snapshot.intents()) {
      Stage stage =
          switch (intent.status()) {
            case ASKED -> Stage.ASKED;
            case APPROVED -> Stage.APPROVED;
            case DENIED -> Stage.DENIED;
            case OPEN -> Stage.FOUND;
          };
      String request = intent.request().utf8();
      int space = request.indexOf(' ');
      known.put(
          intent.ordinal(),
          new Known(
              intent.incarnation(),
              stage,
              space < 0 ? request : request.substring(0, space),
              request,
              intent.note()));
    }
  }

  void clear() {
    if (reply.length == 0 && known.isEmpty()) {
      return;
    }
    known.clear();
    reply = new byte[0];
    usage = new long[] {-1, -1, -1};
    toolCalls = List.of();
    shownMessages = 0;
  }

  /** Whether nothing of a cycle that was cut off, and no approval, is kept. */
  boolean isIdle() {
    return reply.length == 0 && known.isEmpty();
  }

  int shownMessages() {
    return shownMessages;
  }

  void keepReply(Turn turn) {
    reply = Arrays.copyOf(turn.replyBytes, turn.replyLength);
    usage = new long[] {turn.promptTokens, turn.replyTokens, turn.cachedTokens};
    toolCalls = List.copyOf(turn.toolCalls);
    shownMessages = turn.shownMessages;
  }

  /** Gives the kept reply to a turn, as if the model had just said it. */
  void replyTo(Turn turn) {
    turn.clearReply();
    turn.text(reply, 0, reply.length);
    turn.toolCalls.addAll(toolCalls);
    turn.promptTokens = usage[0];
    turn.replyTokens = usage[1];
    turn.cachedTokens = usage[2];
  }

  // ---- intents and approvals ----

  private @Nullable Action action(Reply from, int ordinal) {
    int start = from.from(ordinal, Reply.Part.TYPE);
    int end = from.to(ordinal, Reply.Part.TYPE);
    return cycle.spec.actions().find(from.text(), start, end);
  }

  boolean needsAnnouncement(Reply from) {
    if (cycle.spec.actions().all().isEmpty()) {
      return false;
    }
    for (int i = 0; i < from.actionCount(); i++) {
      Action action = action(from, i);
      if (action != null && (action.needsApproval() || action.effect() != Effect.PURE)) {
        return true;
      }
    }
    return false;
  }

  /** Writes what has to be announced into the change; answers whether there is anything. */
  boolean announce(Turn turn) {
    boolean any = false;
    for (int i = 0; i < turn.reply.actionCount(); i++) {
      Action action = action(turn.reply, i);
      if (action != null && action.needsApproval() && !known.containsKey(i)) {
        byte[] request = request(turn.reply, i);
        turn.change.cycle(cycle.mind.cycle(), false).ask(i, request, 0, request.length);
        put(i, Stage.ASKED, action.name(), request);
        any = true;
      }
    }
    if (any || undecided() > 0) {
      return any;
    }
    for (int i = 0; i < turn.reply.actionCount(); i++) {
      Action action = action(turn.reply, i);
      Known now = known.get(i);
      boolean fresh = now == null || now.stage == Stage.APPROVED;
      if (action != null && action.effect() != Effect.PURE && fresh) {
        byte[] request = request(turn.reply, i);
        turn.change.open(cycle.mind.cycle(), i, request, 0, request.length);
        put(i, Stage.OPEN, action.name(), request);
        any = true;
      }
    }
    return any;
  }

  private void put(int ordinal, Stage stage, String action, byte[] request) {
    Known before = known.get(ordinal);
    long incarnation = before == null ? cycle.mind.incarnation : before.incarnation;
    String text = new String(request, StandardCharsets.UTF_8);
    known.put(ordinal, new Known(incarnation, stage, action, text, ""));
  }

  private static byte[] request(Reply from, int ordinal) {
    String text = part(from, ordinal, Reply.Part.TYPE);
    String tags = part(from, ordinal, Reply.Part.TAGS);
    String value = part(from, ordinal, Reply.Part.VALUE);
    return Outcome.ascii(text + (tags.isEmpty() ? "" : " [" + tags + "]") + " " + value);
  }

  private static String part(Reply from, int ordinal, Reply.Part part) {
    int start = from.from(ordinal, part);
    return new String(from.text(), start, from.to(ordinal, part) - start, StandardCharsets.UTF_8);
  }

  int undecided() {
    int count = 0;
    for (Known call : known.values()) {
      count += call.stage == Stage.ASKED ? 1 : 0;
    }
    return count;
  }

  List<Approval> wanted() {
    List<Approval> wanted = new ArrayList<>();
    known.forEach(
        (ordinal, call) -> {
          if (call.stage == Stage.ASKED) {
            wanted.add(new Approval(cycle.mind.cycle(), ordinal, call.action, call.request));
          }
        });
    return wanted;
  }

  void decided(long inCycle, int ordinal, boolean approved, String note) {
    Known call = known.get(ordinal);
    if (inCycle == cycle.mind.cycle() && call != null && call.stage == Stage.ASKED) {
      Stage stage = approved ? Stage.APPROVED : Stage.DENIED;
      known.put(ordinal, new Known(call.incarnation, stage, call.action, call.request, note));
    }
  }

  /** Closes all intents of the cycle that ends. */
  void close(Change change) {
    if (known.isEmpty()) {
      return;
    }
    for (Integer ordinal : known.keySet()) {
      change.close(cycle.mind.cycle(), ordinal);
    }
  }

  // ---- runs ----

  static String denied(String note) {
    return "a person denied it" + (note.isEmpty() ? "" : ": " + note);
  }

  /** Starts an action; answers whether it has ended already. */
  boolean run(Action action, int ordinal) {
    Turn turn = cycle.turn();
    Known call = known.get(ordinal);
    Outcome.text(turn.line, action.name());
    Outcome.text(turn.line, ": ");
    if (call != null && call.stage == Stage.DENIED) {
      turn.recorder.decision(cycle.mind.cycle(), ordinal, false, call.note);
      cycle.note(cycle.lineFault(FaultCode.APPROVAL_DENIED, denied(call.note)));
      return true;
    }
    if (call != null && call.stage == Stage.FOUND && action.effect() == Effect.ONCE) {
      String unknown =
          "outcome unknown: the program ended while it ran, and it is not repeated; find out whether"
              + " it took effect before you ask for it again";
      turn.recorder.result(ordinal, true, Outcome.ascii(unknown));
      cycle.note(cycle.lineFault(FaultCode.OUTCOME_UNKNOWN, unknown));
      return true;
    }
    if (action.needsApproval()) {
      turn.recorder.decision(cycle.mind.cycle(), ordinal, true, call == null ? "" : call.note);
    }
    ActionCall request =
        new ActionCall(
            cycle.spec.name(),
            call == null ? cycle.mind.incarnation : call.incarnation,
            cycle.mind.cycle(),
            ordinal,
            action.name(),
            part(turn.reply, ordinal, Reply.Part.TAGS),
            part(turn.reply, ordinal, Reply.Part.VALUE));
    int token = ++running;
    try {
      cycle.worker.host.tools().execute(() -> outside(action, request, token));
    } catch (RejectedExecutionException e) {
      cycle.note(
          cycle.lineFault(FaultCode.ACTION_FAILED, "the executor for actions takes no more work"));
      return true;
    }
    long millis = cycle.spec.limits().actionMillis();
    if (millis > 0) {
      Fault late =
          FaultCode.ACTION_TIMEOUT.with(
              "no answer within " + millis + " ms; whether it took effect is not known");
      cycle.worker.host.later(
          millis, () -> cycle.worker.post(() -> ended(token, ordinal, ActionResult.failed(late))));
    }
    return false;
  }

  private void outside(Action action, ActionCall request, int token) {
    ActionResult result;
    MDC.put("agent", request.agent());
    MDC.put("cycle", Long.toString(request.cycle()));
    try {
      result = action.run(request);
    } catch (FaultException e) {
      result = ActionResult.failed(e.fault());
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      result = ActionResult.failed(FaultCode.ACTION_FAILED.with(message));
    } finally {
      MDC.remove("agent");
      MDC.remove("cycle");
    }
    ActionResult answer = result;
    cycle.worker.post(() -> ended(token, request.ordinal(), answer));
  }

  private void ended(int token, int ordinal, ActionResult result) {
    if (token != running) {
      return;
    }
    running++;
    Turn turn = cycle.turn();
    byte[] text = Outcome.ascii(result.text());
    turn.recorder.result(ordinal, result.fault() != null, text);
    if (result.fault() != null) {
      Outcome.text(turn.line, "failed: ");
    }
    Outcome.text(turn.line, text);
    cycle.actionEnded(result.fault());
  }

  /** Ignores whatever is still running. */
  void cancel() {
    running++;
  }

  // ---- tool calls in the endpoint's own form ----

  /** Reads what a reply says beside its tool calls, and takes the calls for its actions. */
  void fromToolCalls(Turn turn) {
    Reply into = turn.reply;
    if (turn.replyLength > 0) {
      turn.reader.read(turn.replyBytes, turn.replyLength, cycle.worker.block(), into);
      if (into.fault() != null) {
        into.clear();
      }
    }
    for (ToolCall call : turn.toolCalls) {
      into.beginAction();
      part(into, Reply.Part.TYPE, call.name());
      byte[] name = Outcome.ascii(call.name());
      if (CoreAction.find(name, 0, name.length) == null) {
        part(into, Reply.Part.VALUE, call.arguments());
        continue;
      }
      try {
        JsonNode arguments = Jackson.MAPPER.readTree(call.arguments());
        for (Reply.Part which : List.of(Reply.Part.TAGS, Reply.Part.VALUE)) {
          JsonNode given = arguments.get(which == Reply.Part.TAGS ? "tags" : "value");
          if (given != null && !given.isNull()) {
            part(into, which, given.isTextual() ? given.textValue() : given.toString());
          }
        }
      } catch (JsonProcessingException e) {
        part(into, Reply.Part.VALUE, call.arguments());
      }
    }
  }

  private static void part(Reply into, Reply.Part part, String text) {
    int from = into.length();
    byte[] bytes = Outcome.ascii(text);
    into.append(bytes, 0, bytes.length);
    into.part(part, from);
  }
}
