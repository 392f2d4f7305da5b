package dev.lkjagent.runtime.loop;

import dev.lkjagent.json.JsonWriter;
import dev.lkjagent.json.lenient.LenientFault;
import dev.lkjagent.json.lenient.LenientParser;
import dev.lkjagent.json.lenient.LenientParser.Progress;
import dev.lkjagent.json.lenient.RepairCode;
import dev.lkjagent.json.lenient.Repairs;
import dev.lkjagent.json.lenient.ReplyForm;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.Tape;
import dev.lkjagent.runtime.fault.FaultCode;
import java.util.Arrays;

/**
 * Reads replies as models write them: XML or JSON, with prose, thoughts and fences around the
 * block, and with the mistakes that can be mended without guessing at what was meant. A block that
 * was cut off is never acted on.
 */
final class LenientReplyReader implements ReplyReader {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_REPAIRS = 64;
  private static final byte[] AGENT = Outcome.ascii("agent");
  private static final byte[] ACTION = Outcome.ascii("action");
  private static final byte[] ACTIONS = Outcome.ascii("actions");
  private static final byte[][] FIELDS = {
    Outcome.ascii("next_state"), Outcome.ascii("thinking_log"), Outcome.ascii("evaluation_log")
  };
  private static final byte[][] PARTS = {
    Outcome.ascii("type"), Outcome.ascii("tags"), Outcome.ascii("value")
  };
  private static final Reply.Field[] ALL_FIELDS = Reply.Field.values();
  private static final Reply.Part[] ALL_PARTS = Reply.Part.values();
  private static final byte[] COMMA = {','};

  private final LenientParser parser = new LenientParser(MAX_DEPTH, MAX_REPAIRS);
  private final JsonWriter json = new JsonWriter();
  private byte[] text = new byte[2048];
  private long[] tape = new long[128];
  private byte[] copy = new byte[1024];
  private Progress progress = Progress.MORE;

  @Override
  public void begin() {
    parser.begin(ReplyForm.REPLY);
    progress = Progress.MORE;
  }

  @Override
  public int watch(byte[] reply, int length) {
    advance(reply, length, false);
    return progress == Progress.COMPLETE ? parser.used() : -1;
  }

  private void advance(byte[] reply, int length, boolean finished) {
    while (progress == Progress.MORE
        || progress == Progress.TEXT_FULL
        || progress == Progress.NODES_FULL) {
      if (progress == Progress.TEXT_FULL) {
        text = Arrays.copyOf(text, text.length << 1);
      } else if (progress == Progress.NODES_FULL) {
        tape = Arrays.copyOf(tape, tape.length << 1);
      }
      progress =
          parser.advance(reply, 0, length, finished, text, 0, text.length, tape, 0, tape.length);
      if (progress == Progress.MORE) {
        return;
      }
    }
  }

  @Override
  public void read(byte[] reply, int length, Document scratch, Reply into) {
    advance(reply, length, true);
    if (progress != Progress.COMPLETE) {
      LenientFault fault = parser.fault();
      boolean absent = fault == LenientFault.EMPTY || fault == LenientFault.NO_BLOCK;
      into.fail(
          absent ? FaultCode.REPLY_WITHOUT_BLOCK : FaultCode.REPLY_MALFORMED,
          parser.faultOffset(),
          fault.message());
      return;
    }
    if (parser.repairs().contains(RepairCode.TRUNCATED)) {
      into.fail(FaultCode.REPLY_TRUNCATED, length, "it ends before its block does");
      return;
    }
    Repairs repairs = parser.repairs();
    for (int i = 0; i < repairs.size(); i++) {
      into.repaired(repairs.code(i));
    }
    int nodes = parser.nodes();
    Status room = scratch.reserve(Math.max(1, parser.textLength()), nodes);
    if (room != Status.OK || scratch.tapeCapacity() < nodes) {
      scratch.clear();
      into.fail(FaultCode.REPLY_MALFORMED, 0, "the pool has no room to read it");
      return;
    }
    System.arraycopy(text, 0, scratch.raw().bytes(), scratch.textAt(), parser.textLength());
    System.arraycopy(tape, 0, scratch.raw().tape(), scratch.tapeAt(), nodes);
    scratch.publish(parser.textLength(), nodes, null);
    take(scratch, into);
    scratch.clear();
  }

