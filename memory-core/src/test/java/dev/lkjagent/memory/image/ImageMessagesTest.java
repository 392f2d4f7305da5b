package dev.lkjagent.memory.image;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.ExhaustionPolicy;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Said;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Path;
import dev.lkjagent.memory.tree.Tape;
import dev.lkjagent.memory.tree.TestDocuments;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What is said of images that can't be read, and of those for which there is no room. */
class ImageMessagesTest {
  private static final PoolSpec SPEC = PoolSpec.parse("256x16; nodes=64; documentNodes=64");

  private static final Charset ASCII = StandardCharsets.US_ASCII;

  private final Said said = new Said();

  private static void load(byte[] bytes) {
    new Image().load(bytes, 0, bytes.length);
  }

  private static void read(byte[] bytes) throws IOException {
    new Image().readFrom(Channels.newChannel(new ByteArrayInputStream(bytes)));
  }

  private static byte[] with(byte[] image, int at, int value) {
    byte[] changed = image.clone();
    changed[at] = (byte) value;
    return changed;
  }

  private static byte[] small() {
    try (MemoryPool pool = MemoryPool.open(SPEC)) {
      Image image = new Image();
      image.freeze(TestDocuments.of(pool.root(), "[1, \"two\"]"));
      return image.toByteArray();
    }
  }

  @Test
  void anImageThatIsNotWholeIsRefusedWithThePlace() {
    byte[] whole = small();
    said.refused("thawed before there is one", () -> thaw(new Image()))
        .refused("nothing", () -> load(new byte[0]))
        .refused("half a header", () -> load(Arrays.copyOf(whole, 12)))
        .refused("half a header, from a channel", () -> read(Arrays.copyOf(whole, 12)))
        .refused("a part", () -> load(Arrays.copyOf(whole, 50)))
        .refused("a part, from a channel", () -> read(Arrays.copyOf(whole, 50)))
        .refused("more than one", () -> load(Arrays.copyOf(whole, whole.length + 3)))
        .refused("something else", () -> load("{\"json\": [1, 2, 3, 4, 5]}".getBytes(ASCII)))
        .refused("of an older program", () -> load(with(whole, 8, 2)))
        .refused("of a newer program", () -> load(with(whole, 8, 4)))
        .refused("a length below 0", () -> load(with(whole, 23, 0x80)))
        .refused("a damaged byte", () -> load(with(whole, 40, 'x')))
        .isGolden("images.txt");
  }

  private static void thaw(Image image) {
    try (MemoryPool pool = MemoryPool.open(SPEC)) {
      image.thaw(pool.root());
    }
  }

