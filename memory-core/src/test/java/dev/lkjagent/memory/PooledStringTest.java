package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a text keeps to, in every kind of pool. */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.lkjagent.memory.Settings#all")
class PooledStringTest {
  private static final String MIXED = "aß\u20ac\ud83d\ude00z";

  @RegisterExtension final PoolExtension pools = new PoolExtension();
  private final Settings settings;
  private MemoryPool pool;
  private Scope scope;

  PooledStringTest(Settings settings) {
    this.settings = settings;
  }

  @BeforeEach
  void open() {
    pool = pools.open(settings.spec(), settings.options());
    scope = pool.root();
  }

  private PooledString text(String content) {
    return new PooledString(scope).set(content);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void textsComeBackAsTheyWereSet() {
    try (PooledString text = new PooledString(scope)) {
      for (String content :
          List.of(
              "",
              "a",
              "sixteen bytes ..",
              MIXED,
              "\u0000\u007f\u0080\u07ff\u0800\uffff",
              "\ud800\udc00\udbff\udfff",
              "x".repeat(250))) {
        text.set(content);
        assertThat(text.toString()).isEqualTo(content);
        assertThat(text.size()).isEqualTo(utf8(content).length);
        assertThat(text.contentEquals(content)).isTrue();
        assertThat(text.contentEquals(content + "!")).isFalse();
        assertThat(text.contentEquals(utf8(content), 0, utf8(content).length)).isTrue();
        assertThat(text.isValid()).isTrue();
        text.set(utf8(content), 0, utf8(content).length);
        assertThat(text.toString()).isEqualTo(content);
      }
    }
  }

  @Test
  void createTakesASlotAndClearKeepsIt() {
    PooledString text = new PooledString(scope).create(settings.smallest() + 1);
    int capacity = text.capacity();
    assertThat(capacity).isGreaterThan(settings.smallest());
    assertThat(text.isEmpty()).isTrue();
    assertThatThrownBy(() -> text.create(1)).hasMessageContaining("destroy it first");
    text.append("abc").clear();
    assertThat(text.capacity()).isEqualTo(capacity);
    assertThat(text.toString()).isEmpty();
    text.destroy();
    text.destroy();
    assertThat(text.handle()).isEqualTo(Handles.NIL);
    text.set("again").close();
    text.close();
  }

  @Test
  void promotionMovesTheTextAndKillsTheOldHandle() {
    PooledString text = text("x".repeat(settings.smallest()));
    long old = text.handle();
    text.append("y");
    assertThat(text.toString()).isEqualTo("x".repeat(settings.smallest()) + "y");
    assertThat(text.handle()).isNotEqualTo(old);
    assertThatThrownBy(() -> pool.length(old)).isInstanceOf(StaleHandleException.class);
    assertThat(pool.report(0).promotions()).isEqualTo(1);
    text.close();
  }

  @Test
  void resizeMovesUpAndDownButNeverCuts() {
    PooledString text = text(MIXED);
    text.resize(settings.largest());
    assertThat(text.capacity()).isEqualTo(settings.largest());
    text.resize(text.size());
    assertThat(text.capacity()).isEqualTo(settings.smallest());
    assertThat(text.toString()).isEqualTo(MIXED);
    assertThatThrownBy(() -> text.resize(text.size() - 1))
        .hasMessageContaining("truncate it first");
    assertThat(text.tryResize(settings.largest() + 1)).isEqualTo(Status.TOO_LARGE);
    text.reserve(1);
    assertThat(text.capacity()).isEqualTo(settings.smallest());
    text.close();
  }

  @Test
  void appendTakesBytesCharactersTextsNumbersAndCodePoints() {
    PooledString text = new PooledString(scope);
    PooledString other = text("{" + MIXED + "}");
    text.append("a").append(utf8("__bytes__"), 2, 5).append(other).appendCodePoint(0x1F600);
    text.appendNumber(-120).appendNumber(0).appendNumber(Long.MIN_VALUE);
    assertThat(text.tryAppend(other, 1, 2)).isEqualTo(Status.OK);
    assertThat(text.toString())
        .isEqualTo("abytes{" + MIXED + "}\ud83d\ude00-1200-9223372036854775808a");
    text.close();
    other.close();
  }

  @Test
  void aTextCanBeAppendedToItselfAndSetToItsOwnPart() {
    PooledString text = text(MIXED);
    StringBuilder model = new StringBuilder(MIXED);
    for (int i = 0; i < 5; i++) {
      text.append(text);
      model.append(model);
      assertThat(text.toString()).isEqualTo(model.toString());
    }
    text.set(text);
    assertThat(text.toString()).isEqualTo(model.toString());
    assertThat(text.trySet(text, 1, 6)).isEqualTo(Status.OK);
    assertThat(text.toString()).isEqualTo("ß\u20ac");
    byte[] slab = pool.raw().bytes();
    int at = pool.raw().offset(text.handle());
    text.append(slab, at, text.size());
    assertThat(text.toString()).isEqualTo("ß\u20acß\u20ac");
    text.close();
  }

  @Test
  void aSelfAppendThatPromotesReadsBeforeItFrees() {
    PooledString text = text("0123456789abcdef");
    text.resize(16);
    byte[] slab = pool.raw().bytes();
    for (int i = 0; i < 4; i++) {
      text.append(slab, pool.raw().offset(text.handle()), text.size());
    }
    assertThat(text.toString()).isEqualTo("0123456789abcdef".repeat(16));
    text.close();
  }

  @Test
  void charactersAreNeverCut() {
    PooledString text = text(MIXED);
    assertThatThrownBy(() -> text.trySet(text, 2, 3))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("byte 2 is inside of a character");
    assertThatThrownBy(() -> text.tryAppend(text, 0, 8)).hasMessageContaining("byte 8 is inside");
    PooledString cut = new PooledString(scope);
    int[] whole = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    for (int limit = 0; limit < whole.length; limit++) {
      cut.set(MIXED);
      assertThat(cut.truncate(limit)).isEqualTo(whole[limit]);
      assertThat(cut.isValid()).isTrue();
      cut.clear();
      assertThat(cut.tryAppendUpTo(MIXED, limit)).isEqualTo(whole[limit]);
      assertThat(cut.size()).isEqualTo(whole[limit]);
      assertThat(cut.isValid()).isTrue();
      cut.clear();
      assertThat(cut.tryAppendUpTo(utf8(MIXED), 0, 11, limit)).isEqualTo(whole[limit]);
      assertThat(cut.isValid()).isTrue();
    }
    assertThatThrownBy(() -> cut.truncate(-1)).isInstanceOf(IllegalArgumentException.class);
    cut.close();
    text.close();
  }

  @Test
  void loneSurrogatesHaveNoEncodingAndChangeNothing() {
    PooledString text = text("kept");
    for (String bad : List.of("\ud800", "\udc00", "a\ud800b", "\udc00\ud800", "x\udbff")) {
      assertThat(text.trySet(bad)).isEqualTo(Status.MALFORMED);
      assertThat(text.tryAppend(bad)).isEqualTo(Status.MALFORMED);
      assertThat(text.tryAppendUpTo(bad, 100)).isEqualTo(Status.MALFORMED.code());
      assertThatThrownBy(() -> text.append(bad)).isInstanceOf(IllegalArgumentException.class);
    }
    for (int bad : new int[] {-1, 0xD800, 0xDFFF, 0x110000}) {
      assertThat(text.tryAppendCodePoint(bad)).isEqualTo(Status.MALFORMED);
    }
    assertThat(text.toString()).isEqualTo("kept");
    text.close();
  }

  @Test
  void outOfBoundsIsRefusedAlsoWhereSumsOverflow() {
    PooledString text = text("kept");
    byte[] source = new byte[8];
    int max = Integer.MAX_VALUE;
    int[][] bad = {{0, 9}, {8, 1}, {-1, 1}, {1, -1}, {max, max}, {max, 1}, {1, max}, {4, max - 2}};
    for (int[] range : bad) {
      List<Runnable> uses =
          List.of(
              () -> text.trySet(source, range[0], range[1]),
              () -> text.tryAppend(source, range[0], range[1]),
              () -> text.tryAppendUpTo(source, range[0], range[1], 1),
              () -> text.tryAppendEscaped(Escaping.JSON, source, range[0], range[1]),
              () -> text.tryAppendUnescaped(Escaping.JSON, source, range[0], range[1]),
              () -> text.contentEquals(source, range[0], range[1]),
              () -> text.indexOf(source, range[0], range[1], 0));
      for (Runnable use : uses) {
        assertThatThrownBy(use::run).isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
    assertThatThrownBy(() -> text.copyTo(1, 5, source, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> text.copyTo(0, 4, source, 6))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> text.trySet(text, 3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> text.codePointAt(4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(text.toString()).isEqualTo("kept");
    text.close();
  }

  @Test
  void nullIsRefusedAndChangesNothing() {
    PooledString text = text("kept");
    List<Runnable> uses =
        List.of(
            () -> text.trySet((CharSequence) null),
            () -> text.trySet((PooledString) null),
            () -> text.trySet((byte[]) null, 0, 0),
            () -> text.tryAppend((CharSequence) null),
            () -> text.tryAppend((PooledString) null),
            () -> text.tryAppendEscaped(null, text),
            () -> text.contentEquals((CharSequence) null),
            () -> text.indexOf((CharSequence) null, 0),
            () -> text.forEachSlice(null),
            () -> new PooledString(null),
            () -> scope.open("x", null),
            () -> MemoryPool.open(null));
    for (Runnable use : uses) {
      assertThatThrownBy(use::run).isInstanceOf(NullPointerException.class);
    }
    assertThat(text.toString()).isEqualTo("kept");
    text.close();
  }

  @Test
  void staleTextIsRejectedByEveryOperation() {
    PooledString text = text("gone");
    PooledString live = text("live");
    pool.free(text.handle());
    List<Runnable> uses =
        List.of(
            text::size,
            text::capacity,
            () -> assertThat(text.toString()).isNull(),
            text::clear,
            text::view,
            text::isValid,
            () -> new PooledString(scope).attach(text.handle()));
    for (Runnable use : uses) {
      assertThatThrownBy(use::run).isInstanceOf(StaleHandleException.class);
    }
    for (Runnable use :
        List.<Runnable>of(
            () -> text.trySet("x"),
            () -> text.tryAppend("x"),
            () -> text.tryAppend(live),
            () -> live.tryAppend(text),
            () -> live.trySet(text),
            () -> live.contentEquals(text),
            () -> live.indexOf(text, 0),
            () -> text.tryResize(100),
            () -> text.tryReserve(100),
            () -> text.truncate(0))) {
      assertThatThrownBy(use::run).isInstanceOf(StaleHandleException.class);
    }
    assertThat(live.toString()).isEqualTo("live");
    text.close();
    live.close();
  }

  @Test
  void textsCompareByCodePointsAndAreFound() {
    PooledString a = text("a\uffff");
    PooledString b = text("a\ud83d\ude00");
    assertThat(a.compareContent(b)).isNegative();
    assertThat(b.compareContent(a)).isPositive();
    assertThat(a.compareContent(a)).isZero();
    assertThat(a.contentEquals(b)).isFalse();
    PooledString hay = text("the \u20ac and the \u20ac\u20ac and \ud83d\ude00");
    String string = hay.toString();
    for (String needle : List.of("the", "\u20ac", "\u20ac\u20ac", "\ud83d\ude00", "no", "e ")) {
      for (int from = 0; from <= string.length(); from++) {
        int bytesFrom = utf8(string.substring(0, from)).length;
        if (from > 0 && Character.isHighSurrogate(string.charAt(from - 1))) {
          continue;
        }
        int at = string.indexOf(needle, from);
        int expected = at < 0 ? -1 : utf8(string.substring(0, at)).length;
        assertThat(hay.indexOf(needle, bytesFrom)).isEqualTo(expected);
        assertThat(hay.indexOf(utf8(needle), 0, utf8(needle).length, bytesFrom))
            .isEqualTo(expected);
        try (PooledString pooled = text(needle)) {
          assertThat(hay.indexOf(pooled, bytesFrom)).isEqualTo(expected);
        }
      }
    }
    assertThat(hay.indexOf("", 3)).isEqualTo(3);
    assertThat(hay.indexOf("the", -5)).isZero();
    assertThat(hay.codePointAt(4)).isEqualTo(0x20AC);
    assertThatThrownBy(() -> hay.codePointAt(5)).isInstanceOf(IndexOutOfBoundsException.class);
    a.close();
    b.close();
    hay.close();
  }

  @Test
  void escapedTextsComeBackAndStandWhereTheyShould() {
    String plain = "q\" b\\ s/ \b\f\n\r\t \u0001 <&>' " + MIXED;
    PooledString source = text(plain);
    PooledString escaped = new PooledString(scope);
    PooledString back = new PooledString(scope);
    assertThat(escaped.tryAppendEscaped(Escaping.JSON, source)).isEqualTo(Status.OK);
    assertThat(escaped.toString())
        .isEqualTo("q\\\" b\\\\ s/ \\b\\f\\n\\r\\t \\u0001 <&>' " + MIXED);
    assertThat(back.tryAppendUnescaped(Escaping.JSON, escaped)).isEqualTo(Status.OK);
    assertThat(back.toString()).isEqualTo(plain);
    assertThat(escaped.tryAppendEscaped(Escaping.XML_TEXT, source)).isEqualTo(Status.MALFORMED);
    String xml = plain.replace("\b\f", "").replace("\u0001", "");
    source.set(xml);
    for (Escaping form : List.of(Escaping.XML_TEXT, Escaping.XML_ATTRIBUTE)) {
      escaped.set("");
      back.set("");
      assertThat(escaped.tryAppendEscaped(form, source)).isEqualTo(Status.OK);
      assertThat(escaped.toString()).contains("&lt;&amp;&gt;").doesNotContain("<", "\r");
      assertThat(back.tryAppendUnescaped(form, escaped)).isEqualTo(Status.OK);
      assertThat(back.toString()).isEqualTo(xml);
    }
    assertThat(escaped.toString()).contains("&quot;", "&#9;", "&#10;");
    source.close();
    escaped.close();
    back.close();
  }

  @Test
  void malformedEscapesAreRefusedAndChangeNothing() {
    PooledString text = text("kept");
    for (String bad :
        List.of(
            "\\",
            "\\x",
            "\\u12",
            "\\u12g4",
            "\\ud800",
            "\\ud800\\u0041",
            "\\udc00",
            "\"",
            "a\nb",
            "\\u\u0661234")) {
      byte[] bytes = utf8(bad);
      assertThat(text.tryAppendUnescaped(Escaping.JSON, bytes, 0, bytes.length))
          .as(bad)
          .isEqualTo(Status.MALFORMED);
    }
    for (String bad :
        List.of(
            "&",
            "&amp",
            "&nope;",
            "&#;",
            "&#x;",
            "&#xg;",
            "&#0;",
            "&#xD800;",
            "&#x110000;",
            "&#99999999999;",
            "&#xFFFE;",
            "<",
            "a<b",
            "&#1")) {
      byte[] bytes = utf8(bad);
      assertThat(text.tryAppendUnescaped(Escaping.XML_TEXT, bytes, 0, bytes.length))
          .as(bad)
          .isEqualTo(Status.MALFORMED);
    }
    assertThat(text.tryAppendUnescaped(Escaping.JSON, utf8("\\ud83d\\ude00\\/"), 0, 14))
        .isEqualTo(Status.OK);
    assertThat(text.tryAppendUnescaped(Escaping.XML_TEXT, utf8("&#128512;&#x20AC;&apos;"), 0, 23))
        .isEqualTo(Status.OK);
    assertThat(text.toString()).isEqualTo("kept\ud83d\ude00/\ud83d\ude00\u20ac'");
    text.close();
  }

  @Test
  void viewsShowTheTextWhereItLies() throws IOException {
    PooledString text = text(MIXED);
    assertThat(text.view().isReadOnly()).isTrue();
    assertThat(StandardCharsets.UTF_8.decode(text.view()).toString()).isEqualTo(MIXED);
    try (TextStream stream = text.openStream()) {
      assertThat(stream.read()).isEqualTo('a');
      stream.mark(0);
      assertThat(stream.readAllBytes()).isEqualTo(utf8(MIXED.substring(1)));
      assertThat(stream.read()).isEqualTo(-1);
      stream.reset();
      assertThat(stream.skip(2)).isEqualTo(2);
      assertThat(stream.readNBytes(3)).isEqualTo(utf8("\u20ac"));
    }
    StringBuilder seen = new StringBuilder();
    text.forEachSlice(
        (bytes, from, length) -> {
          seen.append(new String(bytes, from, length, StandardCharsets.UTF_8));
          return true;
        });
    assertThat(seen).hasToString(MIXED);
    TextStream stream = text.openStream();
    text.destroy();
    assertThat(stream.read()).isEqualTo(-1);
    stream.close();
  }

  @Test
  void aTextLongerThanTheLargestTierIsToldWhichTierToAdd() {
    PooledString text = text("kept");
    assertThat(text.trySet("x".repeat(settings.largest() + 1))).isEqualTo(Status.TOO_LARGE);
    assertThatThrownBy(() -> text.append("x".repeat(settings.largest())))
        .isInstanceOf(PoolExhaustedException.class)
        .hasMessageContaining("add PoolSpec.tier(")
        .hasMessageContaining("PooledRope");
    assertThat(text.toString()).isEqualTo("kept");
    text.close();
  }

  @Test
  void reclaimerThatFreesTheTextItselfLosesNothingElse() {
    Scope agent = scope.open("agent", Budget.builder().bytes(4L * settings.smallest()).build());
    PooledString text = new PooledString(agent).set("x");
    agent.onExhaustion(
        ExhaustionPolicy.reclaim(
            shortage -> {
              pool.free(text.handle());
              return true;
            }));
    PooledString filler = new PooledString(agent);
    for (int i = 0; i < 3; i++) {
      filler.detach();
      filler.set("f");
    }
    assertThatThrownBy(() -> text.reserve(2 * settings.smallest()))
        .isInstanceOfAny(StaleHandleException.class, PoolExhaustedException.class);
    assertThat(agent.usedBytes()).isEqualTo(3L * settings.smallest());
    agent.close();
  }
}