  private void take(Document tree, Reply into) {
    long block = tree.root();
    if (tree.kind(block) == Tape.OBJECT) {
      long inner = tree.find(block, AGENT, 0, AGENT.length);
      block = inner != ObjectTree.NO_NODE && tree.kind(inner) == Tape.OBJECT ? inner : block;
    }
    boolean known = false;
    for (long child = tree.firstChild(block);
        child != ObjectTree.NO_NODE;
        child = tree.next(block, child)) {
      known |= member(tree, child, into);
    }
    if (!known) {
      into.fail(
          FaultCode.REPLY_WITHOUT_BLOCK, 0, "its block has none of the fields of the contract");
    }
  }

  private boolean member(Document tree, long node, Reply into) {
    if (!tree.named(node)) {
      return false;
    }
    for (int i = 0; i < FIELDS.length; i++) {
      if (tree.nameEquals(node, FIELDS[i], 0, FIELDS[i].length)) {
        int from = into.length();
        text(tree, node, into);
        into.field(ALL_FIELDS[i], from);
        return true;
      }
    }
    if (tree.nameEquals(node, ACTIONS, 0, ACTIONS.length)) {
      for (long child = tree.firstChild(node);
          child != ObjectTree.NO_NODE;
          child = tree.next(node, child)) {
        action(tree, child, into);
      }
      return true;
    }
    if (tree.nameEquals(node, ACTION, 0, ACTION.length)) {
      if (tree.kind(node) == Tape.ARRAY) {
        for (long child = tree.firstChild(node);
            child != ObjectTree.NO_NODE;
            child = tree.next(node, child)) {
          action(tree, child, into);
        }
      } else {
        action(tree, node, into);
      }
      return true;
    }
    return false;
  }

  private void action(Document tree, long node, Reply into) {
    int kind = tree.kind(node);
    if (kind != Tape.ELEMENT && kind != Tape.OBJECT) {
      return;
    }
    into.beginAction();
    for (long child = tree.firstChild(node);
        child != ObjectTree.NO_NODE;
        child = tree.next(node, child)) {
      for (int i = 0; tree.named(child) && i < PARTS.length; i++) {
        if (tree.nameEquals(child, PARTS[i], 0, PARTS[i].length) && tree.kind(child) != Tape.NULL) {
          int from = into.length();
          if (tree.kind(child) == Tape.ARRAY && ALL_PARTS[i] == Reply.Part.TAGS) {
            tags(tree, child, into);
          } else {
            text(tree, child, into);
          }
          into.part(ALL_PARTS[i], from);
        }
      }
    }
  }

  private void tags(Document tree, long array, Reply into) {
    for (long child = tree.firstChild(array);
        child != ObjectTree.NO_NODE;
        child = tree.next(array, child)) {
      text(tree, child, into);
      into.append(COMMA, 0, 1);
    }
  }

  private void text(Document tree, long node, Reply into) {
    switch (tree.kind(node)) {
      case Tape.ELEMENT -> {
        for (long child = tree.firstChild(node);
            child != ObjectTree.NO_NODE;
            child = tree.next(node, child)) {
          int kind = tree.kind(child);
          if (kind == Tape.TEXT || kind == Tape.CDATA || kind == Tape.ELEMENT) {
            text(tree, child, into);
          }
        }
      }
      case Tape.OBJECT, Tape.ARRAY, Tape.TRUE, Tape.FALSE -> {
        int length = json.write(tree, node, copy, 0);
        while (length == Status.TOO_LARGE.code()) {
          copy = new byte[copy.length << 1];
          length = json.write(tree, node, copy, 0);
        }
        into.append(copy, 0, Math.max(0, length));
      }
      default -> {
        int length = tree.textLength(node);
        if (copy.length < length) {
          copy = new byte[Math.max(length, copy.length << 1)];
        }
        into.append(copy, 0, tree.copyText(node, copy, 0));
      }
    }
  }
}
