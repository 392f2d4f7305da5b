package dev.lkjagent.memory.image;

import dev.lkjagent.memory.NodeRecords;
import dev.lkjagent.memory.tree.Tape;
import dev.lkjagent.memory.tree.TreeThawer;
import java.util.Arrays;

/**
 * Proves that the sections of an image can be read: everything that {@link Thawer} believes is
 * looked at here, and nothing is built.
 */
final class Checker {
  private static final int NO_NAME = -1;

  private final SectionReader in;
  private int depth;
  private int[] left = new int[16];

  private Checker(SectionReader in) {
    this.in = in;
  }

  /** Throws unless the sections can be read. */
  static void check(Bytes bytes) {
    SectionReader in = new SectionReader(bytes);
    in.begin();
    new Checker(in).sections();
  }

  private void sections() {
    while (true) {
      int start = in.at;
      int tag = in.nextInt("a section");
      switch (tag) {
        case ImageFormat.SCOPE -> {
          in.nextText();
          in.nextBudget();
          depth++;
        }
        case ImageFormat.SCOPE_END -> {
          if (--depth < 0) {
            throw new ImageException("a scope ends that did not begin", start);
          }
        }
        case ImageFormat.TREE -> tree();
        case ImageFormat.DOCUMENT -> document();
        case ImageFormat.END -> {
          if (depth != 0) {
            throw new ImageException("a scope is not closed", start);
          }
          if (in.at != in.end) {
            throw new ImageException("there is more behind the end", in.at);
          }
          return;
        }
        default -> throw new ImageException("no section has the tag " + tag, start);
      }
    }
  }

  private void document() {
    int bytes = in.nextCount(1, "bytes of text");
    int nodes = in.nextCount(Long.BYTES, "nodes");
    in.require(bytes, "the text");
    int textAt = in.skip(bytes);
    if ((long) nodes * Long.BYTES > in.end - in.at) {
      throw new ImageException(nodes + " nodes do not fit here", textAt - Integer.BYTES);
    }
    tape(in.skip(nodes * Long.BYTES), nodes, bytes);
  }

  /** Proves that containers nest, keys have values and texts lie inside the text. */
  private void tape(int tapeAt, int nodes, int bytes) {
    int containers = 0;
    for (int i = 0; i < nodes; i++) {
      int place = tapeAt + i * Long.BYTES;
      long word = in.bytes.getLong(place);
      while (containers > 0 && left[containers - 1] == i) {
        containers--;
      }
      int kind = Tape.kind(word);
      int limit = containers == 0 ? nodes : left[containers - 1];
      if (kind == Tape.NONE || kind > Tape.KEY_ESCAPED) {
        throw new ImageException("no node has the kind " + kind, place);
      }
      if (Tape.isContainer(word)) {
        if (Tape.length(word) <= i || Tape.length(word) > limit) {
          throw new ImageException("a container that ends outside of its parent", place);
        }
        push(containers++, Tape.length(word));
      } else {
        long length = Tape.isKey(word) ? Tape.keyLength(word) : Tape.length(word);
        if (Tape.offset(word) < 0 || Tape.offset(word) + length > bytes) {
          throw new ImageException("a text that lies outside of the document's", place);
        }
        if (Tape.isKey(word)
            && (i + 1 == limit || Tape.isKey(in.bytes.getLong(place + Long.BYTES)))) {
          throw new ImageException("a name without a node", place);
        }
      }
    }
  }

  private void push(int depth, int value) {
    if (depth == left.length) {
      left = Arrays.copyOf(left, depth * 2);
    }
    left[depth] = value;
  }

  private void tree() {
    int nodes = in.nextCount(TreeThawer.NODE_BYTES, "nodes");
    int nodesBytes = in.nextCount(1, "bytes of nodes");
    int names = in.nextCount(Integer.BYTES, "names");
    int namesBytes = in.nextCount(1, "bytes of names");
    int nodesEnd = in.at + nodesBytes;
    int containers = 0;
    int longTexts = 0;
    long longBytes = 0;
    for (int i = 0; i < nodes; i++) {
      int start = in.at;
      if (i > 0 && containers == 0) {
        throw new ImageException("a second root", start);
      }
      int kind = in.nextInt("a kind");
      int name = in.nextInt("a name");
      boolean hasText = Tape.hasText(kind);
      int count = in.nextCount(hasText ? 1 : TreeThawer.NODE_BYTES, hasText ? "bytes" : "children");
      boolean container = kind >= Tape.OBJECT && kind <= Tape.ELEMENT;
      if (kind <= Tape.NONE || kind > Tape.INSTRUCTION || Tape.plainKind(kind) != kind) {
        throw new ImageException("no node has the kind " + kind, start);
      }
      if (name < NO_NAME || name >= names) {
        throw new ImageException(
            "name " + name + " is not one of the " + names + " of the tree", start + Integer.BYTES);
      }
      if (!hasText && !container && count != 0) {
        throw new ImageException("a literal with children", start);
      }
      if (hasText && count > NodeRecords.MAX_INLINE) {
        longTexts++;
        longBytes += count;
      } else if (hasText) {
        in.skip(count);
      }
      if (longTexts == TreeThawer.LONG_TEXTS || i + 1 == nodes) {
        if (longBytes > in.end - in.at) {
          throw new ImageException(
              "it ends where " + longBytes + " bytes of text should stand", in.at);
        }
        in.skip((int) longBytes);
        longTexts = 0;
        longBytes = 0;
      }
      if (containers > 0) {
        left[containers - 1]--;
      }
      if (container && count > 0) {
        push(containers++, count);
      }
      while (containers > 0 && left[containers - 1] == 0) {
        containers--;
      }
    }
    if (containers != 0) {
      throw new ImageException("children are missing", in.at);
    }
    if (in.at != nodesEnd) {
      throw new ImageException("the nodes do not end where they should", in.at);
    }
    int namesEnd = in.at + namesBytes;
    for (int i = 0; i < names; i++) {
      in.skip(in.nextCount(1, "bytes of a name"));
    }
    if (in.at != namesEnd) {
      throw new ImageException("the names do not end where they should", in.at);
    }
  }
}
