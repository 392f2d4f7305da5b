package dev.lkjagent.json;

import static dev.lkjagent.json.Words.afterBlanks;
import static dev.lkjagent.json.Words.afterDigits;
import static dev.lkjagent.json.Words.stop;

import dev.lkjagent.memory.tree.NameIds;
import dev.lkjagent.memory.tree.Tape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The engine that reads a JSON text of which only a beginning is there, and goes on when there is
 * more.
 *
 * <p>It writes the same nodes and finds the same faults at the same offsets as {@link JsonScanner}.
 * What it knows between two calls is a few numbers: a state, how far it has looked, where the token
 * under way began, and the stack of open containers. No byte that is understood is looked at again,
 * except the few of an escape or a character that was cut.
 */
final class StreamScanner {
  /** More bytes are needed. */
  static final int MORE = 0;

  /** The value is complete; it ends at {@link #position()}. */
  static final int COMPLETE = 1;

  private static final int START = 0;
  private static final int VALUE = 1;
  private static final int FIRST_ELEMENT = 2;
  private static final int FIRST_NAME = 3;
  private static final int NAME = 4;
  private static final int COLON = 5;
  private static final int AFTER_VALUE = 6;
  private static final int STRING = 7;
  private static final int NAME_STRING = 8;
  private static final int LITERAL = 9;

  /** Parts of a number; after those from {@link #ZERO} on it may end. */
  private static final int MINUS = 10;

  private static final int POINT = 11;
  private static final int EXPONENT = 12;
  private static final int EXPONENT_SIGN = 13;
  private static final int ZERO = 14;
  private static final int INTEGER = 15;
  private static final int FRACTION = 16;
  private static final int EXPONENT_DIGITS = 17;

  private static final int DONE = 18;

  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private final JsonLimits limits;
  private final NameIds names;

  /** Per open container: twice the number of its node, plus one for an object. */
  private int[] open = new int[64];

  private DuplicateNames duplicates = DuplicateNames.KEEP;
  private @Nullable Duplicates index;
  private byte[] text = NULL;
  private int textAt;
  private int depth;
  private int state;
  private int position;
  private int token;
  private boolean escapes;
  private byte[] literal = NULL;
  private int nodes;
  private int faultAt;

  StreamScanner(JsonLimits limits, NameIds names) {
    this.limits = limits;
    this.names = names;
  }

  void duplicates(DuplicateNames policy) {
    duplicates = policy;
    index = policy == DuplicateNames.KEEP ? null : new Duplicates();
  }

  /** Begins a text. */
  void begin() {
    depth = 0;
    state = START;
    position = 0;
    nodes = 0;
    Duplicates members = index;
    if (members != null) {
      members.begin();
    }
  }

  /** How many nodes there are. */
  int nodes() {
    return nodes;
  }

  /** How far the text is understood, in bytes. */
  int position() {
    return position;
  }

  int faultOffset() {
    return faultAt;
  }

  boolean done() {
    return state == DONE;
  }

  /**
   * Goes on with a text of which {@code size} bytes are there. The bytes after them must be 0, and
   * there must be room for as many nodes more as there are new bytes, and two.
   *
   * @return {@link #MORE}, {@link #COMPLETE}, or the status of a {@link JsonFault}
   */
  int advance(byte[] text, int from, int size, long[] tape, int tapeAt) {
    int outcome = run(text, from, from + size, tape, tapeAt);
    return outcome < 0 ? foreign(outcome, text, from, from + size) : outcome;
  }

  /** Ends the text after {@code size} bytes: what is still open is a fault. */
  int finish(byte[] text, int from, int size, long[] tape, int tapeAt) {
    if (state >= ZERO && state <= EXPONENT_DIGITS) {
      number(tape, tapeAt);
      if (depth == 0) {
        return complete(tape, tapeAt);
      }
    }
    if (state == START && size > 0 && text[from] == (byte) 0xEF) {
      faultAt = 0;
      return JsonFault.EXPECTED_VALUE.status();
    }
    if (state == NAME_STRING && size - token > limits.maxNameBytes()) {
      faultAt = token + limits.maxNameBytes();
      return JsonFault.NAME_TOO_LONG.status();
    }
    faultAt = size;
    return Lexis.END;
  }

