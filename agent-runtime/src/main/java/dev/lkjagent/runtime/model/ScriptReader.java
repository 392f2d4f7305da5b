package dev.lkjagent.runtime.model;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the format that {@link Script} describes, line by line. */
final class ScriptReader {
  private static final String ENTRY = "===";
  private static final String PART = "---";

  private final String[] lines;
  private final String name;
  private final Script.Builder script;
  private int line;

  ScriptReader(String source, String name) {
    this.lines = (source.startsWith("\uFEFF") ? source.substring(1) : source).split("\r?\n", -1);
    this.name = name;
    this.script = Script.builder(name);
  }

  Script read() {
    while (line < lines.length && !lines[line].startsWith(ENTRY)) {
      line++;
    }
    boolean reply = false;
    while (line < lines.length) {
      String head = lines[line];
      int at = ++line;
      String body = body();
      if (head.startsWith(ENTRY)) {
        reply = entry(head.substring(ENTRY.length()).strip(), body, at);
      } else if (reply) {
        part(head.substring(PART.length()).strip(), body, at);
      } else {
        throw malformed(at, "\"" + head + "\" must follow a reply");
      }
    }
    Script read = script.build();
    if (read.size() == 0) {
      throw malformed(1, "there is no entry; begin one with a line \"=== reply\"");
    }
    return read;
  }

  private String body() {
    StringBuilder body = new StringBuilder();
    int first = line;
    for (; line < lines.length && !isHead(lines[line]); line++) {
      if (line > first) {
        body.append('\n');
      }
      String text = lines[line];
      body.append(
          text.startsWith("\\" + ENTRY) || text.startsWith("\\" + PART) ? text.substring(1) : text);
    }
    boolean endsWithLineBreak = line == lines.length && line > first && lines[line - 1].isEmpty();
    if (endsWithLineBreak && body.length() > 0) {
      body.setLength(body.length() - 1);
    }
    return body.toString();
  }

  private static boolean isHead(String text) {
    return text.startsWith(ENTRY) || text.startsWith(PART);
  }

  private boolean entry(String head, String body, int at) {
    int space = head.indexOf(' ');
    String kind = space < 0 ? head : head.substring(0, space);
    String rest = space < 0 ? "" : head.substring(space + 1).strip();
    switch (kind) {
      case "reply" -> script.reply(body);
      case "fault" -> {
        int end = rest.indexOf(' ');
        String code = end < 0 ? rest : rest.substring(0, end);
        rest = end < 0 ? "" : rest.substring(end + 1);
        script.fault(fault(code, body, at));
      }
      default ->
          throw malformed(
              at, "unknown entry \"" + head + "\"; known are \"=== reply\" and \"=== fault\"");
    }
    attributes(rest, at).forEach((key, value) -> attribute(key, value, at));
    return kind.equals("reply");
  }

  private Fault fault(String code, String body, int at) {
    try {
      FaultCode known = FaultCode.valueOf(code);
      return known.with(body.isBlank() ? known.meaning() + " (script " + name + ")" : body);
    } catch (IllegalArgumentException unknown) {
      throw malformed(
          at, "unknown fault code \"" + code + "\"; take one of FaultCode's names", unknown);
    }
  }

  private void attribute(String key, String value, int at) {
    try {
      switch (key) {
        case "when" -> script.when(value);
        case "times" ->
            script.times(value.equals("forever") ? Integer.MAX_VALUE : Integer.parseInt(value));
        case "chunk" -> script.chunk(Integer.parseInt(value));
        case "finish" -> script.finish(FinishReason.valueOf(value.toUpperCase(Locale.ROOT)));
        case "usage" -> {
          int comma = value.indexOf(',');
          script.usage(
              Long.parseLong(value.substring(0, comma)),
              Long.parseLong(value.substring(comma + 1)));
        }
        default ->
            throw malformed(
                at,
                "unknown attribute \"" + key + "\"; known are when, times, usage, chunk, finish");
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException bad) {
      throw malformed(at, key + "=" + value + " has no meaning", bad);
    }
  }

  private void part(String head, String body, int at) {
    String[] words = head.split(" +", 3);
    if (words[0].equals("reasoning") && words.length == 1) {
      script.reasoning(body);
    } else if (words[0].equals("tool") && words.length > 1) {
      script.tool(new ToolCall(words.length > 2 ? words[2] : "", words[1], body));
    } else {
      throw malformed(
          at,
          "unknown part \"--- "
              + head
              + "\"; known are \"--- reasoning\" and \"--- tool NAME ID\"");
    }
  }

  /** Reads {@code a=1 b="two words"}; a backslash in quotes keeps the character after it. */
  private Map<String, String> attributes(String text, int at) {
    Map<String, String> found = new LinkedHashMap<>();
    int i = 0;
    while (i < text.length()) {
      if (text.charAt(i) == ' ') {
        i++;
        continue;
      }
      int equals = text.indexOf('=', i);
      if (equals < 0) {
        throw malformed(at, "\"" + text.substring(i) + "\" is not of the form name=value");
      }
      String key = text.substring(i, equals);
      StringBuilder value = new StringBuilder();
      i = equals + 1;
      if (i < text.length() && text.charAt(i) == '"') {
        for (i++; i < text.length() && text.charAt(i) != '"'; i++) {
          if (text.charAt(i) == '\\' && i + 1 < text.length()) {
            i++;
          }
          value.append(text.charAt(i));
        }
        if (i++ >= text.length()) {
          throw malformed(at, "the value of " + key + " lacks its closing quote");
        }
      } else {
        for (; i < text.length() && text.charAt(i) != ' '; i++) {
          value.append(text.charAt(i));
        }
      }
      found.put(key, value.toString());
    }
    return found;
  }

  private FaultException malformed(int at, String what) {
    return malformed(at, what, null);
  }

  private FaultException malformed(int at, String what, @Nullable Throwable cause) {
    Fault fault = FaultCode.CONFIG_INVALID.with("script " + name + ":" + at + ": " + what);
    return cause == null ? new FaultException(fault) : new FaultException(fault, cause);
  }
}
