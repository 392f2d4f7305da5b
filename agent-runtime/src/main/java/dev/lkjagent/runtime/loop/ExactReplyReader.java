package dev.lkjagent.runtime.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads a block that is written exactly as the contract says: the elements it names, in XML that
 * needs no mending, with nothing before the block but white space. One pass, in place; what it
 * finds are ranges of the reply.
 *
 * <p>Anything else, however slight (an attribute, a comment, a section of CDATA, a fence in a text,
 * another reference than the five of XML, a carriage return), makes it give up, and {@link
 * LenientReplyReader} decides what was meant. Where both read a reply they read the same.
 *
 * <p>The reply may arrive in pieces cut anywhere: it goes on where it stopped, and looks at no byte
 * of a text twice. Reused; allocates nothing once its list of ranges has grown.
 */
final class ExactReplyReader {
  private static final int AGENT = 0;
  private static final int NEXT_STATE = 1;
  private static final int THINKING = 2;
  private static final int EVALUATION = 3;
  private static final int ACTIONS = 4;
  private static final int ACTION = 5;
  private static final int TYPE = 6;
  private static final int TAGS = 7;
  private static final int VALUE = 8;

  /** Thoughts in the block, which belong to nobody. */
  private static final int REASONING = 9;

  private static final Tag[] OPEN = new Tag[10];
  private static final Tag[] CLOSE = new Tag[10];

  static {
    String[] names = {
      "agent",
      "next_state",
      "thinking_log",
      "evaluation_log",
      "actions",
      "action",
      "type",
      "tags",
      "value",
      "reasoning"
    };
    for (int i = 0; i < names.length; i++) {
      OPEN[i] = Tag.of("<" + names[i] + ">");
      CLOSE[i] = Tag.of("</" + names[i] + ">");
    }
  }

  /** What may stand where: in a block, in a list of actions, in an action. */
  private static final int[] IN_AGENT = {
    ACTION, NEXT_STATE, THINKING, EVALUATION, ACTIONS, REASONING
  };

  private static final int[] IN_ACTIONS = {ACTION};
  private static final int[] IN_ACTION = {TYPE, TAGS, VALUE};
  private static final int[] BEFORE = {AGENT};

  /** Answered by {@link #begun} while too few bytes have come to tell. */
  private static final int UNDECIDED = -1;

  private static final int NONE = -2;

  // What a byte of a text is.
  private static final int PLAIN = 0;
  private static final int LESS = 1;
  private static final int AMPERSAND = 2;
  private static final int GREATER = 3;
  private static final int FENCE = 4;
  private static final int FOREIGN = 5;
  private static final int WRONG = 6;
  private static final byte[] KIND = new byte[256];

  static {
    Arrays.fill(KIND, 0, ' ', (byte) WRONG);
    KIND['\t'] = PLAIN;
    KIND['\n'] = PLAIN;
    KIND['<'] = LESS;
    KIND['&'] = AMPERSAND;
    KIND['>'] = GREATER;
    KIND['`'] = FENCE;
    KIND['~'] = FENCE;
    KIND[0x7F] = WRONG;
    Arrays.fill(KIND, 0x80, 256, (byte) FOREIGN);
  }

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = ONES << 7;

  /** {@code <} and {@code >} differ in this bit only. */
  private static final long EITHER = ONES * ('<' ^ '>');

  private static final Tag[] REFERENCES = {
    Tag.of("&lt;"), Tag.of("&gt;"), Tag.of("&amp;"), Tag.of("&quot;"), Tag.of("&apos;")
  };
  private static final byte[] REFERRED = Outcome.ascii("<>&\"'");

  /** Per text: the element, where it begins, where it ends, how many references end before that. */
  private static final int PER_TEXT = 4;

  private int[] texts = new int[16 * PER_TEXT];
  private int textCount;
  private int pos;

  /** The element that holds the next one, or the text that is being read. */
  private int inside;

  private boolean listed;
  private boolean inText;
  private int textFrom;

  /** Where all references stand, one behind the other. */
  private int[] referencesAt = new int[16];

  private int referenceCount;
  private boolean known;
  private boolean closed;
  private boolean exact;

  /** Begins with another reply. */
  void begin() {
    textCount = 0;
    referenceCount = 0;
    pos = 0;
    inside = NONE;
    listed = false;
    inText = false;
    known = false;
    closed = false;
    exact = true;
  }

  /** Whether nothing was seen yet that this can't read. */
  boolean exact() {
    return exact;
  }

