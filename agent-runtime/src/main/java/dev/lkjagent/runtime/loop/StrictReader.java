package dev.lkjagent.runtime.loop;

import dev.lkjagent.runtime.fault.FaultCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads agent blocks that are well-formed XML without attributes, and nothing else. */
final class StrictReader implements ReplyReader {
  private static final byte[] OPEN = ascii("<agent>");
  private static final byte[] CLOSE = ascii("</agent>");
  private static final byte[] THINK = ascii("<think>");
  private static final byte[] THOUGHT = ascii("</think>");
  private static final byte[] CDATA = ascii("<![CDATA[");
  private static final byte[] CDATA_END = ascii("]]>");
  private static final byte[][] ENTITIES = {
    ascii("&lt;"), ascii("&gt;"), ascii("&amp;"), ascii("&quot;"), ascii("&apos;")
  };
  private static final byte[] MEANINGS = ascii("<>&\"'");
  private static final byte[][] NAMES = {
    ascii("next_state"), ascii("thinking_log"), ascii("evaluation_log"), ascii("action"),
    ascii("actions"), ascii("type"), ascii("tags"), ascii("value")
  };
  private static final int ACTION = 3;
  private static final int ACTIONS = 4;
  private static final int TYPE = 5;

  private static final Reply.Part[] PARTS = Reply.Part.values();
  private static final Reply.Field[] FIELDS = Reply.Field.values();

  private byte[] bytes = new byte[0];
  private int at;
  private int to;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public Watch watch() {
    return new Watch() {
      @Override
      public void reset() {}

      @Override
      public int end(byte[] reply, int length) {
        int open = findOpen(reply, 0, length);
        int close = open < 0 ? -1 : findClose(reply, open + OPEN.length, length);
        return close < 0 ? -1 : close + CLOSE.length;
      }
    };
  }

  private static int findOpen(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '<') {
        if (starts(bytes, i, to, OPEN)) {
          return i;
        }
        if (starts(bytes, i, to, THINK)) {
          int end = find(bytes, i, to, THOUGHT);
          if (end < 0) {
            return -1;
          }
          i = end;
        }
      }
    }
    return -1;
  }

  private static int findClose(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '<') {
        if (starts(bytes, i, to, CLOSE)) {
          return i;
        }
        if (starts(bytes, i, to, CDATA)) {
          int end = find(bytes, i, to, CDATA_END);
          if (end < 0) {
            return -1;
          }
          i = end;
        }
      }
    }
    return -1;
  }

  private static boolean starts(byte[] bytes, int at, int to, byte[] what) {
    return to - at >= what.length
        && Arrays.equals(bytes, at, at + what.length, what, 0, what.length);
  }

  private static int find(byte[] bytes, int from, int to, byte[] what) {
    for (int i = from; i <= to - what.length; i++) {
      if (bytes[i] == what[0] && starts(bytes, i, to, what)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void read(byte[] source, int from, int end, Reply reply) {
    bytes = source;
    to = end;
    int open = findOpen(source, from, end);
    if (open < 0) {
      reply.fail(FaultCode.REPLY_WITHOUT_BLOCK, from, "there is no <agent> block in it");
      return;
    }
    at = open + OPEN.length;
    boolean inAction = false;
    boolean inActions = false;
    while (true) {
      skipSpace();
      if (at >= to) {
        reply.fail(FaultCode.REPLY_TRUNCATED, at, "it ends inside the <agent> block");
        return;
      }
      if (starts(bytes, at, to, CLOSE) && !inAction && !inActions) {
        return;
      }
      boolean closing = at + 1 < to && bytes[at] == '<' && bytes[at + 1] == '/';
      int name = name(closing ? at + 2 : at + 1);
      if (bytes[at] != '<' || name < 0) {
        reply.fail(
            FaultCode.REPLY_MALFORMED, at, "there is something that is no field of the contract");
        return;
      }
      at += NAMES[name].length + (closing ? 3 : 2);
      if (closing) {
        if (name == ACTION && inAction) {
          inAction = false;
        } else if (name == ACTIONS && inActions && !inAction) {
          inActions = false;
        } else {
          reply.fail(FaultCode.REPLY_MALFORMED, at, "a field is closed that is not open");
          return;
        }
      } else if (name == ACTION && !inAction) {
        inAction = true;
        reply.beginAction();
      } else if (name == ACTIONS && !inActions && !inAction) {
        inActions = true;
      } else if (name >= TYPE == inAction && name != ACTION && name != ACTIONS) {
        if (!text(name, reply)) {
          return;
        }
      } else {
        reply.fail(FaultCode.REPLY_MALFORMED, at, "a field stands where it can't");
        return;
      }
    }
  }

  private boolean text(int name, Reply reply) {
    int start = reply.length();
    while (at < to) {
      int run = at;
      while (at < to && bytes[at] != '<' && bytes[at] != '&') {
        at++;
      }
      reply.append(bytes, run, at);
      if (at >= to) {
        break;
      }
      if (bytes[at] == '&') {
        entity(reply);
      } else if (starts(bytes, at, to, CDATA)) {
        int end = find(bytes, at, to, CDATA_END);
        if (end < 0) {
          break;
        }
        reply.append(bytes, at + CDATA.length, end);
        at = end + CDATA_END.length;
      } else if (at + 1 < to && bytes[at + 1] == '/' && name(at + 2) == name) {
        at += NAMES[name].length + 3;
        if (name >= TYPE) {
          reply.part(PARTS[name - TYPE], start);
        } else {
          reply.field(FIELDS[name], start);
        }
        return true;
      } else {
        reply.append(bytes, at, at + 1);
        at++;
      }
    }
    reply.fail(FaultCode.REPLY_TRUNCATED, at, "it ends inside a field");
    return false;
  }

  private void entity(Reply reply) {
    for (int i = 0; i < ENTITIES.length; i++) {
      if (starts(bytes, at, to, ENTITIES[i])) {
        reply.append(MEANINGS, i, i + 1);
        at += ENTITIES[i].length;
        return;
      }
    }
    reply.append(bytes, at, at + 1);
    at++;
  }

  private void skipSpace() {
    while (at < to && bytes[at] <= ' ' && bytes[at] >= 0) {
      at++;
    }
  }

  private int name(int from) {
    for (int i = 0; i < NAMES.length; i++) {
      if (starts(bytes, from, to, NAMES[i])
          && from + NAMES[i].length < to
          && bytes[from + NAMES[i].length] == '>') {
        return i;
      }
    }
    return -1;
  }
}
