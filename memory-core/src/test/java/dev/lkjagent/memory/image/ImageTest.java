package dev.lkjagent.memory.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolExhaustedException;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Settings;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.NodeView;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Path;
import dev.lkjagent.memory.tree.Tape;
import dev.lkjagent.memory.tree.TestDocuments;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass(name = "{0}")
@MethodSource("dev.lkjagent.memory.Settings#all")
class ImageTest {
  private final Settings settings;
  private final MemoryPool pool;
  private final Image image = new Image();

  /** Several trees at once, one with many long texts, need more than some settings have. */
  ImageTest(Settings settings) {
    PoolSpec.Builder spec = settings.spec().toBuilder().nodes(512).documentNodes(4096);
    this.settings = settings.with(spec.tier(settings.slotBytes(1), 160).build());
    pool = open();
  }

  private MemoryPool open() {
    return MemoryPool.open(settings.spec(), settings.options());
  }

  @AfterEach
  void everythingIsReturned() {
    pool.root().clear();
    pool.verify();
    assertThat(pool.report().clean()).isTrue();
    assertThat(pool.raw().names().used()).isZero();
    pool.close();
  }

  private static void put(OwnedTree tree, String path, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(tree.set(Path.of(path), Tape.STRING, bytes, 0, bytes.length)).isPositive();
  }

  private OwnedTree memory(Scope scope) {
    OwnedTree tree = new OwnedTree(scope);
    put(tree, "working_memory.todo", "Add characters until 10");
    put(
        tree,
        "working_memory.character_alice_about",
        "female, 25 years old, " + "brave ".repeat(60));
    put(tree, "working_memory.empty", "");
    put(tree, "log[0]", "first");
    put(tree, "log[1]", "second");
    put(tree, "a name that is too long to be shared by trees, é.nested", "deep");
    tree.set(Path.of("flags.on"), Tape.TRUE, new byte[0], 0, 0);
    tree.set(Path.of("flags.none"), Tape.NULL, new byte[0], 0, 0);
    tree.set(Path.of("count"), Tape.NUMBER, "12".getBytes(StandardCharsets.UTF_8), 0, 2);
    tree.set(Path.of("emptyObject"), Tape.OBJECT, new byte[0], 0, 0);
    tree.set(Path.of("emptyArray"), Tape.ARRAY, new byte[0], 0, 0);
    return tree;
  }

  @Test
  void anEditableTreeComesBackEqualInAPoolOfAnotherSpec() {
    OwnedTree tree = memory(pool.root());
    image.freeze(tree);
    PoolSpec other = PoolSpec.builder().tier(64, 12).tier(512, 2).nodes(40).names(12).build();
    try (MemoryPool target = MemoryPool.open(other, settings.options())) {
      Thawed thawed = image.thaw(target.root());
      assertThat(NodeView.of(thawed.trees().get(0))).isEqualTo(NodeView.of(tree));
      assertThat(NodeView.of(thawed.trees().get(0)).toString())
          .isEqualTo(NodeView.of(tree).toString());
      target.verify();
    }
  }

  @Test
  void aDocumentComesBackEqual() {
    Document document =
        TestDocuments.of(pool.root(), "{\"a\": [1, {\"k\\u0065y\": \"x\\ny\"}], \"b\": null}");
    image.freeze(document);
    try (MemoryPool target = open()) {
      ObjectTree copy = image.thaw(target.root()).trees().get(0);
      assertThat(NodeView.of(copy)).isEqualTo(NodeView.of(document));
      assertThat(NodeView.of(copy).at("a[1].key")).hasToString("key: \"x\\ny\"");
    }
  }

  @Test
  void aScopeComesBackWithItsScopesAndBudgets() {
    Scope agent = pool.root().open("agent", Budget.UNLIMITED);
    memory(agent);
    Scope first =
        agent.open("first", Budget.builder().bytes(5000).slots(settings.slotBytes(0), 9).build());
    Scope second = agent.open("second", Budget.builder().nodes(30).reserveNodes(7).build());
    memory(first);
    TestDocuments.of(second, "[true]");
    new Document(second);
    image.freeze(agent);
    Scope target = pool.root().open("target", Budget.UNLIMITED);
    Thawed thawed = image.thaw(target);
    assertThat(thawed.trees()).hasSize(1);
    assertThat(thawed.scopes()).extracting(Scope::name).containsExactly("first", "second");
    assertThat(thawed.scopes().get(0).budget().bytesLimit()).isEqualTo(5000);
    assertThat(thawed.scopes().get(0).budget().slotLimits())
        .containsEntry(settings.slotBytes(0), 9);
    assertThat(thawed.scopes().get(1).budget().nodesReserved()).isEqualTo(7);
    Image again = new Image();
    again.freeze(target);
    assertThat(again.toByteArray().length - "target".length())
        .isEqualTo(image.toByteArray().length - "agent".length());
    thawed.scopes().get(0).close();
    assertThat(first.usedBytes()).isPositive();
  }