  /** Whether the block was read to its end. */
  boolean closed() {
    return closed;
  }

  /** How many bytes the reply has up to the end of its block. */
  int used() {
    return pos;
  }

  /** Reads on as far as the reply goes. */
  void advance(byte[] reply, int length) {
    while (exact && !closed) {
      if (inText ? !text(reply, length) : !markup(reply, length)) {
        return;
      }
    }
  }

  /** Reads one tag; false if more is needed first. */
  private boolean markup(byte[] reply, int length) {
    int at = pos;
    while (at < length && isBlank(reply[at])) {
      at++;
    }
    pos = at;
    if (at >= length) {
      return false;
    }
    if (reply[at] != '<') {
      exact = false;
      return false;
    }
    if (at + 1 < length && reply[at + 1] == '/') {
      return end(reply, at, length);
    }
    int element =
        begun(
            switch (inside) {
              case NONE -> BEFORE;
              case AGENT -> IN_AGENT;
              case ACTIONS -> IN_ACTIONS;
              default -> IN_ACTION;
            },
            reply,
            at,
            length);
    if (element < 0) {
      exact = element == UNDECIDED;
      return false;
    }
    pos = at + OPEN[element].length();
    known |= element != AGENT && element != REASONING;
    if (element == AGENT || element == ACTIONS || element == ACTION) {
      inside = element;
      listed |= element == ACTIONS;
      if (element == ACTION) {
        add(ACTION, pos, pos);
      }
    } else {
      inText = true;
      textFrom = pos;
      add(element, pos, pos);
    }
    return true;
  }

  private static int begun(int[] allowed, byte[] reply, int at, int length) {
    for (int element : allowed) {
      if (OPEN[element].stands(reply, at, length)) {
        return element;
      }
    }
    for (int element : allowed) {
      if (OPEN[element].mayStand(reply, at, length)) {
        return UNDECIDED;
      }
    }
    return NONE;
  }

  /** Reads the end of an element that holds elements. */
  private boolean end(byte[] reply, int at, int length) {
    if (inside == NONE) {
      exact = false;
      return false;
    }
    if (!ends(CLOSE[inside], reply, at, length)) {
      return false;
    }
    switch (inside) {
      case ACTION -> inside = listed ? ACTIONS : AGENT;
      case ACTIONS -> {
        inside = AGENT;
        listed = false;
      }
      default -> {
        closed = known;
        exact = known;
      }
    }
    return true;
  }

  /** Whether the end tag stands here; goes behind it if so. */
  private boolean ends(Tag tag, byte[] reply, int at, int length) {
    if (tag.stands(reply, at, length)) {
      pos = at + tag.length();
      return true;
    }
    exact = tag.mayStand(reply, at, length);
    return false;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\t';
  }

  private void add(int element, int from, int to) {
    int at = textCount * PER_TEXT;
    if (at == texts.length) {
      texts = Arrays.copyOf(texts, texts.length << 1);
    }
    texts[at] = element;
    texts[at + 1] = from;
    texts[at + 2] = to;
    textCount++;
  }

  /** Reads text up to the end of its element; false if more is needed first. */
  private boolean text(byte[] reply, int length) {
    int at = plain(reply, pos, length);
    while (at < length) {
      int kind = KIND[reply[at] & 0xFF];
      if (kind == PLAIN) {
        at = plain(reply, at + 1, length);
        continue;
      }
      pos = at;
      if (kind == LESS) {
        int last = (textCount - 1) * PER_TEXT;
        if (!ends(CLOSE[texts[last]], reply, at, length)) {
          return false;
        }
        texts[last + 2] = at;
        texts[last + 3] = referenceCount;
        inText = false;
        return true;
      }
      int more = special(kind, reply, at, length);
      if (more <= 0) {
        exact = more == 0;
        return false;
      }
      at += more;
    }
    pos = at;
    return false;
  }

  /** How many bytes stand here that are text; 0 if more must come first, -1 if they are not. */
  private int special(int kind, byte[] reply, int at, int length) {
    switch (kind) {
      case AMPERSAND -> {
        for (Tag reference : REFERENCES) {
          if (reference.stands(reply, at, length)) {
            reference(at);
            return reference.length();
          }
        }
        for (Tag reference : REFERENCES) {
          if (reference.mayStand(reply, at, length)) {
            return 0;
          }
        }
        return -1;
      }
      case GREATER -> {
        boolean section = at - textFrom >= 2 && reply[at - 1] == ']' && reply[at - 2] == ']';
        return section ? -1 : 1;
      }
      case FENCE -> {
        boolean fence =
            at - textFrom >= 2 && reply[at - 1] == reply[at] && reply[at - 2] == reply[at];
        return fence ? -1 : 1;
      }
      case FOREIGN -> {
        return character(reply, at, length);
      }
      default -> {
        return -1;
      }
    }
  }

