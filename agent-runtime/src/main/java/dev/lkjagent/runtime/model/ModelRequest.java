package dev.lkjagent.runtime.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a model may see in one call: messages in order, and the definitions of tools.
 *
 * <p>A reusable buffer: {@link #clear} keeps the arrays, so a request that was once as large as it
 * gets allocates nothing any more. It owns its bytes; pool memory is copied in and never crosses
 * threads. Whoever fills it hands it to {@link Model#start} and touches it again only after the
 * call has ended.
 *
 * <pre>
 *   request.clear();
 *   request.begin(Role.SYSTEM).append(bytes, from, to).end();   // the stable part comes first
 *   request.begin(Role.USER).append(bytes, from, to).end();
 * </pre>
 *
 * Texts are UTF-8. Not safe for use by several threads at a time.
 */
public final class ModelRequest {
  private static final int LONGS_PER_MESSAGE = 3;

  private byte[] text = new byte[4096];
  private int textLength;
  private byte[] tools = new byte[0];
  private int toolsLength;

  /** Per message: text, id and name, each as (from, to). */
  private long[] slices = new long[8 * LONGS_PER_MESSAGE];

  private Role[] roles = new Role[8];
  private int messageCount;
  private int open = -1;
  private int repliesUpTo;
  private int edits;
  private @Nullable EscapedTexts escaped;
  private boolean isEscaped;

  /** An empty request. */
  public ModelRequest() {}

  /** Forgets all messages and tools; keeps the arrays, and what stands in them. */
  public void clear() {
    textLength = 0;
    toolsLength = 0;
    messageCount = 0;
    open = -1;
    repliesUpTo = 0;
    isEscaped = false;
  }

  /**
   * Begins a message of one of the roles that have a text only.
   *
   * @param role who speaks: not a tool
   * @return this
   */
  public ModelRequest begin(Role role) {
    if (role == Role.TOOL_CALL || role == Role.TOOL_RESULT) {
      throw new IllegalArgumentException(
          "a message of role " + role + " needs beginToolCall or beginToolResult");
    }
    open(role);
    return this;
  }

  /**
   * Begins a tool call that the model made earlier; the text to append is its arguments. Calls that
   * follow one another belong to one turn of the model, as does a text of role ASSISTANT before
   * them.
   *
   * @param id the call's id
   * @param name the tool's name
   * @return this
   */
  public ModelRequest beginToolCall(String id, String name) {
    open(Role.TOOL_CALL);
    int slot = open * LONGS_PER_MESSAGE;
    slices[slot + 1] = appendSlice(id);
    slices[slot + 2] = appendSlice(name);
    slices[slot] = slice(textLength, textLength);
    return this;
  }

  /**
   * Begins what a tool answered; the text to append is the answer.
   *
   * @param id the id of the call that it answers
   * @return this
   */
  public ModelRequest beginToolResult(String id) {
    open(Role.TOOL_RESULT);
    int slot = open * LONGS_PER_MESSAGE;
    slices[slot + 1] = appendSlice(id);
    slices[slot] = slice(textLength, textLength);
    return this;
  }

  /**
   * Appends to the message that was begun.
   *
   * @param bytes the array that holds the text
   * @param from its first byte
   * @param to the byte after its last
   * @return this
   */
  public ModelRequest append(byte[] bytes, int from, int to) {
    if (open < 0) {
      throw new IllegalStateException("no message was begun");
    }
    if (from < 0 || to < from || to > bytes.length) {
      throw new IndexOutOfBoundsException("bytes " + from + ".." + to + " of " + bytes.length);
    }
    edits++;
    int length = to - from;
    text = grown(text, textLength, length);
    System.arraycopy(bytes, from, text, textLength, length);
    textLength += length;
    return this;
  }

  /**
   * Makes room for so many bytes of the message that was begun, for a caller that writes them
   * itself, from {@link #lengthBytes} on, and then calls {@link #advance}.
   *
   * @param more how many bytes
   * @return the array to write to, {@link #bytes}
   */
  public byte[] reserve(int more) {
    if (more < 0) {
      throw new IllegalArgumentException("reserve " + more + " bytes; 0 or more are meant");
    }
    edits++;
    text = grown(text, textLength, more);
    return text;
  }

  /**
   * Counts bytes of the message that was begun which the caller wrote after {@link #reserve}.
   *
   * @param written how many
   * @return this
   */
  public ModelRequest advance(int written) {
    if (open < 0) {
      throw new IllegalStateException("no message was begun");
    }
    textLength += Objects.checkIndex(written, text.length - textLength + 1);
    return this;
  }

  /**
   * Appends a string; convenient, and allocates.
   *
   * @param string the text
   * @return this
   */
  public ModelRequest append(String string) {
    byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
    return append(bytes, 0, bytes.length);
  }

  /**
   * Ends the message that was begun.
   *
   * @return this
   */
  public ModelRequest end() {
    if (open < 0) {
      throw new IllegalStateException("no message was begun");
    }
    int slot = open * LONGS_PER_MESSAGE;
    slices[slot] = slice((int) (slices[slot] >>> 32), textLength);
    messageCount = open + 1;
    open = -1;
    isEscaped = false;
    return this;
  }

  /**
   * Offers tools, in the form that chat-completions endpoints take: one JSON array of {@code
   * {"type":"function","function":{"name":…,"description":…,"parameters":…}}}.
   *
   * @param json the array that holds it; copied
   * @param from its first byte
   * @param to the byte after its last
   * @return this
   */
  public ModelRequest tools(byte[] json, int from, int to) {
    int length = to - from;
    tools = grown(tools, 0, length);
    System.arraycopy(json, from, tools, 0, length);
    toolsLength = length;
    return this;
  }

  /**
   * Limits the reply's length for this call below what the model's configuration says.
   *
   * @param tokens the limit, or 0 for none
   * @return this
   */
  public ModelRequest maxReplyTokens(int tokens) {
    if (tokens < 0) {
      throw new IllegalArgumentException("maxReplyTokens is " + tokens + "; 0 stands for no limit");
    }
    repliesUpTo = tokens;
    return this;
  }

  /**
   * How often the bytes of texts were written, or handed out to be written. A caller that filled
   * the request and finds the same number later may take what stands in {@link #bytes} for what it
   * wrote, even after a {@link #clear} and {@link #reserve} of its own: neither changes what is
   * there.
   *
   * @return a number that every write makes another one
   */
  public int edits() {
    return edits;
  }

  /**
   * How many messages there are.
   *
   * @return the number of ended messages
   */
  public int messageCount() {
    return messageCount;
  }

  /**
   * Who speaks in a message.
   *
   * @param message its number, from 0
   * @return the role
   */
  public Role role(int message) {
    return roles[checked(message)];
  }

  /**
   * The array in which all texts lie; valid until the request is changed.
   *
   * @return the array, longer than what is in it
   */
  public byte[] bytes() {
    return text;
  }

  /**
   * Where a message's text begins in {@link #bytes}.
   *
   * @param message its number, from 0
   * @return the offset
   */
  public int textFrom(int message) {
    return (int) (slices[checked(message) * LONGS_PER_MESSAGE] >>> 32);
  }

  /**
   * Where a message's text ends in {@link #bytes}.
   *
   * @param message its number, from 0
   * @return the offset after its last byte
   */
  public int textTo(int message) {
    return (int) slices[checked(message) * LONGS_PER_MESSAGE];
  }

  /**
   * The array in which all texts lie once more, as they stand between the quotes of JSON strings;
   * valid until the request is changed. What is not well-formed UTF-8 is replaced by U+FFFD.
   *
   * <p>The beginning that a request has in common with the last one that was asked for this is not
   * escaped again, so this is what an endpoint should send; a request that is not asked keeps no
   * second form.
   *
   * @return the array, longer than what is in it
   */
  public byte[] jsonBytes() {
    return json().bytes();
  }

  /**
   * Where a message's text begins in {@link #jsonBytes}.
   *
   * @param message its number, from 0
   * @return the offset
   */
  public int jsonFrom(int message) {
    return json().from(checked(message));
  }

  /**
   * Where a message's text ends in {@link #jsonBytes}.
   *
   * @param message its number, from 0
   * @return the offset after its last byte
   */
  public int jsonTo(int message) {
    return json().to(checked(message));
  }

  /**
   * The id of a tool call, or of the call that a result answers.
   *
   * @param message its number, from 0
   * @return the id; empty for other roles
   */
  public String id(int message) {
    return string(slices[checked(message) * LONGS_PER_MESSAGE + 1]);
  }

  /**
   * The name of the tool that a call asks for.
   *
   * @param message its number, from 0
   * @return the name; empty for other roles
   */
  public String name(int message) {
    return string(slices[checked(message) * LONGS_PER_MESSAGE + 2]);
  }

  /**
   * The sum of the lengths of all texts.
   *
   * @return a number of bytes
   */
  public int lengthBytes() {
    return textLength;
  }

  /**
   * The definitions of tools.
   *
   * @return the JSON array as a read-only view of this request's bytes, empty if there are none
   */
  public ByteBuffer tools() {
    return ByteBuffer.wrap(tools, 0, toolsLength).slice().asReadOnlyBuffer();
  }

  /**
   * Whether tools are offered.
   *
   * @return true after {@link #tools(byte[], int, int)} with something in it
   */
  public boolean hasTools() {
    return toolsLength > 0;
  }

  /**
   * The limit for the reply's length in this call.
   *
   * @return a number of tokens, or 0 for none
   */
  public int maxReplyTokens() {
    return repliesUpTo;
  }

  /**
   * A message's text as a string; for people and tests, allocates.
   *
   * @param message its number, from 0
   * @return the text
   */
  public String text(int message) {
    return string(slices[checked(message) * LONGS_PER_MESSAGE]);
  }

  /** How many messages and bytes it holds; not what they say. */
  @Override
  public String toString() {
    return messageCount + " messages, " + textLength + " bytes, " + toolsLength + " bytes of tools";
  }

  private EscapedTexts json() {
    EscapedTexts json = escaped;
    if (json == null) {
      json = new EscapedTexts();
      escaped = json;
    }
    if (!isEscaped) {
      json.update(this);
      isEscaped = true;
    }
    return json;
  }

  private void open(Role role) {
    if (open >= 0) {
      throw new IllegalStateException("message " + open + " was not ended");
    }
    if (messageCount == roles.length) {
      roles = Arrays.copyOf(roles, messageCount * 2);
      slices = Arrays.copyOf(slices, messageCount * 2 * LONGS_PER_MESSAGE);
    }
    open = messageCount;
    roles[open] = role;
    int slot = open * LONGS_PER_MESSAGE;
    slices[slot] = slice(textLength, textLength);
    slices[slot + 1] = 0;
    slices[slot + 2] = 0;
  }

  private int checked(int message) {
    if (message < 0 || message >= messageCount) {
      throw new IndexOutOfBoundsException("message " + message + " of " + messageCount);
    }
    return message;
  }

  private long appendSlice(String string) {
    int from = textLength;
    append(string);
    return slice(from, textLength);
  }

  private String string(long slice) {
    int from = (int) (slice >>> 32);
    return new String(text, from, (int) slice - from, StandardCharsets.UTF_8);
  }

  private static long slice(int from, int to) {
    return (long) from << 32 | to;
  }

  private static byte[] grown(byte[] array, int used, int more) {
    long needed = (long) used + more;
    if (needed <= array.length) {
      return array;
    }
    if (needed > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("a request of " + needed + " bytes does not fit an array");
    }
    long doubled = Math.max(needed, 2L * array.length);
    return Arrays.copyOf(array, (int) Math.min(doubled, Integer.MAX_VALUE - 8));
  }
}
