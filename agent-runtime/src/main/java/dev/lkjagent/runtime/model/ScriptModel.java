package dev.lkjagent.runtime.model;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * A {@link Script} as a model: answers at once, on the caller's thread. An exhausted script is a
 * fault that shows what was asked, never an invented turn. Calls from several threads each take an
 * entry of their own, in no order between the threads.
 */
public final class ScriptModel implements Model {
  private static final int SHOWN_CHARS = 600;

  private final Script script;
  private final Script.Entry[] entries;
  private final byte[][] conditions;
  private final byte[][] texts;
  private final byte[][] reasonings;
  private final AtomicIntegerArray used;
  private final AtomicInteger calls = new AtomicInteger();
  private volatile boolean closed;

  /**
   * A model that gives a script's replies.
   *
   * @param script the replies
   */
  public ScriptModel(Script script) {
    this.script = script;
    List<Script.Entry> all = script.entries();
    entries = all.toArray(new Script.Entry[0]);
    conditions = all.stream().map(e -> Script.utf8(e.condition())).toArray(byte[][]::new);
    texts = all.stream().map(e -> Script.utf8(e.text())).toArray(byte[][]::new);
    reasonings = all.stream().map(e -> Script.utf8(e.reasoning())).toArray(byte[][]::new);
    used = new AtomicIntegerArray(entries.length);
  }

  /**
   * How many calls were answered from the script.
   *
   * @return their number
   */
  public int callCount() {
    return calls.get();
  }

  @Override
  public ModelCall start(ModelRequest request, ReplySink sink) {
    if (closed) {
      throw new IllegalStateException(description() + " is closed");
    }
    int entry = take(request);
    if (entry < 0) {
      sink.failed(exhausted(request));
    } else {
      calls.incrementAndGet();
      answer(entry, sink);
    }
    return ModelCall.COMPLETE;
  }

  private int take(ModelRequest request) {
    for (int i = 0; i < entries.length; i++) {
      int times = entries[i].times();
      int before = used.get(i);
      while (before < times && contains(request, conditions[i])) {
        if (times == Integer.MAX_VALUE || used.compareAndSet(i, before, before + 1)) {
          return i;
        }
        before = used.get(i);
      }
    }
    return -1;
  }

  private void answer(int number, ReplySink sink) {
    Script.Entry entry = entries[number];
    if (entry.fault() != null) {
      sink.failed(entry.fault());
      return;
    }
    Demand demand = Demand.MORE;
    if (reasonings[number].length > 0) {
      demand = sink.reasoning(reasonings[number], 0, reasonings[number].length);
    }
    byte[] text = texts[number];
    int step = entry.chunkBytes() == 0 ? Math.max(1, text.length) : entry.chunkBytes();
    for (int from = 0; from < text.length && demand != Demand.ENOUGH; from += step) {
      demand = sink.text(text, from, Math.min(text.length, from + step));
    }
    if (demand != Demand.ENOUGH) {
      for (int i = 0; i < entry.tools().size(); i++) {
        sink.toolCall(entry.tools().get(i));
      }
    }
    if (entry.promptTokens() >= 0) {
      sink.usage(entry.promptTokens(), entry.completionTokens(), -1, -1);
    }
    FinishReason reason = entry.finish();
    if (demand == Demand.ENOUGH) {
      reason = FinishReason.ENOUGH;
    } else if (reason == null) {
      reason = entry.tools().isEmpty() ? FinishReason.STOP : FinishReason.TOOL_CALLS;
    }
    sink.done(reason);
  }

  private Fault exhausted(ModelRequest request) {
    StringBuilder unmet = new StringBuilder();
    for (int i = 0; i < entries.length; i++) {
      if (used.get(i) < entries[i].times()) {
        unmet.append(unmet.length() == 0 ? "; entries whose condition does not hold: " : ", ");
        unmet.append('"').append(entries[i].condition()).append('"');
      }
    }
    int last = request.messageCount() - 1;
    String asked = last < 0 ? "" : request.text(last);
    String shown =
        asked.length() <= SHOWN_CHARS ? asked : "…" + asked.substring(asked.length() - SHOWN_CHARS);
    return FaultCode.SCRIPT_EXHAUSTED
        .with(
            "script "
                + script.name()
                + " has no reply left after "
                + calls.get()
                + " calls ("
                + entries.length
                + " entries"
                + unmet
                + "); add one for the prompt that ends: "
                + shown.strip())
        .withDetail(asked);
  }

  private static boolean contains(ModelRequest request, byte[] wanted) {
    if (wanted.length == 0) {
      return true;
    }
    for (int m = 0; m < request.messageCount(); m++) {
      if (contains(request.bytes(), request.textFrom(m), request.textTo(m), wanted)) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(byte[] bytes, int from, int to, byte[] wanted) {
    for (int i = from; i <= to - wanted.length; i++) {
      if (bytes[i] == wanted[0]
          && Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String description() {
    return "script:"
        + script.name()
        + " (not a language model: "
        + entries.length
        + " fixed replies)";
  }

  @Override
  public boolean isLanguageModel() {
    return false;
  }

  @Override
  public boolean takesTools() {
    return true;
  }

  @Override
  public void close() {
    closed = true;
  }
}
