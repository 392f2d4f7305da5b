package dev.lkjagent.json.xml;

import static dev.lkjagent.json.xml.MappingTarget.NONE;
import static dev.lkjagent.json.xml.MappingTarget.ascii;

import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.Tape;
import org.jspecify.annotations.Nullable;

/**
 * The reversible mapping.
 *
 * <p>Two encodings meet in it: XML in the notation of JSON, and JSON in the notation of XML. Each
 * is recognised only in exactly the shape in which it is written here, so that turning a tree over
 * and back gives the same tree. The one exception is JSON that is itself the first encoding of a
 * document of the second.
 */
final class TypedMapping {
  private static final byte[] ELEMENT = ascii("element");
  private static final byte[] ATTRIBUTES = ascii("attributes");
  private static final byte[] CHILDREN = ascii("children");
  private static final byte[] TEXT = ascii("text");
  private static final byte[] CDATA = ascii("cdata");
  private static final byte[] COMMENT = ascii("comment");
  private static final byte[] INSTRUCTION = ascii("instruction");
  private static final byte[] DATA = ascii("data");
  private static final byte[] NAME = ascii("name");

  /** Names of elements that stand for JSON values, by kind. */
  private static final byte[][] VALUES = new byte[Tape.NULL + 1][];

  static {
    VALUES[Tape.OBJECT] = ascii("json.object");
    VALUES[Tape.ARRAY] = ascii("json.array");
    VALUES[Tape.STRING] = ascii("json.string");
    VALUES[Tape.NUMBER] = ascii("json.number");
    VALUES[Tape.TRUE] = ascii("json.true");
    VALUES[Tape.FALSE] = ascii("json.false");
    VALUES[Tape.NULL] = ascii("json.null");
  }

  private final MappingTarget target;

  TypedMapping(MappingTarget target) {
    this.target = target;
  }

  // ---------------------------------------------------------------- XML to JSON

  boolean toJson(ObjectTree xml, long element) {
    if (xml.kind(element) != Tape.ELEMENT) {
      return false;
    }
    if (valueKind(xml, element) != Tape.NONE) {
      if (decoded(xml, element) && !isElement(target.tree(), target.tree().root())) {
        return true;
      }
      target.restart();
    }
    return elements(xml, element);
  }