  private void reference(int at) {
    if (referenceCount == referencesAt.length) {
      referencesAt = Arrays.copyOf(referencesAt, referenceCount << 1);
    }
    referencesAt[referenceCount++] = at;
  }

  /** Skips bytes that nothing has to be known of, sixteen at a time; may stop at one of them. */
  private static int plain(byte[] reply, int from, int length) {
    int at = from;
    int last = length - Long.BYTES;
    while (at <= last - Long.BYTES) {
      long first = stops((long) LONG.get(reply, at)) & HIGH;
      long second = stops((long) LONG.get(reply, at + Long.BYTES)) & HIGH;
      if ((first | second) != 0) {
        return first != 0 ? stop(at, first) : stop(at + Long.BYTES, second);
      }
      at += 2 * Long.BYTES;
    }
    if (at <= last) {
      long stops = stops((long) LONG.get(reply, at)) & HIGH;
      return stops != 0 ? stop(at, stops) : at + Long.BYTES;
    }
    return at;
  }

  private static int stop(int at, long stops) {
    return at + (Long.numberOfTrailingZeros(stops) >>> 3);
  }

  /**
   * Sets the high bit of the first byte of a word that something has to be known of; those of the
   * bytes behind it mean nothing.
   */
  private static long stops(long word) {
    long angle = (word | EITHER) ^ ONES * ('<' | '>');
    long ampersand = word ^ ONES * '&';
    long fence = word ^ ONES * '`';
    return angle - ONES
        | ampersand - ONES
        | fence - ONES
        | word - ONES * ' '
        | word + ONES * (0x80 - '~')
        | word;
  }

  /** The length of a well-formed sequence of UTF-8 that stands for a character of XML. */
  private static int character(byte[] reply, int at, int length) {
    int b = reply[at] & 0xFF;
    int bytes = b < 0xC2 ? 0 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : b < 0xF5 ? 4 : 0;
    if (bytes == 0) {
      return -1;
    }
    int c = b & 0x7F >> bytes;
    for (int i = 1; i < bytes; i++) {
      if (at + i >= length) {
        return 0;
      }
      int next = reply[at + i];
      if ((next & 0xC0) != 0x80) {
        return -1;
      }
      c = c << 6 | next & 0x3F;
    }
    boolean overlong = c < (bytes == 2 ? 0x80 : bytes == 3 ? 0x800 : 0x10000);
    boolean none = c >= 0xD800 && c < 0xE000 || (c & 0xFFFE) == 0xFFFE || c > 0x10FFFF;
    return overlong || none ? -1 : bytes;
  }

  /** Hands over what was found in a block that was read to its end. */
  void take(byte[] reply, Reply into) {
    int reference = 0;
    for (int i = 0; i < textCount; i++) {
      int at = i * PER_TEXT;
      int element = texts[at];
      if (element == ACTION) {
        into.beginAction();
        continue;
      }
      if (element == REASONING) {
        reference = texts[at + 3];
        continue;
      }
      int from = into.length();
      int clean = texts[at + 1];
      for (; reference < texts[at + 3]; reference++) {
        int stands = referencesAt[reference];
        int which = which(reply, stands);
        into.append(reply, clean, stands);
        into.append(REFERRED, which, which + 1);
        clean = stands + REFERENCES[which].length();
      }
      into.append(reply, clean, texts[at + 2]);
      switch (element) {
        case NEXT_STATE -> into.field(Reply.Field.NEXT_STATE, from);
        case THINKING -> into.field(Reply.Field.THINKING, from);
        case EVALUATION -> into.field(Reply.Field.EVALUATION, from);
        case TYPE -> into.part(Reply.Part.TYPE, from);
        case TAGS -> into.part(Reply.Part.TAGS, from);
        case VALUE -> into.part(Reply.Part.VALUE, from);
        default -> {}
      }
    }
  }

  private static int which(byte[] reply, int at) {
    int which = 0;
    while (reply[at + 1] != REFERENCES[which].bytes()[1]
        || reply[at + 2] != REFERENCES[which].bytes()[2]) {
      which++;
    }
    return which;
  }
}