  private int foreign(int status, byte[] text, int from, int to) {
    if (JsonScanner.isForeign(text, from, to, faultAt)) {
      faultAt = 0;
      return JsonFault.BAD_ENCODING.status();
    }
    return status;
  }

  private int run(byte[] t, int from, int to, long[] tape, int tapeAt) {
    text = t;
    textAt = from;
    while (from + position < to) {
      int p = from + position;
      int outcome;
      switch (state) {
        case START -> outcome = start(t, from, to);
        case VALUE, FIRST_ELEMENT, FIRST_NAME, NAME, COLON, AFTER_VALUE -> {
          p = afterBlanks(t, p);
          position = p - from;
          outcome = p >= to ? MORE : between(t[p], p - from, tape, tapeAt);
        }
        case STRING, NAME_STRING -> outcome = string(t, from, to, tape, tapeAt);
        case LITERAL -> outcome = literal(t, from, to, tape, tapeAt);
        case DONE -> {
          return COMPLETE;
        }
        default -> outcome = number(t, from, to, tape, tapeAt);
      }
      if (outcome != MORE) {
        return outcome;
      }
      if (state == DONE) {
        return complete(tape, tapeAt);
      }
      if (from + position == p && waits(t, from)) {
        return MORE;
      }
    }
    return MORE;
  }

  /**
   * Whether the bytes that are there are the begin of something that can't be understood without
   * more.
   */
  private boolean waits(byte[] t, int from) {
    return switch (state) {
      case START -> true;
      case STRING, NAME_STRING -> t[from + position] < 0 || t[from + position] == '\\';
      default -> false;
    };
  }

  private int complete(long[] tape, int tapeAt) {
    state = DONE;
    Duplicates members = index;
    if (members != null && members.hasDropped()) {
      nodes = members.compact(tape, tapeAt, nodes);
    }
    return COMPLETE;
  }

  private int start(byte[] t, int from, int to) {
    if (t[from] == (byte) 0xEF) {
      if (to - from < 3 && (to - from < 2 || t[from + 1] == (byte) 0xBB)) {
        return MORE;
      }
      if (t[from + 1] == (byte) 0xBB && t[from + 2] == (byte) 0xBF) {
        position = 3;
      }
    }
    state = VALUE;
    return MORE;
  }

  /** The byte that decides what comes next. */
  private int between(int c, int at, long[] tape, int tapeAt) {
    return switch (state) {
      case FIRST_ELEMENT -> c == ']' ? close(at, tape, tapeAt) : value(c, at, tape, tapeAt);
      case VALUE -> value(c, at, tape, tapeAt);
      case FIRST_NAME -> c == '}' ? close(at, tape, tapeAt) : name(c, at);
      case NAME -> name(c, at);
      case COLON -> colon(c, at);
      default -> afterValue(c, at, tape, tapeAt);
    };
  }

  private int colon(int c, int at) {
    if (c != ':') {
      return fail(JsonFault.EXPECTED_COLON, at);
    }
    position = at + 1;
    state = VALUE;
    return MORE;
  }

  private int afterValue(int c, int at, long[] tape, int tapeAt) {
    boolean object = (open[depth - 1] & 1) != 0;
    if (c == ',') {
      position = at + 1;
      state = object ? NAME : VALUE;
      return MORE;
    }
    if (c != (object ? '}' : ']')) {
      return fail(
          object ? JsonFault.EXPECTED_COMMA_OR_BRACE : JsonFault.EXPECTED_COMMA_OR_BRACKET, at);
    }
    return close(at, tape, tapeAt);
  }

  private int name(int c, int at) {
    if (c != '"') {
      return fail(JsonFault.EXPECTED_NAME, at);
    }
    position = at + 1;
    token = at + 1;
    escapes = false;
    state = NAME_STRING;
    return MORE;
  }