  /** Loads an image whose checksum is right and whose sections are these numbers. */
  private static void forge(long... numbers) {
    ByteBuffer out = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
    out.put("LKJIMAGE".getBytes(ASCII)).putInt(3).putInt(0).putLong(0);
    for (long number : numbers) {
      if (number == (int) number) {
        out.putInt((int) number);
      } else {
        out.putLong(number);
      }
    }
    out.putLong(16, out.position() + 4);
    byte[] bytes = Arrays.copyOf(out.array(), out.position() + 4);
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, bytes.length - 4);
    for (int i = 0; i < 4; i++) {
      bytes[bytes.length - 4 + i] = (byte) (sum.getValue() >>> 8 * i);
    }
    load(bytes);
  }

  private static void document(long word) {
    forge(4, 0, 1, word << 32 >> 32, word >> 32, 5);
  }

  /** A tree of nodes that have no text, with so many bytes of nodes. */
  private static void tree(int nodes, int bytes, long... rest) {
    long[] all = new long[rest.length + 5];
    all[0] = 3;
    all[1] = nodes;
    all[2] = bytes;
    System.arraycopy(rest, 0, all, 5, rest.length);
    forge(all);
  }

  @Test
  void aForgedImageIsRefusedWithThePlace() {
    said.refused("an unknown section", () -> forge(9))
        .refused("no end", () -> forge(3, 0, 0, 0, 0))
        .refused("more behind the end", () -> forge(5, 7))
        .refused("a scope that did not begin", () -> forge(2, 5))
        .refused("a scope without an end", () -> forge(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5))
        .refused("a scope without a budget", () -> forge(1, 0, 0, 0))
        .refused("a budget below 0", () -> forge(1, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 2, 5))
        .refused("more nodes than bytes", () -> forge(3, 1000, 0, 0, 0, 5))
        .refused("a document without its text", () -> forge(4, 8, 0, 5))
        .refused("a document without its nodes", () -> forge(4, 8, 1, 0, 0, 5))
        .refused("a document's node of no kind", () -> document(Tape.node(31, 0, 0)))
        .refused("a document's object that goes on", () -> document(Tape.node(Tape.OBJECT, 2, 0)))
        .refused("a document's text elsewhere", () -> document(Tape.node(Tape.STRING, 9, 0)))
        .refused("a document's name alone", () -> document(Tape.key(Tape.KEY, 0, 0, 0)))
        .refused("two roots", () -> tree(2, 24, Tape.NULL, -1, 0, Tape.NULL, -1, 0, 5))
        .refused("a node of no kind", () -> tree(1, 12, 99, -1, 0, 5))
        .refused("a name that is not there", () -> tree(1, 12, Tape.NULL, 0, 0, 5))
        .refused("null with a child", () -> tree(1, 12, Tape.NULL, -1, 1, 0, 0, 0, 5))
        .refused("an array without its child", () -> tree(1, 12, Tape.ARRAY, -1, 1, 0, 0, 0, 5))
        .refused("nodes that are shorter", () -> tree(1, 16, Tape.NULL, -1, 0, 0, 5))
        .refused("names that are shorter", () -> forge(3, 1, 12, 1, 8, Tape.NULL, -1, 0, 0, 0, 5))
        .refused(
            "texts that reach behind the end",
            () -> tree(3, 36, 2, -1, 2, Tape.STRING, -1, 24, Tape.STRING, -1, 21, 0, 0, 0, 0, 0, 5))
        .isGolden("forged-images.txt");
  }

  @Test
  void anImageWithoutRoomNamesTheScope() {
    Image tree = new Image();
    Image document = new Image();
    try (MemoryPool pool = MemoryPool.open(SPEC)) {
      OwnedTree source = new OwnedTree(pool.root());
      source.set(Path.of("a.b"), Tape.STRING, new byte[250], 0, 250);
      tree.freeze(source);
      document.freeze(TestDocuments.of(pool.root(), "[1, 2]"));
      Scope scope = pool.root().open("agent", Budget.builder().nodes(3).bytes(0).build());
      said.refused("a text beyond the budget", () -> tree.thaw(scope));
      said.refused("a document beyond the budget", () -> document.thaw(scope));
      Scope narrow = scope.open("cycle", Budget.builder().nodes(2).build());
      narrow.onExhaustion(ExhaustionPolicy.reclaim(shortage -> thawedAgain(tree, narrow)));
      said.refused("thawed while it is thawed", () -> tree.thaw(narrow));
      narrow.onExhaustion(ExhaustionPolicy.reclaim(shortage -> frozenAgain(tree, source)));
      said.refused("frozen while it is thawed", () -> tree.thaw(narrow));
    }
    try (MemoryPool pool = MemoryPool.open(PoolSpec.parse("256x4; nodes=2; documentNodes=0"))) {
      said.refused("a budget of another pool's tiers", () -> limited().thaw(pool.root()));
      said.refused("more nodes than the pool has", () -> tree.thaw(pool.root()));
      said.refused("more document nodes than that", () -> document.thaw(pool.root()));
    }
    said.isGolden("image-room.txt");
  }

  /** An image of a scope with a tree, and of a scope in it with a limit of slots of 512 B. */
  private static Image limited() {
    Image image = new Image();
    try (MemoryPool pool = MemoryPool.open(PoolSpec.parse("512x1; nodes=2"))) {
      new OwnedTree(pool.root()).createRoot(Tape.OBJECT);
      pool.root().open("agent", Budget.builder().slots(512, 1).build());
      image.freeze(pool);
    }
    return image;
  }

  private static boolean thawedAgain(Image image, Scope scope) {
    image.thaw(scope);
    return true;
  }

  private static boolean frozenAgain(Image image, OwnedTree tree) {
    image.freeze(tree);
    return true;
  }
}
