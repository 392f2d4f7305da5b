package dev.lkjagent.json;

import static dev.lkjagent.json.Words.afterBlanks;
import static dev.lkjagent.json.Words.lowest;
import static dev.lkjagent.json.Words.nonDigits;
import static dev.lkjagent.json.Words.put;
import static dev.lkjagent.json.Words.stop;
import static dev.lkjagent.json.Words.stops;
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

  private static final int TRUE = 0x65757274;
  private static final long FALSE = 0x65736C6166L;
  private static final int NULL = 0x6C6C756E;

  /** The parts of a number. */
  private static final int WHOLE = 0;

  private static final int FRACTION = 1;
  private static final int EXPONENT = 2;

  private static final int AT_ROOT = 0;
  private static final int IN_OBJECT = 1;
  private static final int IN_ARRAY = 2;

  private static final long OBJECT_NODE = (long) Tape.OBJECT << 59;
  private static final long ARRAY_NODE = (long) Tape.ARRAY << 59;
  private static final long STRING_NODE = (long) Tape.STRING << 59;
  private static final long ESCAPED_NODE = (long) Tape.STRING_ESCAPED << 59;
  private static final long NUMBER_NODE = (long) Tape.NUMBER << 59;

  /** By bits 3 and 4 of the first letter, in which f, n and t differ; no text fits the last. */
  private static final long[] LITERALS = {FALSE, NULL, TRUE, 1};

  private static final long[] LITERAL_MASKS = {0xFF_FFFF_FFFFL, 0xFFFF_FFFFL, 0xFFFF_FFFFL, 0};

  private static final long[] LITERAL_NODES = {
    (long) Tape.FALSE << 59 | 5L << 32,
    (long) Tape.NULL << 59 | 4L << 32,
    (long) Tape.TRUE << 59 | 4L << 32,
    0
  };

  private final JsonLimits limits;
  private final NameIds names;
  private final MemberTexts texts = new MemberTexts();
  private final byte[] spare = new byte[SPARE_BYTES];

  /**
   * Per open container: the record in force around it, its node's number, and what is around it.
   */
  private long[] stack;

  private DuplicateNames duplicates = DuplicateNames.KEEP;
  private @Nullable Duplicates members;
  private int from;
  private int to;
  private int capacity;
  private int faultAt;
  private boolean escaped;

  /** Whether the meaning of a string is put where the string stands. */
  private boolean decoding;

  /** By how much the meaning of the string that was read last is shorter than the string. */
  private int shrunk;

  /** The record of the member that was read last. */
  private int learnt;

  JsonScanner(JsonLimits limits, NameIds names) {
    this.limits = limits;
    this.names = names;
    stack = new long[Math.min(64, limits.maxDepth())];
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
    decoding = false;
    return read(text, start, end, tape, tapeFrom, tapeTo);
  }

  /**
   * Reads one text as {@link #scan} does, and puts the meaning of every string that has escapes
   * where the string stands; names are left alone. After a failure the text is neither what it was
   * nor what it means.
   */
  int scanDecoding(byte[] text, int start, int end, long[] tape, int tapeFrom, int tapeTo) {
    decoding = true;
    return read(text, start, end, tape, tapeFrom, tapeTo);
  }

  private int read(byte[] text, int start, int end, long[] tape, int tapeFrom, int tapeTo) {
    if (end - start > limits.maxBytes()) {
      return scanTooLong(text, start, tape, tapeFrom, tapeTo);
    }
    from = start;
    to = end;
    int room = tapeTo - tapeFrom;
    capacity = Math.min(room, limits.maxNodes());
    texts.begin();
    Duplicates index = members;
    if (index != null && duplicates != DuplicateNames.KEEP) {
      index.begin();
    }
    int count = run(text, start, end, tape, tapeFrom, tapeFrom + capacity);
    if (count < 0 && isForeign(text, start, end, faultAt)) {
      faultAt = 0;
      return JsonFault.BAD_ENCODING.status();
    }
    if (count == JsonFault.TOO_MANY_NODES.status() && room < limits.maxNodes()) {
      return JsonFault.NO_ROOM.status();
    }
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
    System.arraycopy(text, end, spare, 0, SPARE_BYTES);
    Arrays.fill(text, end, end + SPARE_BYTES, (byte) 0);
    int count = read(text, start, end, tape, tapeFrom, tapeTo);
    System.arraycopy(spare, 0, text, end, SPARE_BYTES);
    if (count > 0 || count == Lexis.END || isPartOfMark(text, start, end)) {
      faultAt = limits.maxBytes();
      return JsonFault.TEXT_TOO_LONG.status();
    }
    return count;
  }

  /** Whether all there is may be the begin of a byte order mark. */
  private static boolean isPartOfMark(byte[] text, int start, int end) {
    return end - start <= 2
        && end > start
        && text[start] == (byte) 0xEF
        && (end - start == 1 || text[start + 1] == (byte) 0xBB);
  }

  /**
   * The loop over the values. What is rare is left to methods that are too large to be compiled
   * into it, whatever the compiler saw first: it is the size of this one that decides how well its
   * variables stay in registers.
   */
  private int run(byte[] t, int start, int end, long[] tape, int tapeFrom, int tapeTo) {
    final long[] rec = texts.records;
    long[] open = stack;
    int depth = 0;
    int state = AT_ROOT;
    int n = tapeFrom;
    int around = MemberTexts.ROOT;
    int p = afterBlanks(t, afterMark(t, start));
    if (n >= tapeTo) {
      return fail(JsonFault.TOO_MANY_NODES, p);
    }

    value:
    for (; ; ) {
      int c = t[p];
      int expecting = around + MemberTexts.FOLLOWERS;
      if (c == '"') {
        int s = p + 1;
        int e = stop(t, s);
        long node = STRING_NODE;
        if (t[e] != '"') {
          e = afterText(t, e);
          if (e < 0) {
            return e;
          }
          node = escaped ? ESCAPED_NODE : STRING_NODE - ((long) shrunk << 32);
        }
        tape[n++] = node + ((long) (e - s) << 32 | (s - start));
        p = e + 1;
      } else if (c <= '9') {
        int e = afterNumber(t, p);
        if (e < 0) {
          return e;
        }
        tape[n++] = NUMBER_NODE | (long) (e - p) << 32 | (p - start);
        p = e;
      } else if ((c | 0x20) == '{') {
        if (depth == open.length) {
          if (depth == limits.maxDepth()) {
            return fail(JsonFault.TOO_DEEP, p);
          }
          open = grow();
        }
        open[depth++] = (long) around << 32 | (long) (n - tapeFrom) << 2 | state;
        tape[n++] = (c == '{' ? OBJECT_NODE : ARRAY_NODE) | (p - start);
        p++;
        if (c == '{') {
          state = IN_OBJECT;
          expecting = around + MemberTexts.OPENERS;
        } else {
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
        }
      } else {
        long word = word(t, p);
        int literal = c >> 3 & 3;
        if ((word & LITERAL_MASKS[literal]) != LITERALS[literal]) {
          return failLiteral(t, p);
        }
        long node = LITERAL_NODES[literal];
        tape[n++] = node | (p - start);
        p += (int) (node >>> 32) & 7;
      }

      // A value ends before p, or an object begins there; or p stands at the bracket that closes an
      // empty array.
      for (; ; ) {
        if (state == IN_OBJECT) {
          long expected = rec[expecting];
          if (expected != 0) {
            int guess = (int) expected;
            int length = matches(t, p, rec, guess);
            if (length == 0 && expected >>> 32 != 0) {
              guess = (int) (expected >>> 32);
              length = matches(t, p, rec, guess);
              if (length != 0) {
                rec[expecting] = Long.rotateLeft(expected, 32);
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
          if (t[p] != '}') {
            p = member(t, gap, p, tape, n, tapeTo, expecting);
            if (p < 0) {
              return p;
            }
            n++;
            around = learnt;
            continue value;
          }
          if ((expecting & MemberTexts.STRIDE - 1) == MemberTexts.FOLLOWERS) {
            if (around != 0) {
              texts.reward();
            }
            if (duplicates != DuplicateNames.KEEP) {
              int node = (int) (open[depth - 1] >>> 2);
              int duplicate = checkNames(t, start, tape, tapeFrom, node, n);
              if (duplicate >= 0) {
                return fail(JsonFault.DUPLICATE_NAME, start + duplicate - 1);
              }
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
        expecting = around + MemberTexts.FOLLOWERS;
        state = (int) container & 3;
        tape[tapeFrom + ((int) container >>> 2)] |= (long) (n - tapeFrom) << 32;
      }
    }
  }

  private int checkNames(byte[] t, int start, long[] tape, int tapeFrom, int node, int n) {
    Duplicates index = members;
    return index == null ? -1 : index.check(t, start, tape, tapeFrom, node, n, duplicates);
  }

  /** The length of a record's text if it stands at {@code p}, else 0. */
  private static int matches(byte[] t, int p, long[] rec, int record) {
    long difference = (word(t, p) ^ rec[record]) & rec[record + MemberTexts.MASK];
    if (difference != 0) {
      return 0;
    }
    int length = (int) rec[record + MemberTexts.LENGTH];
    if (length > 8) {
      difference = word(t, p + length - 8) ^ rec[record + MemberTexts.LAST];
      for (int i = 8; i < length - 8; i += 8) {
        difference |= word(t, p + i) ^ rec[record + (i >>> 3)];
      }
      return difference == 0 ? length : 0;
    }
    return length;
  }

  /**
   * Reads what was not expected between two values of an object, up to the value: a comma, unless
   * the object has just begun, and a name that begins at {@code p}; writes the key and learns.
   *
   * @param gap where the value before ends
   * @param p the first byte after it that is not white space, and no closing brace
   * @param expecting where its record says what was expected
   * @return where the value begins, or a status
   */
  private int member(byte[] t, int gap, int p, long[] tape, int n, int tapeTo, int expecting) {
    int quote = p;
    if ((expecting & MemberTexts.STRIDE - 1) == MemberTexts.FOLLOWERS) {
      if (t[quote] != ',') {
        return fail(JsonFault.EXPECTED_COMMA_OR_BRACE, quote);
      }
      quote = afterBlanks(t, quote + 1);
    }
    if (t[quote] != '"') {
      return fail(JsonFault.EXPECTED_NAME, quote);
    }
    int s = quote + 1;
    int e = stop(t, s);
    int kind = Tape.KEY;
    if (t[e] != '"') {
      boolean values = decoding;
      decoding = false;
      e = afterText(t, e);
      decoding = values;
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
      return fail(JsonFault.TOO_MANY_NODES, quote);
    }
    int id = kind == Tape.KEY ? names.idOf(t, s, e - s) : 0;
    long key = Tape.key(kind, id, e - s, s - from);
    tape[n] = key;
    int next = afterBlanks(t, e + 1);
    if (t[next] != ':') {
      return fail(JsonFault.EXPECTED_COLON, next);
    }
    next = afterBlanks(t, next + 1);
    learnt = texts.learn(t, gap, next - gap, key - (gap - from));
    if (learnt != 0 && expecting > MemberTexts.STRIDE) {
      texts.records[expecting] = texts.records[expecting] << 32 | learnt;
    }
    return next;
  }

  /**
   * Finishes a string in which something else than plain ASCII stands at {@code p}; answers where
   * its closing quote stands and notes whether there were escapes.
   */
  private int afterText(byte[] t, int p) {
    boolean escapes = false;
    shrunk = 0;
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
        if (decoding) {
          return afterDecoded(t, next);
        }
        escapes = true;
        if (Lexis.shortEscape(t[next + 1]) != 0) {
          next += 2;
        } else {
          int length = Lexis.escape(t, next, to);
          if (length < 0) {
            return failAt(length, next);
          }
          next += length;
        }
      } else if (c < ' ') {
        return fail(JsonFault.CONTROL_CHARACTER, next);
      }
      next = stop(t, next);
    }
  }

  /**
   * Finishes a string whose first escape stands at {@code p}, and moves what follows so that its
   * meaning stands there; answers where its closing quote stands.
   */
  private int afterDecoded(byte[] t, int p) {
    int next = p;
    int out = p;
    for (; ; ) {
      int c = t[next];
      if (c == '\\') {
        byte meaning = Lexis.shortEscape(t[next + 1]);
        if (meaning != 0) {
          t[out++] = meaning;
          next += 2;
        } else {
          int length = Lexis.escape(t, next, to);
          if (length < 0) {
            return failAt(length, next);
          }
          out += Lexis.unescape(t, next, length, t, out);
          next += length;
        }
      } else if (c == '"') {
        escaped = false;
        shrunk = next - out;
        return next;
      } else if (c < 0) {
        int end = Lexis.afterSequences(t, next, to);
        if (t[end] < 0) {
          return failAt(Lexis.sequence(t, end, to), end);
        }
        System.arraycopy(t, next, t, out, end - next);
        out += end - next;
        next = end;
      } else {
        return fail(JsonFault.CONTROL_CHARACTER, next);
      }
      long word = word(t, next);
      long marks = stops(word);
      while (marks == 0) {
        put(t, out, word);
        out += Long.BYTES;
        next += Long.BYTES;
        word = word(t, next);
        marks = stops(word);
      }
      int plain = lowest(marks);
      if (next - out < Long.BYTES) {
        // What would be written behind the plain bytes is still to be read.
        long kept = -1L << (plain << 3);
        word = word & ~kept | word(t, out) & kept;
      }
      put(t, out, word);
      out += plain;
      next += plain;
    }
  }

  /**
   * The end of the number that begins at {@code p}. All its digits, before and after the point and
   * in the exponent, go through one loop, which is compiled well as soon as there are numbers.
   */
  private int afterNumber(byte[] t, int p) {
    int part = WHOLE;
    int s = p;
    if (t[p] < '0') {
      if (t[p] != '-') {
        return fail(JsonFault.EXPECTED_VALUE, p);
      }
      s++;
    }
    for (int e = s; ; ) {
      long marks = nonDigits(word(t, e));
      if (marks == 0) {
        e += Long.BYTES;
        continue;
      }
      e += lowest(marks);
      if (e == s) {
        return failNumber(JsonFault.BAD_NUMBER, p, e);
      }
      if (part == WHOLE && t[s] == '0' && e > s + 1) {
        return failNumber(JsonFault.LEADING_ZERO, p, s + 1);
      }
      int c = t[e];
      if (c == '.' && part == WHOLE) {
        part = FRACTION;
        e++;
      } else if ((c | 0x20) == 'e' && part != EXPONENT) {
        part = EXPONENT;
        c = t[++e];
        if (c == '+' || c == '-') {
          e++;
        }
      } else {
        return e - p > limits.maxNumberBytes()
            ? fail(JsonFault.NUMBER_TOO_LONG, p + limits.maxNumberBytes())
            : e;
      }
      s = e;
    }
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
