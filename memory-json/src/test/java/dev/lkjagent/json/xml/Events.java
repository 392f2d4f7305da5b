package dev.lkjagent.json.xml;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.Tape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.Attributes;
import org.xml.sax.SAXException;
import org.xml.sax.ext.DefaultHandler2;

/**
 * What a document says, one line per event, adjacent texts joined: the form in which trees, the
 * JDK's parser and the conformance data are compared.
 */
final class Events {
  private final List<String> events = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();

  private void flush() {
    if (!text.isEmpty()) {
      events.add("T " + text);
      text.setLength(0);
    }
  }

  private void add(String event) {
    flush();
    events.add(event);
  }

  /** The events of nodes as the engine writes them. */
  static List<String> ofTape(byte[] source, long[] tape, int nodes) {
    Events all = new Events();
    List<Integer> ends = new ArrayList<>();
    List<String> names = new ArrayList<>();
    String name = "";
    for (int i = 0; i <= nodes; i++) {
      while (!ends.isEmpty() && ends.get(ends.size() - 1) == i) {
        ends.remove(ends.size() - 1);
        all.add("E " + names.remove(names.size() - 1));
      }
      if (i == nodes) {
        break;
      }
      long node = tape[i];
      int kind = Tape.kind(node);
      if (kind == Tape.KEY) {
        name = slice(source, Tape.offset(node), Tape.keyLength(node));
        continue;
      }
      if (kind == Tape.ELEMENT) {
        StringBuilder start = new StringBuilder("S " + name);
        for (int a = i + 1; a + 1 < Tape.length(node) && isAttribute(tape[a + 1]); a += 2) {
          start
              .append(" [")
              .append(slice(source, Tape.offset(tape[a]), Tape.keyLength(tape[a])))
              .append("=")
              .append(meaning(source, tape[a + 1]))
              .append("]");
        }
        all.add(start.toString());
        ends.add(Tape.length(node));
        names.add(name);
      } else if (kind == Tape.COMMENT) {
        all.add("C " + meaning(source, node));
      } else if (kind == Tape.INSTRUCTION) {
        all.add("P " + name + " " + meaning(source, node));
      } else if (!isAttribute(node)) {
        all.text.append(meaning(source, node));
      }
    }
    all.flush();
    return all.events;
  }

  /** The events of a whole document, read from its nodes as they lie. */
  static List<String> ofTape(Document document) {
    byte[] source = new byte[document.textLength()];
    System.arraycopy(document.raw().bytes(), document.textAt(), source, 0, source.length);
    long[] tape = new long[document.nodeCount()];
    System.arraycopy(document.raw().tape(), document.tapeAt(), tape, 0, tape.length);
    return ofTape(source, tape, tape.length);
  }

  /** The events of a tree below one node, read as anyone would. */
  static List<String> ofTree(ObjectTree tree, long node) {
    Events all = new Events();
    all.tree(tree, node);
    all.flush();
    return all.events;
  }

  private void tree(ObjectTree tree, long node) {
    int kind = tree.kind(node);
    if (kind == Tape.ELEMENT) {
      StringBuilder start = new StringBuilder("S " + tree.nameString(node));
      long child = tree.firstChild(node);
      for (; child > 0 && tree.kind(child) == Tape.ATTRIBUTE; child = tree.next(node, child)) {
        start
            .append(" [")
            .append(tree.nameString(child))
            .append("=")
            .append(tree.textString(child))
            .append("]");
      }
      add(start.toString());
      for (; child > 0; child = tree.next(node, child)) {
        tree(tree, child);
      }
      add("E " + tree.nameString(node));
    } else if (kind == Tape.COMMENT) {
      add("C " + tree.textString(node));
    } else if (kind == Tape.INSTRUCTION) {
      add("P " + tree.nameString(node) + " " + tree.textString(node));
    } else {
      text.append(tree.textString(node));
    }
  }

