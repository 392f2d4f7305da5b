package dev.lkjagent.runtime.loop;

import dev.lkjagent.json.lenient.RepairCode;
import dev.lkjagent.runtime.fault.FaultCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reply asks for, as ranges of decoded UTF-8. Reused from reply to reply.
 *
 * <p>A {@link ReplyReader} fills it: {@link #append} takes text, and the setters say what the text
 * is.
 */
public final class Reply {
  /** How many numbers there are per action: from and to of type, tags and value. */
  private static final int PER_ACTION = 6;

  private static final int ABSENT = -1;

  private byte[] text = new byte[1024];
  private int length;
  private int[] actions = new int[4 * PER_ACTION];
  private int actionCount;
  private final int[] fields = new int[2 * Field.values().length];
  private @Nullable FaultCode fault;
  private String problem = "";
  private int faultOffset;
  private long repairs;

  /** The texts that a reply has once. */
  public enum Field {
    /** The state to enter. */
    NEXT_STATE,
    /** What the model thought. */
    THINKING,
    /** How it judged what came of its actions. */
    EVALUATION
  }

  /** The parts of an action. */
  public enum Part {
    /** What is to be done. */
    TYPE,
    /** The tags it is about. */
    TAGS,
    /** The text it is about. */
    VALUE
  }

  /** Makes an empty reply. */
  public Reply() {
    clear();
  }

  /** Forgets everything and keeps the room. */
  public void clear() {
    length = 0;
    actionCount = 0;
    Arrays.fill(fields, ABSENT);
    fault = null;
    problem = "";
    faultOffset = 0;
    repairs = 0;
  }

  /**
   * Appends decoded text.
   *
   * @param bytes hold it
   * @param from where it begins
   * @param to where it ends
   */
  public void append(byte[] bytes, int from, int to) {
    if (to - from > text.length - length) {
      text = Arrays.copyOf(text, Math.max(length + to - from, text.length << 1));
    }
    System.arraycopy(bytes, from, text, length, to - from);
    length += to - from;
  }

  /**
   * How much text was appended.
   *
   * @return bytes: where the next text begins
   */
  public int length() {
    return length;
  }

  /**
   * Says that a field is the text from a place to the end; without the white space around it.
   *
   * @param field which
   * @param from where it begins
   */
  public void field(Field field, int from) {
    int start = trimmedFrom(from, length);
    fields[field.ordinal() * 2] = start;
    fields[field.ordinal() * 2 + 1] = trimmedTo(start, length);
  }

  /** Begins another action. */
  public void beginAction() {
    if ((actionCount + 1) * PER_ACTION > actions.length) {
      actions = Arrays.copyOf(actions, actions.length << 1);
    }
    Arrays.fill(actions, actionCount * PER_ACTION, (actionCount + 1) * PER_ACTION, ABSENT);
    actionCount++;
  }

  /**
   * Says that a part of the last action is the text from a place to the end. Type and tags come
   * without the white space around them.
   *
   * @param part which
   * @param from where it begins
   */
  public void part(Part part, int from) {
    int start = part == Part.VALUE ? from : trimmedFrom(from, length);
    int at = (actionCount - 1) * PER_ACTION + part.ordinal() * 2;
    actions[at] = start;
    actions[at + 1] = part == Part.VALUE ? length : trimmedTo(start, length);
  }

  /**
   * Says that the reply can't be used.
   *
   * @param code what is wrong
   * @param offset the byte of the reply at which it was noticed
   * @param what half a sentence on what was found
   */
  public void fail(FaultCode code, int offset, String what) {
    fault = code;
    faultOffset = offset;
    problem = what;
  }

  /**
   * Says that something had to be mended.
   *
   * @param code what; naming it again changes nothing
   */
  public void repaired(RepairCode code) {
    repairs |= 1L << code.ordinal();
  }

  List<RepairCode> repairs() {
    List<RepairCode> codes = new ArrayList<>();
    for (RepairCode code : RepairCode.values()) {
      if ((repairs & 1L << code.ordinal()) != 0) {
        codes.add(code);
      }
    }
    return List.copyOf(codes);
  }

  private int trimmedFrom(int from, int to) {
    int at = from;
    while (at < to && text[at] <= ' ' && text[at] >= 0) {
      at++;
    }
    return at;
  }

  private int trimmedTo(int from, int to) {
    int at = to;
    while (at > from && text[at - 1] <= ' ' && text[at - 1] >= 0) {
      at--;
    }
    return at;
  }

  byte[] text() {
    return text;
  }

  boolean has(Field field) {
    return fields[field.ordinal() * 2 + 1] > fields[field.ordinal() * 2];
  }

  int from(Field field) {
    return fields[field.ordinal() * 2];
  }

  int to(Field field) {
    return fields[field.ordinal() * 2 + 1];
  }

  int actionCount() {
    return actionCount;
  }

  boolean has(int action, Part part) {
    return actions[action * PER_ACTION + part.ordinal() * 2] != ABSENT;
  }

  int from(int action, Part part) {
    return Math.max(0, actions[action * PER_ACTION + part.ordinal() * 2]);
  }

  int to(int action, Part part) {
    return Math.max(0, actions[action * PER_ACTION + part.ordinal() * 2 + 1]);
  }

  @Nullable FaultCode fault() {
    return fault;
  }

  int faultOffset() {
    return faultOffset;
  }

  String problem() {
    return problem;
  }
}
