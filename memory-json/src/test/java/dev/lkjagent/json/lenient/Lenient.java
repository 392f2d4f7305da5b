package dev.lkjagent.json.lenient;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.memory.tree.Tape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the engine over plain arrays and reads its tree with the test's own eyes. */
final class Lenient {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern REFERENCE = Pattern.compile("&([^;]*);");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final LenientParser parser = new LenientParser(400, 4096);
  private byte[] out = new byte[1 << 12];
  private long[] tape = new long[1 << 8];
  private LenientParser.Progress progress = LenientParser.Progress.MORE;
  private int completedAt;

  LenientParser parser() {
    return parser;
  }

  /** How many bytes had been fed when the block was complete. */
  int completedAt() {
    return completedAt;
  }

  LenientParser.Progress read(ReplyForm form, byte[] reply) {
    return read(form, reply, new int[] {reply.length});
  }

  /** Feeds a reply up to each of the given lengths, the last of which is all of it. */
  LenientParser.Progress read(ReplyForm form, byte[] reply, int[] cuts) {
    parser.begin(form);
    for (int i = 0; i < cuts.length; i++) {
      boolean last = i == cuts.length - 1;
      // Exactly what was received: a look beyond it would be an exception here.
      byte[] received = last ? reply : Arrays.copyOf(reply, cuts[i]);
      advance(received, cuts[i], last);
      completedAt = cuts[i];
      if (progress != LenientParser.Progress.MORE) {
        break;
      }
    }
    return progress;
  }

  /** Feeds a reply byte by byte, without copying what was received. */
  LenientParser.Progress feedEach(ReplyForm form, byte[] reply) {
    parser.begin(form);
    progress = LenientParser.Progress.MORE;
    for (int i = Math.min(1, reply.length);
        i <= reply.length && progress == LenientParser.Progress.MORE;
        i++) {
      advance(reply, i, i == reply.length);
    }
    return progress;
  }

  private void advance(byte[] received, int length, boolean last) {
    for (; ; ) {
      progress =
          parser.advance(received, 0, length, last, out, 0, out.length, tape, 0, tape.length);
      if (progress == LenientParser.Progress.TEXT_FULL) {
        out = Arrays.copyOf(out, 2 * out.length);
      } else if (progress == LenientParser.Progress.NODES_FULL) {
        tape = Arrays.copyOf(tape, 2 * tape.length);
      } else {
        return;
      }
    }
  }

  JsonNode tree() {
    List<JsonNode> root = new ArrayList<>();
    int end = read(0, root);
    if (end != parser.nodes()) {
      throw new AssertionError("root ends at node " + end + " of " + parser.nodes());
    }
    return root.get(0);
  }