  /** The events that a row of the conformance data expects. */
  static List<String> ofRow(JsonNode rows) {
    Events all = new Events();
    for (JsonNode row : rows) {
      switch (row.get(0).asText()) {
        case "S" -> {
          StringBuilder start = new StringBuilder("S " + row.get(1).asText());
          for (JsonNode attribute : row.get(2)) {
            start.append(" [").append(attribute.get(0).asText()).append("=");
            start.append(attribute.get(1).asText()).append("]");
          }
          all.add(start.toString());
        }
        case "E" -> all.add("E " + row.get(1).asText());
        case "T" -> all.text.append(row.get(1).asText());
        case "C" -> all.add("C " + row.get(1).asText());
        case "P" -> all.add("P " + row.get(1).asText() + " " + row.get(2).asText());
        default -> throw new AssertionError("an event of no known kind: " + row);
      }
    }
    all.flush();
    return all.events;
  }

  /** The events that the JDK's parser reports. */
  static List<String> ofJdk(byte[] source) throws SAXException {
    try {
      SAXParserFactory factory = SAXParserFactory.newDefaultInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      SAXParser parser = factory.newSAXParser();
      Listener listener = new Listener();
      parser.setProperty("http://xml.org/sax/properties/lexical-handler", listener);
      parser.parse(new ByteArrayInputStream(source), listener);
      listener.all.flush();
      return listener.all.events;
    } catch (IOException e) {
      throw new SAXException(e);
    } catch (ParserConfigurationException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Listener extends DefaultHandler2 {
    final Events all = new Events();

    @Override
    public void startElement(String uri, String local, String name, Attributes attributes) {
      StringBuilder start = new StringBuilder("S " + name);
      for (int i = 0; i < attributes.getLength(); i++) {
        start.append(" [").append(attributes.getQName(i)).append("=");
        start.append(attributes.getValue(i)).append("]");
      }
      all.add(start.toString());
    }

    @Override
    public void endElement(String uri, String local, String name) {
      all.add("E " + name);
    }

    @Override
    public void characters(char[] chars, int from, int length) {
      all.text.append(chars, from, length);
    }

    @Override
    public void comment(char[] chars, int from, int length) {
      all.add("C " + new String(chars, from, length));
    }

    @Override
    public void processingInstruction(String target, String data) {
      all.add("P " + target + " " + data);
    }
  }

  private static boolean isAttribute(long node) {
    return Tape.plainKind(Tape.kind(node)) == Tape.ATTRIBUTE;
  }

  private static String slice(byte[] source, int from, int length) {
    return new String(source, from, length, StandardCharsets.UTF_8);
  }

  private static String meaning(byte[] source, long node) {
    String written = slice(source, Tape.offset(node), Tape.length(node));
    int kind = Tape.kind(node);
    boolean plain = kind == Tape.TEXT || kind == Tape.ATTRIBUTE || kind == Tape.CDATA;
    if (plain) {
      return written;
    }
    String joined = written.replace("\r\n", "\n").replace('\r', '\n');
    if (kind == Tape.ATTRIBUTE_ESCAPED) {
      joined = joined.replace('\n', ' ').replace('\t', ' ');
    }
    return kind == Tape.ATTRIBUTE_ESCAPED || kind == Tape.TEXT_ESCAPED ? resolved(joined) : joined;
  }

  private static String resolved(String written) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (int amp = written.indexOf('&'); amp >= 0; amp = written.indexOf('&', at)) {
      int semicolon = written.indexOf(';', amp);
      String name = written.substring(amp + 1, semicolon);
      out.append(written, at, amp);
      switch (name) {
        case "lt" -> out.append('<');
        case "gt" -> out.append('>');
        case "amp" -> out.append('&');
        case "quot" -> out.append('"');
        case "apos" -> out.append('\'');
        default ->
            out.appendCodePoint(
                name.startsWith("#x")
                    ? Integer.parseInt(name.substring(2), 16)
                    : Integer.parseInt(name.substring(1)));
      }
      at = semicolon + 1;
    }
    return out.append(written.substring(at)).toString();
  }
}