  private int value(int c, int at, long[] tape, int tapeAt) {
    if (nodes >= limits.maxNodes()) {
      return fail(JsonFault.TOO_MANY_NODES, at);
    }
    position = at + 1;
    token = at;
    switch (c) {
      case '"' -> {
        token = at + 1;
        escapes = false;
        state = STRING;
      }
      case '{', '[' -> {
        if (depth == limits.maxDepth()) {
          return fail(JsonFault.TOO_DEEP, at);
        }
        if (depth == open.length) {
          open = Arrays.copyOf(open, 2 * depth);
        }
        open[depth++] = nodes << 1 | (c == '{' ? 1 : 0);
        tape[tapeAt + nodes++] = Tape.node(c == '{' ? Tape.OBJECT : Tape.ARRAY, 0, at);
        state = c == '{' ? FIRST_NAME : FIRST_ELEMENT;
      }
      case '-' -> state = MINUS;
      case '0' -> state = ZERO;
      case '1', '2', '3', '4', '5', '6', '7', '8', '9' -> state = INTEGER;
      case 't' -> begin(TRUE);
      case 'f' -> begin(FALSE);
      case 'n' -> begin(NULL);
      default -> {
        return fail(JsonFault.EXPECTED_VALUE, at);
      }
    }
    return MORE;
  }

  private void begin(byte[] word) {
    literal = word;
    state = LITERAL;
  }

  /** Ends the innermost container at the bracket at {@code at}. */
  private int close(int at, long[] tape, int tapeAt) {
    int container = open[depth - 1];
    Duplicates members = index;
    if ((container & 1) != 0 && members != null) {
      int end = tapeAt + nodes;
      int duplicate = members.check(text, textAt, tape, tapeAt, container >> 1, end, duplicates);
      if (duplicate >= 0) {
        return fail(JsonFault.DUPLICATE_NAME, duplicate - 1);
      }
    }
    depth--;
    end(tape, tapeAt, container >> 1);
    position = at + 1;
    ended();
    return MORE;
  }

  private void end(long[] tape, int tapeAt, int container) {
    long node = tape[tapeAt + container];
    tape[tapeAt + container] = Tape.node(Tape.kind(node), nodes, Tape.offset(node));
  }

  private void ended() {
    state = depth == 0 ? DONE : AFTER_VALUE;
  }

  private int string(byte[] t, int from, int to, long[] tape, int tapeAt) {
    int p = from + position;
    for (; ; ) {
      p = stop(t, p);
      if (p >= to) {
        position = to - from;
        return nameTooLong(position, MORE);
      }
      int c = t[p];
      if (c == '"') {
        position = p - from + 1;
        return state == STRING
            ? text(p - from, tape, tapeAt)
            : key(t, from, p - from, tape, tapeAt);
      }
      int length;
      if (c < 0) {
        p = Lexis.afterSequences(t, p, to);
        length = t[p] < 0 ? Lexis.sequence(t, p, to) : 0;
      } else if (c == '\\') {
        length = Lexis.escape(t, p, to);
        escapes |= length > 0;
      } else {
        length = JsonFault.CONTROL_CHARACTER.status();
      }
      if (length < 0) {
        position = p - from;
        if (length == Lexis.END) {
          return nameTooLong(position, MORE);
        }
        faultAt = position;
        return nameTooLong(position, length);
      }
      p += length;
    }
  }

  private int nameTooLong(int at, int otherwise) {
    return state == NAME_STRING && at - token > limits.maxNameBytes()
        ? fail(JsonFault.NAME_TOO_LONG, token + limits.maxNameBytes())
        : otherwise;
  }

  private int text(int at, long[] tape, int tapeAt) {
    tape[tapeAt + nodes++] =
        Tape.node(escapes ? Tape.STRING_ESCAPED : Tape.STRING, at - token, token);
    ended();
    return MORE;
  }

  private int key(byte[] t, int from, int at, long[] tape, int tapeAt) {
    int length = at - token;
    if (length > limits.maxNameBytes()) {
      return fail(JsonFault.NAME_TOO_LONG, token + limits.maxNameBytes());
    }
    if (nodes + 2 > limits.maxNodes()) {
      return fail(JsonFault.TOO_MANY_NODES, token - 1);
    }
    int id = escapes ? 0 : names.idOf(t, from + token, length);
    tape[tapeAt + nodes++] = Tape.key(escapes ? Tape.KEY_ESCAPED : Tape.KEY, id, length, token);
    state = COLON;
    return MORE;
  }