  @Test
  void aWholePoolIsFrozenAndForkedWithoutSharingAnything() {
    OwnedTree tree = memory(pool.root());
    try (MemoryPool target = open()) {
      ObjectTree copy = image.fork(pool.root(), target.root()).trees().get(0);
      put(tree, "working_memory.todo", "changed");
      assertThat(NodeView.of(copy).at("working_memory.todo"))
          .hasToString("todo: \"Add characters until 10\"");
      image.freeze(target);
      assertThat(image.length()).isPositive();
    }
  }

  @Test
  void anImagePassesThroughChannelsAndLeavesWhatFollows() throws IOException {
    OwnedTree tree = memory(pool.root());
    image.freeze(tree);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    image.writeTo(Channels.newChannel(out));
    out.writeBytes(new byte[] {42});
    ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
    Image read = new Image();
    read.readFrom(Channels.newChannel(in));
    assertThat(in.read()).isEqualTo(42);
    assertThat(NodeView.of(read.thaw(pool.root()).trees().get(0))).isEqualTo(NodeView.of(tree));
  }

  @Test
  void everyFlippedBitIsNoticed() {
    image.freeze(memory(pool.root()));
    byte[] whole = image.toByteArray();
    Image damaged = new Image();
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> damaged.load(flipped, 0, flipped.length))
          .as("bit " + bit)
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith("image refused at byte ");
    }
  }

  @Test
  void everyTruncationIsNoticedWithItsPlace() {
    image.freeze(memory(pool.root()));
    byte[] whole = image.toByteArray();
    Image damaged = new Image();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> damaged.load(cut, 0, cut.length))
          .isInstanceOfSatisfying(
              ImageException.class, e -> assertThat(e.offset()).isEqualTo(cut.length));
      assertThatThrownBy(() -> damaged.readFrom(Channels.newChannel(new ByteArrayInputStream(cut))))
          .isInstanceOfAny(ImageException.class, IOException.class);
    }
  }

  @Test
  void aForgedImageIsRefusedOrBuildsATreeButReachesNothingElse() {
    OwnedTree tree = memory(pool.root());
    TestDocuments.of(pool.root(), "{\"a\": [1, 2, {\"b\": []}], \"c\\n\": \"d\"}");
    image.freeze(pool.root());
    byte[] whole = image.toByteArray();
    long seed = 20261122;
    System.out.println("ImageTest seed " + seed);
    Random random = new Random(seed);
    Image forged = new Image();
    int rounds = settings.rounds(2_000);
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      byte[] bytes = whole.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        bytes[24 + random.nextInt(bytes.length - 28)] = (byte) random.nextInt(256);
      }
      seal(bytes);
      try (MemoryPool target = open()) {
        try {
          forged.load(bytes, 0, bytes.length);
          for (ObjectTree copy : forged.thaw(target.root()).trees()) {
            if (copy instanceof OwnedTree && copy.root() != ObjectTree.NO_NODE) {
              assertThat(NodeView.of(copy).toString()).isNotEmpty();
            }
          }
        } catch (ImageException e) {
          refused++;
        } catch (PoolExhaustedException e) {
          assertThat(target.report().clean()).isTrue();
        }
        target.verify();
      }
    }
    assertThat(refused).isBetween(rounds / 10, rounds - 1);
    tree.close();
  }

  private static void seal(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, bytes.length - 4);
    for (int i = 0; i < 4; i++) {
      bytes[bytes.length - 4 + i] = (byte) (sum.getValue() >>> 8 * i);
    }
  }

  @Test
  void aThawWithoutRoomLeavesNothingBehind() {
    Scope agent = pool.root().open("agent", Budget.UNLIMITED);
    memory(agent);
    memory(agent.open("below", Budget.UNLIMITED));
    TestDocuments.of(agent, "[1,2,3]");
    image.freeze(agent);
    int fits = 0;
    for (int nodes = 0; nodes < 60; nodes++) {
      for (int slots = 1; slots < 12; slots++) {
        PoolSpec spec =
            PoolSpec.builder().tier(512, slots).nodes(nodes).documentNodes(64).names(32).build();
        try (MemoryPool target = MemoryPool.open(spec, settings.options())) {
          try {
            image.thaw(target.root());
            fits++;
          } catch (PoolExhaustedException e) {
            assertThat(e).hasMessageContaining("scope \"");
            assertThat(target.report().clean()).isTrue();
          }
          target.verify();
        }
      }
    }
    assertThat(fits).isPositive();
  }

  @Test
  void anImageOfAnotherVersionSaysSo() {
    image.freeze(memory(pool.root()));
    byte[] bytes = image.toByteArray();
    bytes[8] = 9;
    seal(bytes);
    assertThatThrownBy(() -> new Image().load(bytes, 0, bytes.length))
        .hasMessage(
            "image refused at byte 8: it has version 9, and this program reads version 3: use the"
                + " program that wrote it, or a newer one");
    bytes[8] = 2;
    seal(bytes);
    assertThatThrownBy(() -> new Image().load(bytes, 0, bytes.length))
        .hasMessage(
            "image refused at byte 8: it has version 2, and this program reads version 3: use the"
                + " program that wrote it");
  }

  /** An image of an array of strings, by the letter of the format. */
  private static byte[] arrayOf(int announced, String... texts) {
    ByteBuffer out = ByteBuffer.allocate(65_536).order(ByteOrder.LITTLE_ENDIAN);
    out.put("LKJIMAGE".getBytes(StandardCharsets.UTF_8)).putInt(3).putInt(0).putLong(0);
    out.putInt(3).putInt(texts.length + 1).putInt(0).putInt(0).putInt(0);
    int start = out.position();
    out.putInt(Tape.ARRAY).putInt(-1).putInt(texts.length);
    List<byte[]> together = new ArrayList<>();
    for (int i = 0; i < texts.length; i++) {
      byte[] text = texts[i].getBytes(StandardCharsets.UTF_8);
      out.putInt(Tape.STRING).putInt(-1).putInt(text.length > 20 ? announced : text.length);
      if (text.length > 20) {
        together.add(text);
      } else {
        out.put(text);
      }
      if (together.size() == 64 || i + 1 == texts.length) {
        together.forEach(out::put);
        together.clear();
      }
    }
    out.putInt(start - 12, out.position() - start);
    out.putInt(5);
    out.putLong(16, out.position() + 4);
    byte[] bytes = Arrays.copyOf(out.array(), out.position() + 4);
    seal(bytes);
    return bytes;
  }

  @Test
  void longTextsStandBehindThe64thNodeThatHasOneAndBehindTheLastNode() {
    for (int count : new int[] {0, 1, 63, 64, 65, 127, 128}) {
      String[] texts = new String[2 * count];
      OwnedTree tree = new OwnedTree(pool.root());
      long root = tree.createRoot(Tape.ARRAY);
      for (int i = 0; i < texts.length; i++) {
        texts[i] = i % 2 == 0 ? "short " + i : String.format(Locale.ROOT, "%021d", i);
        byte[] text = texts[i].getBytes(StandardCharsets.UTF_8);
        tree.setText(tree.add(root, Tape.STRING), text, 0, text.length);
      }
      byte[] expected = arrayOf(21, texts);
      image.freeze(tree);
      assertThat(image.toByteArray()).isEqualTo(expected);
      String was = NodeView.of(tree).toString();
      tree.close();
      Image read = new Image();
      read.load(expected, 0, expected.length);
      ObjectTree copy = read.thaw(pool.root()).trees().get(0);
      assertThat(NodeView.of(copy)).hasToString(was);
      copy.close();
    }
  }

  @Test
  void longTextsThatTogetherReachBehindTheEndAreRefused() {
    String[] texts = new String[64];
    Arrays.fill(texts, "a text that fits no record");
    byte[] fits = arrayOf(26, texts);
    new Image().load(fits, 0, fits.length);
    byte[] forged = arrayOf(27, texts);
    assertThatThrownBy(() -> new Image().load(forged, 0, forged.length))
        .hasMessage("image refused at byte 824: it ends where 1728 bytes of text should stand");
  }

  @Test
  void theChecksumIsThatOfTheBytesInWhicheverWayTheyLeave() throws IOException {
    image.freeze(memory(pool.root()));
    image.thaw(pool.root()).trees().get(0).close();
    byte[] first = image.toByteArray();
    byte[] sealed = first.clone();
    seal(sealed);
    assertThat(first).isEqualTo(sealed);
    OwnedTree small = new OwnedTree(pool.root());
    small.createRoot(Tape.OBJECT);
    image.freeze(small);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    image.writeTo(Channels.newChannel(out));
    new Image().load(out.toByteArray(), 0, out.size());
    image.freeze(pool.root());
    byte[] whole = new byte[image.length() + 1];
    image.copyTo(whole, 1);
    new Image().load(whole, 1, image.length());
  }
}
