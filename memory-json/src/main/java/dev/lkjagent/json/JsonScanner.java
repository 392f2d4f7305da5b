package dev.lkjagent.json;

import static dev.lkjagent.json.Words.afterBlanks;
import static dev.lkjagent.json.Words.afterDigits;
import static dev.lkjagent.json.Words.stop;
import static dev.lkjagent.json.Words.word;

import dev.lkjagent.memory.tree.NameIds;
import dev.lkjagent.memory.tree.Tape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The engine that turns a JSON text (RFC 8259) into nodes, in one pass over plain arrays.
 *
 * <p>The text is read in words of eight bytes and not copied; the nodes are slices of it, in the
 * layout of {@link Tape}. Strings are scanned for the first byte that is not plain ASCII, and only
 * then looked at more closely; between the values of an object the text that stood there last time
 * is tried first (see {@link MemberTexts}), so most names are never scanned at all. Open containers
 * lie on a stack of longs that grows up to the depth limit; nothing recurses.
 *
 * <p>A failure is a negative status, with its offset in {@link #faultOffset()}. After the first
 * texts of a kind nothing is allocated. Not safe for use by several threads.
 */
final class JsonScanner {
  /** Bytes after a text that the scanner reads as zeros and that the caller must provide. */
  static final int SPARE_BYTES = 64;

  private static final long LITERAL_BITS = 0xFF_FFFF_FFFFL;
  private static final int TRUE = 0x65757274;
  private static final long FALSE = 0x65736C6166L;
  private static final int NULL = 0x6C6C756E;

  private static final int AT_ROOT = 0;
  private static final int IN_OBJECT = 1;
  private static final int IN_ARRAY = 2;

  private static final long OBJECT_NODE = (long) Tape.OBJECT << 59;
  private static final long ARRAY_NODE = (long) Tape.ARRAY << 59;
  private static final long STRING_NODE = (long) Tape.STRING << 59;
  private static final long ESCAPED_NODE = (long) Tape.STRING_ESCAPED << 59;
  private static final long NUMBER_NODE = (long) Tape.NUMBER << 59;
  private static final long TRUE_NODE = (long) Tape.TRUE << 59 | 4L << 32;
  private static final long FALSE_NODE = (long) Tape.FALSE << 59 | 5L << 32;
  private static final long NULL_NODE = (long) Tape.NULL << 59 | 4L << 32;

  private final JsonLimits limits;
  private final NameIds names;
  private final MemberTexts texts = new MemberTexts();
  private final byte[] spare = new byte[SPARE_BYTES];

  /**
   * Per open container: the record in force around it, its node's number, and what is around it.
   */
  private long[] stack = new long[64];

  private DuplicateNames duplicates = DuplicateNames.KEEP;
  private @Nullable Duplicates members;
  private int from;
  private int to;
  private int capacity;
  private int faultAt;
  private boolean escaped;

  JsonScanner(JsonLimits limits, NameIds names) {
    this.limits = limits;
    this.names = names;
    word(spare, 0);
  }

  /** Sets what happens to a second member of one name, from the next text on. */
  void duplicates(DuplicateNames policy) {
    duplicates = policy;
    if (policy != DuplicateNames.KEEP && members == null) {
      members = new Duplicates();
    }
  }

  /** Bytes from the start of the text to where the last failure was found. */
  int faultOffset() {
    return faultAt;
  }

  /** Forgets the names and texts that were learnt. */
  void forget() {
    texts.clear();
  }

  /**
   * Reads one text. The {@value #SPARE_BYTES} bytes after it must be 0.
   *
   * @return the number of nodes written, or the status of a {@link JsonFault}
   */
  int scan(byte[] text, int start, int end, long[] tape, int tapeFrom, int tapeTo) {
    if (end - start > limits.maxBytes()) {
      return scanTooLong(text, start, tape, tapeFrom, tapeTo);
    }
    from = start;
    to = end;
    int room = tapeTo - tapeFrom;
    capacity = Math.min(room, limits.maxNodes());
    int count = run(text, start, end, tape, tapeFrom, tapeFrom + capacity);
    if (count < 0 && isForeign(text, start, end, faultAt)) {
      faultAt = 0;
      return JsonFault.BAD_ENCODING.status();
    }
    if (count == JsonFault.TOO_MANY_NODES.status() && room < limits.maxNodes()) {
      return JsonFault.NO_ROOM.status();
    }
    Duplicates index = members;
    if (count > 0
        && duplicates == DuplicateNames.LAST_WINS
        && index != null
        && index.hasDropped()) {
      return index.compact(tape, tapeFrom, count);
    }
    return count;
  }

  /**
   * The first fault of the part that is not too long; if there is none, that the rest is too much.
   */
  private int scanTooLong(byte[] text, int start, long[] tape, int tapeFrom, int tapeTo) {
    int end = start + limits.maxBytes();
    byte[] saved = Arrays.copyOfRange(text, end, end + SPARE_BYTES);
    Arrays.fill(text, end, end + SPARE_BYTES, (byte) 0);
    int count = scan(text, start, end, tape, tapeFrom, tapeTo);
    System.arraycopy(saved, 0, text, end, SPARE_BYTES);
    if (count > 0 || count == Lexis.END) {
      faultAt = limits.maxBytes();
      return JsonFault.TEXT_TOO_LONG.status();
    }
    return count;
  }

  private int run(byte[] t, int start, int end, long[] tape, int tapeFrom, int tapeTo) {
    final long[] rec = texts.records;
    final int maxDepth = limits.maxDepth();
    long[] open = stack;
    int depth = 0;
    int state = AT_ROOT;
    int n = tapeFrom;
    int around = MemberTexts.ROOT;
    int p = afterBlanks(t, afterMark(t, start));
    texts.begin();
    final Duplicates index = duplicates == DuplicateNames.KEEP ? null : members;
    if (index != null) {
      index.begin();
    }
    if (n >= tapeTo) {
      return fail(JsonFault.TOO_MANY_NODES, p);
    }

    value:
    for (; ; ) {
      int c = t[p];
      if (c == '"') {
        int s = p + 1;
        int e = stop(t, s);
        if (t[e] == '"') {
          tape[n++] = STRING_NODE | (long) (e - s) << 32 | (s - start);
        } else {
          e = afterText(t, e);
          if (e < 0) {
            return e;
          }
          tape[n++] = (escaped ? ESCAPED_NODE : STRING_NODE) | (long) (e - s) << 32 | (s - start);
        }
        p = e + 1;
      } else if (c == '{') {
        if (depth == maxDepth) {
          return fail(JsonFault.TOO_DEEP, p);
        }
        if (depth == open.length) {
          open = grow();
        }
        open[depth++] = (long) around << 32 | (long) (n - tapeFrom) << 2 | state;
        tape[n++] = OBJECT_NODE | (p - start);
        p++;
        state = IN_OBJECT;
        long expected = rec[around + MemberTexts.OPENERS];
        if (expected != 0) {
          int guess = (int) expected;
          int length = matches(t, p, rec, guess);
          if (length == 0 && expected >>> 32 != 0) {
            guess = (int) (expected >>> 32);
            length = matches(t, p, rec, guess);
            if (length != 0) {
              rec[around + MemberTexts.OPENERS] = Long.rotateLeft(expected, 32);
            }
          }
          if (length != 0) {
            if (n + 2 > tapeTo) {
              return fail(JsonFault.TOO_MANY_NODES, p + (int) rec[guess + MemberTexts.KEY] - 1);
            }
            tape[n++] = rec[guess + MemberTexts.KEY] + (p - start);
            p += length;
            if (t[p] <= ' ') {
              p = afterBlanks(t, p);
            }
            around = guess;
            continue value;
          }
        }
        int gap = p;
        if (t[p] <= ' ') {
          p = afterBlanks(t, p);
        }
        if (t[p] == '"') {
          p = member(t, p, tape, n, tapeTo);
          if (p < 0) {
            return p;
          }
          long key = tape[n++];
          int record = texts.learn(t, gap, p - gap, key - (gap - start));
          if (around != 0 && record != 0) {
            rec[around + MemberTexts.OPENERS] = rec[around + MemberTexts.OPENERS] << 32 | record;
          }
          around = record;
          continue value;
        }
        if (t[p] != '}') {
          return fail(JsonFault.EXPECTED_NAME, p);
        }
        around = 0;
        // An empty object: falls to the end of the container below.
      } else if (c == '[') {
        if (depth == maxDepth) {
          return fail(JsonFault.TOO_DEEP, p);
        }
        if (depth == open.length) {
          open = grow();
        }
        open[depth++] = (long) around << 32 | (long) (n - tapeFrom) << 2 | state;
        tape[n++] = ARRAY_NODE | (p - start);
        p++;
        state = IN_ARRAY;
        if (t[p] <= ' ') {
          p = afterBlanks(t, p);
        }
        if (t[p] != ']') {
          if (n >= tapeTo) {
            return fail(JsonFault.TOO_MANY_NODES, p);
          }
          continue value;
        }
      } else if (c <= '9') {
        int e = afterNumber(t, p, c);
        if (e < 0) {
          return e;
        }
        tape[n++] = NUMBER_NODE | (long) (e - p) << 32 | (p - start);
        p = e;
      } else {
        long word = word(t, p);
        if ((int) word == NULL) {
          tape[n++] = NULL_NODE | (p - start);
          p += 4;
        } else if ((int) word == TRUE) {
          tape[n++] = TRUE_NODE | (p - start);
          p += 4;
        } else if ((word & LITERAL_BITS) == FALSE) {
          tape[n++] = FALSE_NODE | (p - start);
          p += 5;
        } else {
          return failLiteral(t, p);
        }
      }

      // A value ends before p; or p stands at the bracket that closes an empty container.
      for (; ; ) {
        if (state == IN_OBJECT) {
          long expected = rec[around + MemberTexts.FOLLOWERS];
          if (expected != 0) {
            int guess = (int) expected;
            int length = matches(t, p, rec, guess);
            if (length == 0 && expected >>> 32 != 0) {
              guess = (int) (expected >>> 32);
              length = matches(t, p, rec, guess);
              if (length != 0) {
                rec[around + MemberTexts.FOLLOWERS] = Long.rotateLeft(expected, 32);
              }
            }
            if (length != 0) {
              if (n + 2 > tapeTo) {
                return fail(JsonFault.TOO_MANY_NODES, p + (int) rec[guess + MemberTexts.KEY] - 1);
              }
              tape[n++] = rec[guess + MemberTexts.KEY] + (p - start);
              p += length;
              if (t[p] <= ' ') {
                p = afterBlanks(t, p);
              }
              around = guess;
              continue value;
            }
          }
          int gap = p;
          if (t[p] <= ' ') {
            p = afterBlanks(t, p);
          }
          if (t[p] == ',') {
            p++;
            if (t[p] <= ' ') {
              p = afterBlanks(t, p);
            }
            if (t[p] != '"') {
              return fail(JsonFault.EXPECTED_NAME, p);
            }
            p = member(t, p, tape, n, tapeTo);
            if (p < 0) {
              return p;
            }
            long key = tape[n++];
            int record = texts.learn(t, gap, p - gap, key - (gap - start));
            if (around != 0 && record != 0) {
              rec[around + MemberTexts.FOLLOWERS] =
                  rec[around + MemberTexts.FOLLOWERS] << 32 | record;
            }
            around = record;
            continue value;
          }
          if (t[p] != '}') {
            return fail(JsonFault.EXPECTED_COMMA_OR_BRACE, p);
          }
          if (around != 0) {
            texts.reward();
          }
          if (index != null) {
            int duplicate =
                index.check(t, start, tape, tapeFrom, (int) (open[depth - 1] >>> 2), n, duplicates);
            if (duplicate >= 0) {
              return fail(JsonFault.DUPLICATE_NAME, start + duplicate - 1);
            }
          }
        } else if (state == IN_ARRAY) {
          if (t[p] <= ' ') {
            p = afterBlanks(t, p);
          }
          if (t[p] == ',') {
            p++;
            if (t[p] <= ' ') {
              p = afterBlanks(t, p);
            }
            if (n >= tapeTo) {
              return fail(JsonFault.TOO_MANY_NODES, p);
            }
            continue value;
          }
          if (t[p] != ']') {
            return fail(JsonFault.EXPECTED_COMMA_OR_BRACKET, p);
          }
        } else {
          p = afterBlanks(t, p);
          if (p != end) {
            return fail(JsonFault.TRAILING_TEXT, p);
          }
          return n - tapeFrom;
        }
        p++;
        long container = open[--depth];
        around = (int) (container >>> 32);
        state = (int) container & 3;
        tape[tapeFrom + ((int) container >>> 2)] |= (long) (n - tapeFrom) << 32;
      }
    }
  }

  /** The length of a record's text if it stands at {@code p}, else 0. */
  private static int matches(byte[] t, int p, long[] rec, int record) {
    if (((word(t, p) ^ rec[record]) & rec[record + MemberTexts.MASK]) != 0) {
      return 0;
    }
    int length = (int) rec[record + MemberTexts.LENGTH];
    if (length > 8) {
      long difference = word(t, p + length - 8) ^ rec[record + MemberTexts.LAST];
      for (int i = 8; i < length - 8; i += 8) {
        difference |= word(t, p + i) ^ rec[record + (i >>> 3)];
      }
      return difference == 0 ? length : 0;
    }
    return length;
  }

  /**
   * Reads a name that begins at {@code p} up to the value after it; answers where the value begins.
   */
  private int member(byte[] t, int p, long[] tape, int n, int tapeTo) {
    int s = p + 1;
    int e = stop(t, s);
    int kind = Tape.KEY;
    if (t[e] != '"') {
      e = afterText(t, e);
      if (e < 0) {
        return from + faultAt - s > limits.maxNameBytes()
            ? fail(JsonFault.NAME_TOO_LONG, s + limits.maxNameBytes())
            : e;
      }
      kind = escaped ? Tape.KEY_ESCAPED : Tape.KEY;
    }
    if (e - s > limits.maxNameBytes()) {
      return fail(JsonFault.NAME_TOO_LONG, s + limits.maxNameBytes());
    }
    if (n + 2 > tapeTo) {
      return fail(JsonFault.TOO_MANY_NODES, p);
    }
    int id = kind == Tape.KEY ? names.idOf(t, s, e - s) : 0;
    tape[n] = Tape.key(kind, id, e - s, s - from);
    int next = e + 1;
    if (t[next] <= ' ') {
      next = afterBlanks(t, next);
    }
    if (t[next] != ':') {
      return fail(JsonFault.EXPECTED_COLON, next);
    }
    next++;
    return t[next] <= ' ' ? afterBlanks(t, next) : next;
  }

  /**
   * Finishes a string in which something else than plain ASCII stands at {@code p}; answers where
   * its closing quote stands and notes whether there were escapes.
   */
  private int afterText(byte[] t, int p) {
    boolean escapes = false;
    int next = p;
    for (; ; ) {
      int c = t[next];
      if (c < 0) {
        next = Lexis.afterSequences(t, next, to);
        if (t[next] < 0) {
          return failAt(Lexis.sequence(t, next, to), next);
        }
      } else if (c == '"') {
        escaped = escapes;
        return next;
      } else if (c == '\\') {
        escapes = true;
        int length = Lexis.escape(t, next, to);
        if (length < 0) {
          return failAt(length, next);
        }
        next += length;
      } else if (c < ' ') {
        return fail(JsonFault.CONTROL_CHARACTER, next);
      }
      next = stop(t, next);
    }
  }

  /** The end of the number that begins at {@code p} with {@code first}. */
  private int afterNumber(byte[] t, int p, int first) {
    int e = p;
    int c = first;
    if (c == '-') {
      c = t[++e];
    } else if (c < '0') {
      return fail(JsonFault.EXPECTED_VALUE, p);
    }
    if (c == '0') {
      c = t[++e];
      if (c >= '0' && c <= '9') {
        return failNumber(JsonFault.LEADING_ZERO, p, e);
      }
    } else {
      int s = e;
      e = afterDigits(t, s);
      if (e == s) {
        return failNumber(JsonFault.BAD_NUMBER, p, e);
      }
      c = t[e];
    }
    if (c == '.') {
      int s = e + 1;
      e = afterDigits(t, s);
      if (e == s) {
        return failNumber(JsonFault.BAD_NUMBER, p, e);
      }
      c = t[e];
    }
    if ((c | 0x20) == 'e') {
      c = t[++e];
      if (c == '+' || c == '-') {
        e++;
      }
      int s = e;
      e = afterDigits(t, s);
      if (e == s) {
        return failNumber(JsonFault.BAD_NUMBER, p, e);
      }
    }
    if (e - p > limits.maxNumberBytes()) {
      return fail(JsonFault.NUMBER_TOO_LONG, p + limits.maxNumberBytes());
    }
    return e;
  }

  private int failNumber(JsonFault fault, int p, int at) {
    return at - p > limits.maxNumberBytes()
        ? fail(JsonFault.NUMBER_TOO_LONG, p + limits.maxNumberBytes())
        : fail(fault, at);
  }

  /** No value begins at {@code p}: finds the first byte that is wrong. */
  private int failLiteral(byte[] t, int p) {
    long right = t[p] == 'n' ? NULL : t[p] == 't' ? TRUE : t[p] == 'f' ? FALSE : 0;
    if (right == 0) {
      return fail(JsonFault.EXPECTED_VALUE, p);
    }
    return fail(JsonFault.BAD_LITERAL, p + Words.lowest(word(t, p) ^ right));
  }

  /** Notes a failure; what seems wrong at the end of the text is that it ends. */
  private int fail(JsonFault fault, int at) {
    return failAt(fault.status(), at);
  }

  private int failAt(int status, int at) {
    if (status == Lexis.END || at >= to) {
      faultAt = to - from;
      return Lexis.END;
    }
    faultAt = at - from;
    return status;
  }

  private long[] grow() {
    stack = Arrays.copyOf(stack, (int) Math.min(2L * stack.length, limits.maxDepth()));
    return stack;
  }

  /** Skips a byte order mark. */
  private static int afterMark(byte[] t, int p) {
    return (word(t, p) & 0xFFFFFF) == 0xBFBBEF ? p + 3 : p;
  }

  /**
   * Tells UTF-16 and UTF-32, with or without a mark, by the bytes that no JSON in UTF-8 begins
   * with. Looks at no byte after the faulty one, so that it does not matter how many have come.
   */
  static boolean isForeign(byte[] t, int start, int end, int faultAt) {
    if (faultAt > 1 || start + faultAt >= end) {
      return false;
    }
    return t[start] == 0 || (t[start] & 0xFE) == 0xFE || faultAt == 1 && t[start + 1] == 0;
  }
}