  private int literal(byte[] t, int from, int to, long[] tape, int tapeAt) {
    int at = position;
    byte[] word = literal;
    while (at - token < word.length) {
      if (from + at >= to) {
        position = at;
        return MORE;
      }
      if (t[from + at] != word[at - token]) {
        return fail(JsonFault.BAD_LITERAL, at);
      }
      at++;
    }
    position = at;
    int kind = word == TRUE ? Tape.TRUE : word == FALSE ? Tape.FALSE : Tape.NULL;
    tape[tapeAt + nodes++] = Tape.node(kind, word.length, token);
    ended();
    return MORE;
  }

  private int number(byte[] t, int from, int to, long[] tape, int tapeAt) {
    int p = from + position;
    while (p < to) {
      int c = t[p];
      boolean digit = c >= '0' && c <= '9';
      int next;
      if (digit) {
        if (state == ZERO) {
          return failNumber(JsonFault.LEADING_ZERO, p - from);
        }
        next =
            switch (state) {
              case MINUS -> c == '0' ? ZERO : INTEGER;
              case POINT -> FRACTION;
              case EXPONENT, EXPONENT_SIGN -> EXPONENT_DIGITS;
              default -> state;
            };
      } else if (state < ZERO) {
        if (state != EXPONENT || c != '+' && c != '-') {
          return failNumber(JsonFault.BAD_NUMBER, p - from);
        }
        next = EXPONENT_SIGN;
      } else if (c == '.' && state <= INTEGER) {
        next = POINT;
      } else if ((c | 0x20) == 'e' && state <= FRACTION) {
        next = EXPONENT;
      } else {
        position = p - from;
        if (position - token > limits.maxNumberBytes()) {
          return fail(JsonFault.NUMBER_TOO_LONG, token + limits.maxNumberBytes());
        }
        number(tape, tapeAt);
        return MORE;
      }
      p = digit && next > ZERO ? afterDigits(t, p) : p + 1;
      state = next;
    }
    position = to - from;
    return position - token > limits.maxNumberBytes()
        ? fail(JsonFault.NUMBER_TOO_LONG, token + limits.maxNumberBytes())
        : MORE;
  }

  private void number(long[] tape, int tapeAt) {
    tape[tapeAt + nodes++] = Tape.node(Tape.NUMBER, position - token, token);
    ended();
  }

  private int failNumber(JsonFault fault, int at) {
    return at - token > limits.maxNumberBytes()
        ? fail(JsonFault.NUMBER_TOO_LONG, token + limits.maxNumberBytes())
        : fail(fault, at);
  }

  private int fail(JsonFault fault, int at) {
    faultAt = at;
    return fault.status();
  }

  /**
   * Gives all open containers an end here, and adds the text of a string that is under way, so that
   * what there is can be read; answers how many nodes can be. The next call of {@link #advance}
   * writes over it.
   */
  int expose(long[] tape, int tapeAt) {
    if (state == DONE) {
      return nodes;
    }
    int count = nodes;
    boolean named = count > 0 && Tape.isKey(tape[tapeAt + count - 1]);
    if (state == STRING) {
      tape[tapeAt + count++] =
          Tape.node(escapes ? Tape.STRING_ESCAPED : Tape.STRING, position - token, token);
    } else if (named) {
      count--;
    }
    int complete = nodes;
    nodes = count;
    for (int i = 0; i < depth; i++) {
      end(tape, tapeAt, open[i] >> 1);
    }
    nodes = complete;
    return count;
  }

  /** Tells whether the node of a number is complete. */
  boolean isComplete(int number) {
    if (state == DONE) {
      return true;
    }
    for (int i = 0; i < depth; i++) {
      if (open[i] >> 1 == number) {
        return false;
      }
    }
    return number < nodes;
  }
}