  /** Every name and every scalar of the tree, in document order. */
  List<String> tokens() {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < parser.nodes(); i++) {
      long node = tape[i];
      if (Tape.isKey(node)) {
        tokens.add(key(node));
      } else if (!Tape.isContainer(node)) {
        tokens.add(slice(node, Tape.length(node)));
      }
    }
    return tokens;
  }

  private String slice(long node, int length) {
    int from = Tape.offset(node);
    if (from < 0 || from + length > parser.textLength()) {
      throw new AssertionError("text " + from + "+" + length + " of " + parser.textLength());
    }
    byte[] bytes = Arrays.copyOfRange(out, from, from + length);
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (!Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8))) {
      throw new AssertionError("not UTF-8: " + text);
    }
    return text;
  }

  private String key(long key) {
    String text = slice(key, Tape.keyLength(key));
    return Tape.kind(key) == Tape.KEY_ESCAPED ? unescape(text) : plain(text, true);
  }

  private static String plain(String text, boolean json) {
    if (json && (text.indexOf('"') >= 0 || text.indexOf('\\') >= 0)) {
      throw new AssertionError("a plain text needs escapes: " + text);
    }
    return text;
  }

  private static String unescape(String text) {
    try {
      return MAPPER.readValue('"' + text + '"', String.class);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not a JSON string: " + text, e);
    }
  }

  private static String xml(String text) {
    Matcher matcher = REFERENCE.matcher(text.replace("\r\n", "\n").replace("\r", "\n"));
    return matcher.replaceAll(found -> Matcher.quoteReplacement(meaning(found.group(1))));
  }

  private static String meaning(String name) {
    if (name.startsWith("#x")) {
      return Character.toString(Integer.parseInt(name.substring(2), 16));
    }
    if (name.startsWith("#")) {
      return Character.toString(Integer.parseInt(name.substring(1)));
    }
    return switch (name) {
      case "lt" -> "<";
      case "gt" -> ">";
      case "amp" -> "&";
      case "quot" -> "\"";
      case "apos" -> "'";
      default -> throw new AssertionError("no reference: " + name);
    };
  }

  /** Reads the node at an index; answers the index after it. Elements become {name: [children]}. */
  private int read(int index, List<JsonNode> into) {
    long node = tape[index];
    String key = null;
    if (Tape.isKey(node)) {
      key = key(node);
      node = tape[++index];
    }
    int kind = Tape.kind(node);
    switch (kind) {
      case Tape.OBJECT -> {
        ObjectNode object = NODES.objectNode();
        int member = index + 1;
        while (member < Tape.length(node)) {
          List<JsonNode> value = new ArrayList<>();
          String name = key(tape[member]);
          member = read(member + 1, value);
          object.set(name, value.get(0));
        }
        into.add(object);
        return checked(member, node);
      }
      case Tape.ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        int element = index + 1;
        List<JsonNode> elements = new ArrayList<>();
        while (element < Tape.length(node)) {
          element = read(element, elements);
        }
        array.addAll(elements);
        into.add(array);
        return checked(element, node);
      }
      case Tape.ELEMENT -> {
        List<JsonNode> children = new ArrayList<>();
        int child = index + 1;
        while (child < Tape.length(node)) {
          child = read(child, children);
        }
        ObjectNode wrapper = NODES.objectNode();
        wrapper.set(key, content(children));
        into.add(wrapper);
        return checked(child, node);
      }
      case Tape.ATTRIBUTE, Tape.ATTRIBUTE_ESCAPED -> {
        String value = slice(node, Tape.length(node));
        ObjectNode attribute = NODES.objectNode();
        attribute.put('@' + key, kind == Tape.ATTRIBUTE ? value : xml(value));
        into.add(attribute);
        return index + 1;
      }
      default -> {
        into.add(scalar(node));
        return index + 1;
      }
    }
  }

  private static int checked(int end, long container) {
    if (end != Tape.length(container)) {
      throw new AssertionError(
          "a container ends at " + Tape.length(container) + ", its children at " + end);
    }
    return end;
  }

  private static JsonNode content(List<JsonNode> children) {
    StringBuilder text = new StringBuilder();
    boolean onlyText = true;
    for (JsonNode child : children) {
      onlyText &= child.isTextual();
      text.append(child.asText());
    }
    if (children.isEmpty()) {
      return NODES.nullNode();
    }
    return onlyText ? NODES.textNode(text.toString()) : NODES.arrayNode().addAll(children);
  }

  private JsonNode scalar(long node) {
    String text = slice(node, Tape.length(node));
    switch (Tape.kind(node)) {
      case Tape.STRING -> {
        return NODES.textNode(plain(text, true));
      }
      case Tape.STRING_ESCAPED -> {
        return NODES.textNode(unescape(text));
      }
      case Tape.TRUE, Tape.FALSE, Tape.NULL, Tape.NUMBER -> {
        return parse(text);
      }
      case Tape.TEXT, Tape.CDATA -> {
        if (text.indexOf('\r') >= 0 || Tape.kind(node) == Tape.TEXT && text.indexOf('<') >= 0) {
          throw new AssertionError("a plain text needs references: " + text);
        }
        return NODES.textNode(text);
      }
      case Tape.TEXT_ESCAPED -> {
        return NODES.textNode(xml(text));
      }
      case Tape.CDATA_ESCAPED -> {
        return NODES.textNode(text.replace("\r\n", "\n").replace("\r", "\n"));
      }
      default -> throw new AssertionError("unexpected kind " + Tape.kind(node));
    }
  }

  static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }
}
