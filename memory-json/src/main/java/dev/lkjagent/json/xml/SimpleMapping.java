package dev.lkjagent.json.xml;

import static dev.lkjagent.json.xml.MappingTarget.NONE;
import static dev.lkjagent.json.xml.MappingTarget.ascii;

import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.Tape;
import org.jspecify.annotations.Nullable;

/** The mapping for people. */
final class SimpleMapping {
  private static final byte[] AT = ascii("@");
  private static final byte[] TEXT = ascii("#text");
  private static final byte[] ROOT = ascii("root");
  private static final byte[] ITEM = ascii("item");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");

  private final MappingTarget target;
  private final NameGroups groups = new NameGroups();

  SimpleMapping(MappingTarget target) {
    this.target = target;
  }

  // ---------------------------------------------------------------- XML to JSON

  boolean toJson(ObjectTree xml, long element) {
    if (xml.kind(element) != Tape.ELEMENT) {
      return false;
    }
    long root = target.add(NONE, Tape.OBJECT);
    if (root == NONE || !value(xml, element, root, true)) {
      return false;
    }
    while (target.pop()) {
      if (!members(xml, target.source(), target.filled())) {
        return false;
      }
    }
    return true;
  }

  /** Adds an element's value: a string, or an object that is filled later. */
  private boolean value(ObjectTree xml, long element, long parent, boolean named) {
    boolean plain = true;
    for (long node = xml.firstChild(element);
        plain && node != NONE;
        node = xml.next(element, node)) {
      int kind = xml.kind(node);
      plain = kind >= Tape.TEXT && kind != Tape.ATTRIBUTE;
    }
    int kind = plain ? Tape.STRING : Tape.OBJECT;
    long made = named ? target.addNamed(parent, kind, xml, element) : target.add(parent, kind);
    if (made == NONE) {
      return false;
    }
    if (!plain) {
      target.push(element, made);
      return true;
    }
    collectTexts(xml, element);
    return target.text(made);
  }

  private void collectTexts(ObjectTree xml, long element) {
    target.collectNothing();
    for (long node = xml.firstChild(element); node != NONE; node = xml.next(element, node)) {
      int kind = xml.kind(node);
      if (kind == Tape.TEXT || kind == Tape.CDATA) {
        target.collectText(xml, node);
      }
    }
  }

  private boolean members(ObjectTree xml, long element, long object) {
    groups.begin();
    boolean hasElements = false;
    for (long node = xml.firstChild(element); node != NONE; node = xml.next(element, node)) {
      int kind = xml.kind(node);
      if (kind == Tape.ELEMENT) {
        hasElements = true;
        target.collectNothing();
        target.collectName(xml, node);
        target.collect(NOTHING);
        groups.add(xml, node, target.bytes(), target.length());
      } else if (kind == Tape.ATTRIBUTE) {
        target.collectNothing();
        target.collect(AT);
        target.collectName(xml, node);
        long member = target.add(object, Tape.STRING, target.bytes(), target.length());
        if (!target.textFrom(member, xml, node)) {
          return false;
        }
      } else if (kind < Tape.TEXT) {
        return false;
      }
    }
    collectTexts(xml, element);
    if (hasElements ? !isBlank() : target.length() > 0) {
      long text = target.add(object, Tape.STRING, TEXT);
      if (!target.text(text)) {
        return false;
      }
    }
    for (int g = 0; g < groups.groups(); g++) {
      int first = groups.first(g);
      boolean several = groups.next(first) >= 0;
      long parent = several ? target.addNamed(object, Tape.ARRAY, xml, groups.node(first)) : object;
      if (parent == NONE) {
        return false;
      }
      for (int member = first; member >= 0; member = groups.next(member)) {
        if (!value(xml, groups.node(member), parent, !several)) {
          return false;
        }
      }
    }
    return true;
  }

  private static final byte[] NOTHING = {};

  private boolean isBlank() {
    for (int i = 0; i < target.length(); i++) {
      if (!XmlChars.isSpace(target.bytes()[i])) {
        return false;
      }
    }
    return true;
  }

