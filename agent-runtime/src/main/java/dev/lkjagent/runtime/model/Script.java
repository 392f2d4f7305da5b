package dev.lkjagent.runtime.model;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Replies that were written down beforehand, in order: immutable, made by {@link #parse}, {@link
 * #read} or a {@link #builder}.
 *
 * <p>The file is UTF-8 text. A line that begins with {@code ===} begins an entry, and everything up
 * to the next such line, without the last line break, is its text:
 *
 * <pre>
 *   anything before the first entry is a comment
 *   === reply
 *   &lt;agent&gt;&lt;next_state&gt;executing&lt;/next_state&gt;&lt;/agent&gt;
 *   === reply when="&lt;state&gt;paging&lt;/state&gt;" times=2 usage=812,40 chunk=16
 *   &lt;agent&gt;…&lt;/agent&gt;
 *   --- reasoning
 *   what the model thinks before this reply
 *   --- tool search call_1
 *   {"text":"cats"}
 *   === fault MODEL_UNREACHABLE
 *   the message of the fault
 *   === reply times=forever
 *   &lt;agent&gt;…&lt;/agent&gt;
 * </pre>
 *
 * <ul>
 *   <li>{@code when="…"}: the entry is used only for a prompt that contains this text. Each call
 *       takes the first entry that is not used up and whose condition holds.
 *   <li>{@code times=N} or {@code times=forever}: how often it is used; once if not told.
 *   <li>{@code usage=P,C}: the tokens of prompt and reply to be reported; none if not told.
 *   <li>{@code chunk=N}: the text comes in pieces of N bytes; in one piece if not told.
 *   <li>{@code finish=length}: why the reply ends; {@code stop}, or {@code tool_calls} with tools,
 *       if not told.
 *   <li>{@code --- reasoning} and {@code --- tool NAME ID} add to the reply that they follow.
 *   <li>A line of text that would be taken for one of these is written with a backslash before it.
 * </ul>
 */
public final class Script {
  private final String name;
  private final List<Entry> entries;

  private Script(String name, List<Entry> entries) {
    this.name = name;
    this.entries = List.copyOf(entries);
  }

  /**
   * One answer.
   *
   * @param condition the text that the prompt must contain; empty for every prompt
   * @param times how often it may be used; {@link Integer#MAX_VALUE} stands for no limit
   * @param text the reply's text
   * @param reasoning what comes before it
   * @param tools the tool calls that come after it
   * @param promptTokens the usage to report, or -1 for none
   * @param completionTokens the usage to report
   * @param chunkBytes the size of the pieces, or 0 for one piece
   * @param finish why it ends
   * @param fault what to answer instead of a reply, or null
   */
  record Entry(
      String condition,
      int times,
      String text,
      String reasoning,
      List<ToolCall> tools,
      long promptTokens,
      long completionTokens,
      int chunkBytes,
      @Nullable FinishReason finish,
      @Nullable Fault fault) {}

  /**
   * Reads a script from a file.
   *
   * @param file the file
   * @return the script, named after the file
   * @throws dev.lkjagent.runtime.fault.FaultException if it cannot be read or is malformed
   */
  public static Script read(Path file) {
    try {
      return parse(Files.readString(file), file.toString());
    } catch (IOException unreadable) {
      throw FaultCode.CONFIG_INVALID
          .with("script " + file + " cannot be read (" + unreadable + "); name a UTF-8 text file")
          .asException();
    }
  }

  /**
   * Parses a script.
   *
   * @param source the text of a script file
   * @param name what to call it in messages
   * @return the script
   * @throws dev.lkjagent.runtime.fault.FaultException if it is malformed, with the line
   */
  public static Script parse(String source, String name) {
    return new ScriptReader(source, name).read();
  }

  /**
   * Begins a script in code.
   *
   * @param name what to call it in messages
   * @return an empty builder
   */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /**
   * The script's name in messages.
   *
   * @return a file's path, or what the builder was given
   */
  public String name() {
    return name;
  }

  /**
   * How many entries there are.
   *
   * @return their number
   */
  public int size() {
    return entries.size();
  }

  List<Entry> entries() {
    return entries;
  }

  /** Collects entries in order; each method that adds to an entry adds to the last one. */
  public static final class Builder {
    private final String name;
    private final List<Draft> drafts = new ArrayList<>();

    private Builder(String name) {
      this.name = Objects.requireNonNull(name, "name");
    }

    /**
     * Adds a reply.
     *
     * @param text its text
     * @return this
     */
    public Builder reply(String text) {
      Draft draft = new Draft();
      draft.text = Objects.requireNonNull(text, "text");
      drafts.add(draft);
      return this;
    }

    /**
     * Adds a fault.
     *
     * @param fault what the call ends with
     * @return this
     */
    public Builder fault(Fault fault) {
      Draft draft = new Draft();
      draft.fault = Objects.requireNonNull(fault, "fault");
      drafts.add(draft);
      return this;
    }

    /**
     * Uses the last entry only for prompts that contain a text.
     *
     * @param promptContains the text
     * @return this
     */
    public Builder when(String promptContains) {
      last().condition = promptContains;
      return this;
    }

    /**
     * Uses the last entry several times.
     *
     * @param times how often; {@link Integer#MAX_VALUE} stands for no limit
     * @return this
     */
    public Builder times(int times) {
      if (times < 1) {
        throw new IllegalArgumentException(
            "times is " + times + "; an entry is used at least once");
      }
      last().times = times;
      return this;
    }

    /**
     * Reports a usage with the last entry.
     *
     * @param promptTokens tokens of the prompt
     * @param completionTokens tokens of the reply
     * @return this
     */
    public Builder usage(long promptTokens, long completionTokens) {
      Draft draft = last();
      draft.promptTokens = promptTokens;
      draft.completionTokens = completionTokens;
      return this;
    }

    /**
     * Delivers the last entry's text in pieces.
     *
     * @param bytes the size of a piece
     * @return this
     */
    public Builder chunk(int bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("a chunk of " + bytes + " bytes");
      }
      last().chunkBytes = bytes;
      return this;
    }

    /**
     * Ends the last entry for a reason of its own.
     *
     * @param reason the reason
     * @return this
     */
    public Builder finish(FinishReason reason) {
      last().finish = reason;
      return this;
    }

    /**
     * Puts reasoning before the last entry's text.
     *
     * @param reasoning what the model thinks
     * @return this
     */
    public Builder reasoning(String reasoning) {
      last().reasoning = reasoning;
      return this;
    }

    /**
     * Puts a tool call after the last entry's text.
     *
     * @param call the call
     * @return this
     */
    public Builder tool(ToolCall call) {
      last().tools.add(call);
      return this;
    }

    /**
     * The script so far.
     *
     * @return an immutable script
     */
    public Script build() {
      return new Script(name, drafts.stream().map(Draft::entry).toList());
    }

    private Draft last() {
      if (drafts.isEmpty()) {
        throw new IllegalStateException("no reply was added yet");
      }
      return drafts.get(drafts.size() - 1);
    }
  }

  private static final class Draft {
    String condition = "";
    int times = 1;
    String text = "";
    String reasoning = "";
    final List<ToolCall> tools = new ArrayList<>();
    long promptTokens = -1;
    long completionTokens = -1;
    int chunkBytes;
    @Nullable FinishReason finish;
    @Nullable Fault fault;

    Entry entry() {
      return new Entry(
          condition,
          times,
          text,
          reasoning,
          List.copyOf(tools),
          promptTokens,
          completionTokens,
          chunkBytes,
          finish,
          fault);
    }
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
