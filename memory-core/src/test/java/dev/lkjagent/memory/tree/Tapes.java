package dev.lkjagent.memory.tree;

import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import java.nio.charset.StandardCharsets;

/** Makes documents from well-formed JSON, for tests of trees; the real parser lives elsewhere. */
final class Tapes {
  private final byte[] text;
  private final RawMemory raw;
  private final int tapeAt;
  private final NameIds names;
  private int at;
  private int node;

  private Tapes(byte[] text, Document target, NameIds names) {
    this.text = text;
    raw = target.raw();
    tapeAt = target.tapeAt();
    this.names = names;
  }

  static Document document(Scope scope, String json) {
    Document document = new Document(scope);
    load(document, json, new NameIds());
    return document;
  }

  static void load(Document target, String json, NameIds names) {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    Status status = target.reserve(text.length, text.length + 8);
    if (status != Status.OK) {
      throw new IllegalStateException(status.meaning());
    }
    System.arraycopy(text, 0, target.raw().bytes(), target.textAt(), text.length);
    Tapes tapes = new Tapes(text, target, names);
    tapes.value();
    target.publish(text.length, tapes.node, names);
  }

  private void put(long word) {
    raw.tape()[tapeAt + node++] = word;
  }

  private void blanks() {
    while (at < text.length && text[at] <= ' ') {
      at++;
    }
  }

  private void value() {
    blanks();
    int start = at;
    switch (text[at]) {
      case '{', '[' -> container();
      case '"' -> string(Tape.STRING);
      case 't' -> literal(Tape.TRUE, 4);
      case 'f' -> literal(Tape.FALSE, 5);
      case 'n' -> literal(Tape.NULL, 4);
      default -> {
        while (at < text.length && "+-.eE0123456789".indexOf(text[at]) >= 0) {
          at++;
        }
        put(Tape.node(Tape.NUMBER, at - start, start));
      }
    }
    blanks();
  }

  private void literal(int kind, int length) {
    put(Tape.node(kind, length, at));
    at += length;
  }

  private void string(int kind) {
    int start = ++at;
    int escaped = 0;
    while (text[at] != '"') {
      if (text[at] == '\\') {
        escaped = 1;
        at++;
      }
      at++;
    }
    if (kind == Tape.KEY) {
      int id = escaped == 1 ? 0 : names.idOf(text, start, at - start);
      put(Tape.key(kind + escaped, id, at - start, start));
    } else {
      put(Tape.node(kind + escaped, at - start, start));
    }
    at++;
  }

  private void container() {
    int mine = node;
    int start = at;
    boolean object = text[at++] == '{';
    put(0);
    blanks();
    while (text[at] != '}' && text[at] != ']') {
      if (object) {
        string(Tape.KEY);
        blanks();
        at++;
      }
      value();
      if (text[at] == ',') {
        at++;
        blanks();
      }
    }
    at++;
    raw.tape()[tapeAt + mine] = Tape.node(object ? Tape.OBJECT : Tape.ARRAY, node, start);
  }
}