  // ---------------------------------------------------------------- JSON to XML

  boolean toXml(ObjectTree json, long value) {
    long only = json.kind(value) == Tape.OBJECT ? json.firstChild(value) : NONE;
    boolean wraps =
        only != NONE
            && json.next(value, only) == NONE
            && json.kind(only) != Tape.ARRAY
            && !isAttribute(json, only)
            && !json.nameEquals(only, TEXT, 0, TEXT.length);
    long content = wraps ? only : value;
    long root =
        wraps
            ? target.addNamed(NONE, Tape.ELEMENT, json, only)
            : target.add(NONE, Tape.ELEMENT, ROOT);
    if (root == NONE || !fill(json, content, root)) {
      return false;
    }
    while (target.pop()) {
      long container = target.source();
      boolean done =
          json.kind(container) == Tape.OBJECT
              ? fromMembers(json, container, target.filled())
              : fromItems(json, container, target.filled(), null, NONE);
      if (!done) {
        return false;
      }
    }
    return true;
  }

  /** Gives an element the content that a value stands for, now or later. */
  private boolean fill(ObjectTree json, long value, long element) {
    int kind = json.kind(value);
    if (kind == Tape.OBJECT || kind == Tape.ARRAY) {
      target.push(value, element);
      return true;
    }
    return scalar(json, value, kind)
        && (target.length() == 0 || target.text(target.add(element, Tape.TEXT)));
  }

  private boolean scalar(ObjectTree json, long value, int kind) {
    target.collectNothing();
    if (kind == Tape.TRUE || kind == Tape.FALSE) {
      target.collect(kind == Tape.TRUE ? TRUE : FALSE);
    } else if (kind == Tape.STRING || kind == Tape.NUMBER) {
      target.collectText(json, value);
    }
    return MappingTarget.isScalar(kind);
  }

  private boolean fromMembers(ObjectTree json, long object, long element) {
    for (long node = json.firstChild(object); node != NONE; node = json.next(object, node)) {
      if (isAttribute(json, node)) {
        target.collectNothing();
        target.collectName(json, node);
        int name = target.length() - 1;
        System.arraycopy(target.bytes(), 1, target.bytes(), 0, name);
        long attribute = target.add(element, Tape.ATTRIBUTE, target.bytes(), name);
        if (attribute == NONE || !scalar(json, node, json.kind(node)) || !target.text(attribute)) {
          return false;
        }
      }
    }
    for (long node = json.firstChild(object); node != NONE; node = json.next(object, node)) {
      int kind = json.kind(node);
      boolean done;
      if (isAttribute(json, node)) {
        done = true;
      } else if (kind == Tape.ARRAY) {
        done = fromItems(json, node, element, json, node);
      } else if (MappingTarget.isScalar(kind) && json.nameEquals(node, TEXT, 0, TEXT.length)) {
        done = fill(json, node, element);
      } else {
        long child = target.addNamed(element, Tape.ELEMENT, json, node);
        done = child != NONE && fill(json, node, child);
      }
      if (!done) {
        return false;
      }
    }
    return true;
  }

  /** Adds one element for each item, named as a member or {@code item}. */
  private boolean fromItems(
      ObjectTree json, long array, long element, @Nullable ObjectTree names, long named) {
    for (long item = json.firstChild(array); item != NONE; item = json.next(array, item)) {
      long child =
          names == null
              ? target.add(element, Tape.ELEMENT, ITEM)
              : target.addNamed(element, Tape.ELEMENT, names, named);
      if (child == NONE || !fill(json, item, child)) {
        return false;
      }
    }
    return true;
  }

  /** Tells whether a member stands for an attribute: {@code @} and a name, with a scalar. */
  private boolean isAttribute(ObjectTree json, long member) {
    if (!MappingTarget.isScalar(json.kind(member)) || json.nameLength(member) < 2) {
      return false;
    }
    target.collectNothing();
    target.collectName(json, member);
    return target.bytes()[0] == '@';
  }
}