  private boolean elements(ObjectTree xml, long top) {
    if (!element(xml, top, NONE)) {
      return false;
    }
    while (target.pop()) {
      long element = target.source();
      long children = target.filled();
      for (long node = xml.firstChild(element); node != NONE; node = xml.next(element, node)) {
        int kind = xml.kind(node);
        if (kind != Tape.ATTRIBUTE
            && !(kind == Tape.ELEMENT
                ? element(xml, node, children)
                : leaf(xml, node, kind, target.add(children, Tape.OBJECT)))) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean element(ObjectTree xml, long node, long parent) {
    long object = target.add(parent, Tape.OBJECT);
    if (object == NONE
        || !target.textFromName(target.add(object, Tape.STRING, ELEMENT), xml, node)) {
      return false;
    }
    long attributes = target.add(object, Tape.OBJECT, ATTRIBUTES);
    if (attributes == NONE) {
      return false;
    }
    for (long child = xml.firstChild(node); child != NONE; child = xml.next(node, child)) {
      if (xml.kind(child) == Tape.ATTRIBUTE
          && !target.textFrom(target.addNamed(attributes, Tape.STRING, xml, child), xml, child)) {
        return false;
      }
    }
    long children = target.add(object, Tape.ARRAY, CHILDREN);
    if (children == NONE) {
      return false;
    }
    target.push(node, children);
    return true;
  }

  private boolean leaf(ObjectTree xml, long node, int kind, long object) {
    if (object == NONE) {
      return false;
    }
    if (kind == Tape.INSTRUCTION) {
      return target.textFromName(target.add(object, Tape.STRING, INSTRUCTION), xml, node)
          && target.textFrom(target.add(object, Tape.STRING, DATA), xml, node);
    }
    byte[] name =
        switch (kind) {
          case Tape.TEXT -> TEXT;
          case Tape.CDATA -> CDATA;
          case Tape.COMMENT -> COMMENT;
          default -> null;
        };
    return name != null && target.textFrom(target.add(object, Tape.STRING, name), xml, node);
  }

  // ---------------------------------------------------------------- JSON as XML, read back

  private static int valueKind(ObjectTree xml, long node) {
    for (int kind = Tape.OBJECT; kind <= Tape.NULL; kind++) {
      byte[] name = VALUES[kind];
      if (name != null && xml.nameEquals(node, name, 0, name.length)) {
        return kind;
      }
    }
    return Tape.NONE;
  }

  /** Decodes elements that stand for JSON values; false if something else is among them. */
  private boolean decoded(ObjectTree xml, long top) {
    if (!value(xml, top, NONE, false)) {
      return false;
    }
    while (target.pop()) {
      long element = target.source();
      long container = target.filled();
      boolean named = target.tree().kind(container) == Tape.OBJECT;
      for (long node = contentOf(xml, element); node != NONE; node = xml.next(element, node)) {
        if (!value(xml, node, container, named)) {
          return false;
        }
      }
    }
    return true;
  }

  private static long contentOf(ObjectTree xml, long element) {
    long node = xml.firstChild(element);
    while (node != NONE && xml.kind(node) == Tape.ATTRIBUTE) {
      node = xml.next(element, node);
    }
    return node;
  }

  private boolean value(ObjectTree xml, long node, long container, boolean named) {
    int kind = xml.kind(node) == Tape.ELEMENT ? valueKind(xml, node) : Tape.NONE;
    if (kind == Tape.NONE) {
      return false;
    }
    long attribute = xml.firstChild(node);
    if (attribute != NONE && xml.kind(attribute) != Tape.ATTRIBUTE) {
      attribute = NONE;
    }
    if (named ? !isOnlyName(xml, node, attribute) : attribute != NONE) {
      return false;
    }
    target.collectNothing();
    if (named) {
      target.collectText(xml, attribute);
    }
    long made = target.add(container, kind, named ? target.bytes() : null, target.length());
    if (made == NONE) {
      return false;
    }
    if (kind == Tape.OBJECT || kind == Tape.ARRAY) {
      target.push(node, made);
      return true;
    }
    long text = contentOf(xml, node);
    boolean hasText = text != NONE;
    if (hasText && (xml.kind(text) != Tape.TEXT || xml.next(node, text) != NONE)) {
      return false;
    }
    if (kind == Tape.STRING) {
      return hasText ? target.textFrom(made, xml, text) && target.length() > 0 : emptied(made);
    }
    if (kind == Tape.NUMBER) {
      return hasText
          && target.textFrom(made, xml, text)
          && isNumber(target.bytes(), target.length());
    }
    return !hasText;
  }

  private boolean emptied(long string) {
    target.collectNothing();
    return target.text(string);
  }

  private static boolean isOnlyName(ObjectTree xml, long node, long attribute) {
    if (attribute == NONE || !xml.nameEquals(attribute, NAME, 0, NAME.length)) {
      return false;
    }
    long next = xml.next(node, attribute);
    return next == NONE || xml.kind(next) != Tape.ATTRIBUTE;
  }

  /** RFC 8259, section 6. */
  private static boolean isNumber(byte[] text, int length) {
    int p = length > 0 && text[0] == '-' ? 1 : 0;
    int integer = digits(text, p, length);
    if (integer == p || text[p] == '0' && integer > p + 1) {
      return false;
    }
    p = integer;
    if (p < length && text[p] == '.') {
      int fraction = digits(text, p + 1, length);
      if (fraction == p + 1) {
        return false;
      }
      p = fraction;
    }
    if (p < length && (text[p] | 0x20) == 'e') {
      int sign = p + 1 < length && (text[p + 1] == '+' || text[p + 1] == '-') ? p + 2 : p + 1;
      p = digits(text, sign, length);
      return p == length && p > sign;
    }
    return p == length;
  }

  private static int digits(byte[] text, int from, int length) {
    int p = from;
    while (p < length && text[p] >= '0' && text[p] <= '9') {
      p++;
    }
    return p;
  }

  // ---------------------------------------------------------------- JSON to XML

  boolean toXml(ObjectTree json, long value) {
    if (isElement(json, value)) {
      return fromElements(json, value);
    }
    return encoded(json, value);
  }

  private boolean fromElements(ObjectTree json, long top) {
    if (!openElement(json, top, NONE)) {
      return false;
    }
    while (target.pop()) {
      long children = target.source();
      long element = target.filled();
      for (long item = json.firstChild(children); item != NONE; item = json.next(children, item)) {
        long first = json.firstChild(item);
        if (named(json, first, ELEMENT)) {
          if (!openElement(json, item, element)) {
            return false;
          }
        } else if (named(json, first, INSTRUCTION)) {
          target.collectNothing();
          target.collectText(json, first);
          long node = target.add(element, Tape.INSTRUCTION, target.bytes(), target.length());
          if (!target.textFrom(node, json, json.next(item, first))) {
            return false;
          }
        } else {
          int kind =
              named(json, first, TEXT)
                  ? Tape.TEXT
                  : named(json, first, CDATA) ? Tape.CDATA : Tape.COMMENT;
          if (!target.textFrom(target.add(element, kind), json, first)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private boolean openElement(ObjectTree json, long object, long parent) {
    long name = json.firstChild(object);
    target.collectNothing();
    target.collectText(json, name);
    long element = target.add(parent, Tape.ELEMENT, target.bytes(), target.length());
    if (element == NONE) {
      return false;
    }
    long attributes = json.next(object, name);
    for (long a = json.firstChild(attributes); a != NONE; a = json.next(attributes, a)) {
      if (!target.textFrom(target.addNamed(element, Tape.ATTRIBUTE, json, a), json, a)) {
        return false;
      }
    }
    target.push(json.next(object, attributes), element);
    return true;
  }

  /** Tells whether a value is, with all below it, exactly what {@link #elements} writes. */
  private boolean isElement(ObjectTree json, long value) {
    if (!isElementObject(json, value)) {
      return false;
    }
    target.push(json.next(value, json.next(value, json.firstChild(value))), value);
    boolean all = true;
    while (target.pop()) {
      long children = target.source();
      for (long item = json.firstChild(children);
          all && item != NONE;
          item = json.next(children, item)) {
        if (isElementObject(json, item)) {
          target.push(json.next(item, json.next(item, json.firstChild(item))), item);
        } else {
          all = isLeafObject(json, item);
        }
      }
    }
    return all;
  }

  private static boolean isElementObject(ObjectTree json, long value) {
    if (json.kind(value) != Tape.OBJECT) {
      return false;
    }
    long name = json.firstChild(value);
    long attributes = name == NONE ? NONE : json.next(value, name);
    long children = attributes == NONE ? NONE : json.next(value, attributes);
    if (children == NONE
        || json.next(value, children) != NONE
        || !named(json, name, ELEMENT)
        || json.kind(name) != Tape.STRING
        || !named(json, attributes, ATTRIBUTES)
        || json.kind(attributes) != Tape.OBJECT
        || !named(json, children, CHILDREN)
        || json.kind(children) != Tape.ARRAY) {
      return false;
    }
    for (long a = json.firstChild(attributes); a != NONE; a = json.next(attributes, a)) {
      if (json.kind(a) != Tape.STRING) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLeafObject(ObjectTree json, long value) {
    if (json.kind(value) != Tape.OBJECT) {
      return false;
    }
    long first = json.firstChild(value);
    if (first == NONE || json.kind(first) != Tape.STRING) {
      return false;
    }
    long second = json.next(value, first);
    if (named(json, first, INSTRUCTION)) {
      return second != NONE
          && json.kind(second) == Tape.STRING
          && named(json, second, DATA)
          && json.next(value, second) == NONE;
    }
    return second == NONE
        && (named(json, first, TEXT) || named(json, first, CDATA) || named(json, first, COMMENT));
  }

  private static boolean named(ObjectTree json, long node, byte[] name) {
    return node != NONE && json.nameEquals(node, name, 0, name.length);
  }

  // ---------------------------------------------------------------- JSON as XML

  private boolean encoded(ObjectTree json, long top) {
    if (!encode(json, top, NONE, false)) {
      return false;
    }
    while (target.pop()) {
      long container = target.source();
      long element = target.filled();
      boolean members = json.kind(container) == Tape.OBJECT;
      for (long node = json.firstChild(container);
          node != NONE;
          node = json.next(container, node)) {
        if (!encode(json, node, element, members)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean encode(ObjectTree json, long node, long parent, boolean member) {
    int kind = json.kind(node);
    byte @Nullable [] name = kind <= Tape.NULL ? VALUES[kind] : null;
    if (name == null) {
      return false;
    }
    long element = target.add(parent, Tape.ELEMENT, name);
    if (element == NONE
        || member && !target.textFromName(target.add(element, Tape.ATTRIBUTE, NAME), json, node)) {
      return false;
    }
    if (kind == Tape.OBJECT || kind == Tape.ARRAY) {
      target.push(node, element);
      return true;
    }
    return json.textLength(node) == 0
        || kind > Tape.NUMBER
        || target.textFrom(target.add(element, Tape.TEXT), json, node);
  }
}
