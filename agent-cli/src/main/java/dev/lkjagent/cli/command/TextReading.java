package dev.lkjagent.cli.command;

import dev.lkjagent.json.JsonFault;
import dev.lkjagent.json.JsonLimits;
import dev.lkjagent.json.JsonReader;
import dev.lkjagent.json.lenient.LenientFault;
import dev.lkjagent.json.lenient.LenientLimits;
import dev.lkjagent.json.lenient.LenientReader;
import dev.lkjagent.json.lenient.Repairs;
import dev.lkjagent.json.lenient.ReplyForm;
import dev.lkjagent.json.xml.XmlFault;
import dev.lkjagent.json.xml.XmlLimits;
import dev.lkjagent.json.xml.XmlOptions;
import dev.lkjagent.json.xml.XmlReader;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads texts, each into a pool that is sized from it: kept as long as the next text fits, replaced
 * by a larger one if not. Used by one thread.
 */
final class TextReading implements AutoCloseable {
  /** Deep enough for anything that a model says on purpose. */
  static final int REPLY_DEPTH = 500;

  /** A repaired reply is seldom longer than this many times what was said, and never than those. */
  private static final int[] REPLY_GROWTH = {2, 8};

  private static final int XML_DEPTH = 1 << 20;

  private final boolean editable;
  private PoolSize room;
  private @Nullable MemoryPool pool;
  private @Nullable Document document;
  private @Nullable OwnedTree tree;
  private @Nullable JsonReader json;
  private @Nullable XmlReader xml;
  private @Nullable LenientReader lenient;

  /**
   * A reading.
   *
   * @param editable whether trees are also mapped to another form, which takes room of its own;
   *     then comments and instructions are kept, too
   */
  TextReading(boolean editable) {
    this.editable = editable;
    room = PoolSize.atLeast(0, editable);
  }

  /** What became of a text: a fault with its place, or none. */
  record Result(Status status, @Nullable String code, int offset, String message) {
    static final Result OK = new Result(Status.OK, null, 0, "");

    boolean accepted() {
      return status == Status.OK;
    }

    boolean malformed() {
      return status == Status.MALFORMED;
    }
  }

  /** The tree of the last text that was accepted. */
  Document document() {
    return java.util.Objects.requireNonNull(document, "nothing was read");
  }

  /** An empty tree in the same pool. */
  OwnedTree emptyTree() {
    OwnedTree empty = java.util.Objects.requireNonNull(tree, "nothing was read");
    empty.clear();
    return empty;
  }

  /** What was repaired in the last reply. */
  Repairs repairs() {
    return java.util.Objects.requireNonNull(lenient, "no reply was read").repairs();
  }

  /** Reads a text, with a larger pool if it turns out to have more nodes than bytes suggest. */
  Result read(TextForm form, byte[] text) {
    if (form == TextForm.REPLY) {
      return readReply(ReplyForm.REPLY, List.of(text));
    }
    int most = mostBytes(form, editable);
    if (text.length > most) {
      return tooLarge(text.length, most);
    }
    makeRoom(text.length);
    Result result = form == TextForm.JSON ? readJson(text) : readXml(text);
    long roomy = Math.min(8 * (text.length + 64L), PoolSize.mostUseful());
    if (result.status() == Status.NODES_EXHAUSTED && room.bytes() < roomy) {
      makeRoom(roomy);
      result = form == TextForm.JSON ? readJson(text) : readXml(text);
    }
    return result;
  }

  /** The longest text in bytes that is read at all. */
  static int mostBytes(TextForm form, boolean editable) {
    int pool = PoolSize.mostBytes(editable);
    return form == TextForm.JSON ? Math.min(pool, JsonLimits.WIDEST.maxBytes()) : pool;
  }

  private static Result tooLarge(long length, int most) {
    return new Result(
        Status.TOO_LARGE,
        Status.TOO_LARGE.name(),
        0,
        "a text of "
            + length
            + " bytes; the longest that one pool can hold here has "
            + most
            + ": split it");
  }

  private Result readJson(byte[] text) {
    JsonReader reader = json;
    if (reader == null) {
      reader = new JsonReader(JsonLimits.WIDEST);
      json = reader;
    }
    Status status = reader.parse(text, document());
    JsonFault fault = reader.fault();
    return fault == null
        ? noRoomOr(status)
        : new Result(status, fault.code(), reader.faultOffset(), reader.faultMessage());
  }

  private Result readXml(byte[] text) {
    XmlReader reader = xml;
    if (reader == null) {
      XmlLimits limits =
          XmlLimits.DEFAULT
              .withMaxDepth(XML_DEPTH)
              .withMaxBytes(mostBytes(TextForm.XML, editable))
              .withMaxNodes(Tape.MAX_LENGTH);
      XmlOptions options = editable ? XmlOptions.KEEP_ALL : XmlOptions.DEFAULT;
      reader = new XmlReader(options.withLimits(limits));
      xml = reader;
    }
    Status status = reader.parse(text, 0, text.length, document());
    XmlFault fault = reader.fault();
    return fault == null
        ? noRoomOr(status)
        : new Result(status, fault.code(), reader.faultOffset(), reader.faultMessage());
  }

  /** Reads a reply that came in pieces. */
  Result readReply(ReplyForm form, List<byte[]> chunks) {
    long length = 0;
    for (byte[] chunk : chunks) {
      length += chunk.length;
    }
    int most = mostBytes(TextForm.REPLY, editable);
    if (length > most) {
      return tooLarge(length, most);
    }
    Result result = Result.OK;
    for (int growth : REPLY_GROWTH) {
      makeRoom(growth * length);
      result = feed(form, chunks);
      if (result.accepted() || result.malformed()) {
        break;
      }
    }
    return result;
  }

  private Result feed(ReplyForm form, List<byte[]> chunks) {
    LenientReader reader = lenient;
    if (reader == null) {
      reader =
          new LenientReader(
              new LenientLimits(room.bytes(), room.documentNodes(), REPLY_DEPTH, 4096));
      lenient = reader;
    }
    reader.begin(form);
    for (byte[] chunk : chunks) {
      reader.feed(chunk, 0, chunk.length, document());
    }
    reader.end(document());
    LenientFault fault = reader.fault();
    return fault == null
        ? Result.OK
        : new Result(reader.status(), fault.code(), reader.faultOffset(), reader.faultMessage());
  }

  private static Result noRoomOr(Status status) {
    return status == Status.OK
        ? Result.OK
        : new Result(
            status,
            status.name(),
            0,
            "the pool that was made for it is too small: " + status.meaning() + "; split the text");
  }

  private void makeRoom(long bytes) {
    PoolSize wanted = PoolSize.atLeast(bytes, editable);
    if (pool == null || wanted.bytes() > room.bytes()) {
      grow(wanted);
    }
  }

  private void grow(PoolSize size) {
    close();
    room = size;
    MemoryPool opened = MemoryPool.open(size.spec());
    pool = opened;
    document = new Document(opened.root());
    tree = editable ? new OwnedTree(opened.root()) : null;
  }

  @Override
  public void close() {
    if (document != null) {
      document.close();
    }
    if (tree != null) {
      tree.close();
    }
    if (pool != null) {
      pool.close();
    }
    pool = null;
    document = null;
    tree = null;
    lenient = null;
  }
}
