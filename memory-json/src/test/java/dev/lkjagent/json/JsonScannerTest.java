package dev.lkjagent.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonScannerTest {
  static final ObjectMapper JACKSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  @Test
  void everyRowOfTheManifestGetsItsVerdict() {
    JsonScanner scanner = Scan.scanner(JsonLimits.DEFAULT);
    int checked = 0;
    for (Conformance.Row row : Conformance.manifest()) {
      Scan scan = Scan.of(scanner, row.text());
      if (!row.expect().equals("either")) {
        assertEquals(
            row.expect().equals("accept"), scan.accepted(), () -> row.id() + ": " + scan.verdict());
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(300);
  }

  @Test
  void documentsMeanWhatJacksonReads() throws IOException {
    JsonScanner scanner = Scan.scanner(JsonLimits.DEFAULT);
    for (int round = 0; round < 2; round++) {
      for (String name : Conformance.DOCUMENTS) {
        byte[] text = Conformance.document(name);
        assertEquals(JACKSON.readTree(text), Scan.of(scanner, text).toJackson().deepCopy(), name);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``          | UNEXPECTED_END            | 0
          `  `        | UNEXPECTED_END            | 2
          [1          | UNEXPECTED_END            | 2
          "a          | UNEXPECTED_END            | 2
          tru         | UNEXPECTED_END            | 3
          -           | UNEXPECTED_END            | 1
          1.          | UNEXPECTED_END            | 2
          1e+         | UNEXPECTED_END            | 3
          "\\u12      | UNEXPECTED_END            | 5
          "\\ud800    | UNEXPECTED_END            | 7
          {"a"        | UNEXPECTED_END            | 4
          {"a":       | UNEXPECTED_END            | 5
          x           | EXPECTED_VALUE            | 0
          [,1]        | EXPECTED_VALUE            | 1
          [1,]        | EXPECTED_VALUE            | 3
          ]           | EXPECTED_VALUE            | 0
          +1          | EXPECTED_VALUE            | 0
          {1:2}       | EXPECTED_NAME             | 1
          {"a":1,}    | EXPECTED_NAME             | 7
          {,"a":1}    | EXPECTED_NAME             | 1
          {"a" 1}     | EXPECTED_COLON            | 5
          {"a":1 2}   | EXPECTED_COMMA_OR_BRACE   | 7
          {"a":1]     | EXPECTED_COMMA_OR_BRACE   | 6
          [1 2]       | EXPECTED_COMMA_OR_BRACKET | 3
          [1}         | EXPECTED_COMMA_OR_BRACKET | 2
          1 2         | TRAILING_TEXT             | 2
          []]         | TRAILING_TEXT             | 2
          "a\\x"      | BAD_ESCAPE                | 2
          "\\u12g4"   | BAD_ESCAPE                | 1
          "\\ud800"   | LONE_SURROGATE            | 1
          "\\udc00"   | LONE_SURROGATE            | 1
          "\\ud800\\u0041" | LONE_SURROGATE       | 1
          -a          | BAD_NUMBER                | 1
          1.e1        | BAD_NUMBER                | 2
          1ex         | BAD_NUMBER                | 2
          01          | LEADING_ZERO              | 1
          -012        | LEADING_ZERO              | 2
          nulL        | BAD_LITERAL               | 3
          [truth]     | BAD_LITERAL               | 4
          """)
  void faultsNameTheByteThatIsWrong(String text, JsonFault fault, int offset) {
    Scan scan = Scan.of(text.replace("\\\\", "\\"));
    assertEquals(fault + "@" + offset, scan.verdict());
  }

  @Test
  void otherEncodingsAreNamed() {
    for (String name : new String[] {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"}) {
      byte[] text = "{\"a\":1}".getBytes(java.nio.charset.Charset.forName(name));
      Scan scan = Scan.of(Scan.scanner(JsonLimits.DEFAULT), text);
      assertEquals("BAD_ENCODING@0", scan.verdict(), name);
    }
  }

  @Test
  void aByteOrderMarkIsSkippedAtTheStartOnly() {
    assertThat(Scan.of("\uFEFF[1]").accepted()).isTrue();
    assertEquals("EXPECTED_VALUE@1", Scan.of("[\uFEFF]").verdict());
    assertEquals("TRAILING_TEXT@2", Scan.of("[]\uFEFF").verdict());
  }

  @Test
  void controlCharactersInStringsAreRefusedAndOthersAreNot() {
    for (int c = 0; c < 0x20; c++) {
      assertEquals("CONTROL_CHARACTER@3", Scan.of("[\"a" + (char) c + "b\"]").verdict());
    }
    assertThat(Scan.of("[\"\u007F\"]").accepted()).isTrue();
  }

  @Test
  void utf8IsAcceptedExactlyWhenTheJdkDecodesIt() {
    String[] seeds = {
      "[\"plain ascii only, long enough for words\"]",
      "[\"日本語のテキストを処理する\", \"ab日cd本\"]",
      "{\"память\":\"узел дерево\", \"é\": \"ñü ß\"}",
      "[\"😀😁 mixed ü日😀a\", \"\\u00e9日\"]",
    };
    long seed = 20260131;
    Random random = new Random(seed);
    JsonScanner scanner = Scan.scanner(JsonLimits.DEFAULT);
    int refused = 0;
    for (int i = 0; i < 60_000; i++) {
      byte[] text = seeds[i % seeds.length].getBytes(UTF_8);
      for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
        text[2 + random.nextInt(text.length - 4)] = (byte) (0x80 + random.nextInt(0x80));
      }
      boolean valid = decodes(text);
      Scan scan = Scan.of(scanner, text);
      boolean onlyEncoding = scan.accepted() || scan.fault() == JsonFault.BAD_UTF8;
      if (onlyEncoding) {
        assertEquals(valid, scan.accepted(), () -> "seed " + seed + ": " + Arrays.toString(text));
      }
      refused += scan.accepted() ? 0 : 1;
    }
    assertThat(refused).isBetween(10_000, 59_999);
  }

  private static boolean decodes(byte[] text) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Test
  void generatedTextsMeanWhatJacksonReads() throws IOException {
    long seed = 77;
    Texts texts = new Texts(seed);
    JsonScanner scanner = Scan.scanner(JsonLimits.DEFAULT);
    for (int i = 0; i < 4_000; i++) {
      byte[] text = texts.next();
      Scan scan = Scan.of(scanner, text);
      assertTrue(
          scan.accepted(),
          () -> "seed " + seed + ": " + scan.verdict() + " " + new String(text, UTF_8));
      assertEquals(JACKSON.readTree(text), scan.toJackson(), () -> new String(text, UTF_8));
    }
  }

  @Test
  void mutatedTextsGetJacksonsVerdict() throws IOException {
    long seed = 78;
    Texts texts = new Texts(seed);
    JsonScanner scanner = Scan.scanner(JsonLimits.DEFAULT);
    int accepted = 0;
    int refused = 0;
    for (int i = 0; i < 60_000; i++) {
      byte[] text = texts.mutated();
      Scan scan = Scan.of(scanner, text);
      if (isBeyondJackson(text, scan)) {
        continue;
      }
      JsonNode theirs = read(text);
      String shown = new String(text, UTF_8);
      assertEquals(theirs != null, scan.accepted(), () -> shown + ": " + scan.verdict());
      if (theirs != null) {
        assertEquals(theirs, scan.toJackson(), shown);
        accepted++;
      } else {
        refused++;
      }
    }
    assertThat(accepted).isGreaterThan(3_000);
    assertThat(refused).isGreaterThan(20_000);
  }

  /**
   * Where Jackson is not a judge: it takes other encodings, lone surrogates written as escapes,
   * some UTF-8 that is not well-formed, and it refuses exponents of more than ten digits.
   */
  private static boolean isBeyondJackson(byte[] text, Scan scan) {
    return !decodes(text)
        || new String(text, UTF_8).matches("(?s).*[eE][-+]?\\d{8}.*")
        || !scan.accepted()
            && switch (scan.fault()) {
              case BAD_ENCODING, LONE_SURROGATE, BAD_UTF8, NUMBER_TOO_LONG -> true;
              default -> false;
            };
  }

  private static JsonNode read(byte[] text) throws IOException {
    try {
      JsonNode node = JACKSON.readTree(text);
      return node.isMissingNode() ? null : node;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  @Test
  void nothingIsReadThatStandsBeforeOrAfterTheText() {
    JsonScanner scanner = Scan.scanner(JsonLimits.DEFAULT);
    assertEquals("EXPECTED_VALUE@0", Scan.of(scanner, "a\"".getBytes(UTF_8)).verdict());
    assertEquals("UNEXPECTED_END@1", Scan.of(scanner, "\"".getBytes(UTF_8)).verdict());
  }

  @Test
  void aTextThatFollowedOneNameIsNotTakenAfterAnother() {
    JsonScanner scanner = Scan.scanner(JsonLimits.DEFAULT);
    String[] texts = {
      "{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":2,\"c\":{\"a\":1}}", "{\"b\":{\"a\":1,\"b\":3},\"a\":1}",
    };
    for (int i = 0; i < 100; i++) {
      String text = texts[i % texts.length];
      assertEquals(Scan.of(text).tree(), Scan.of(scanner, text.getBytes(UTF_8)).tree());
      assertEquals("EXPECTED_NAME@1", Scan.of(scanner, "{,\"b\":2}".getBytes(UTF_8)).verdict());
      assertEquals(
          "EXPECTED_COMMA_OR_BRACE@6",
          Scan.of(scanner, "{\"a\":1\"b\":2}".getBytes(UTF_8)).verdict());
    }
  }

  @Test
  void blanksMayFollowATextThatHadNone() {
    JsonScanner scanner = Scan.scanner(JsonLimits.DEFAULT);
    for (String text : new String[] {"{\"a\":1,\"b\":2}", "{\"a\": 1,\"b\":\n \t2}"}) {
      assertEquals(Scan.of(text).tree(), Scan.of(scanner, text.getBytes(UTF_8)).tree());
    }
  }

  @Test
  void manyDistinctNamesOverflowTheTablesAndStayRight() throws IOException {
    JsonScanner scanner = Scan.scanner(JsonLimits.DEFAULT);
    for (int round = 0; round < 40; round++) {
      StringBuilder text = new StringBuilder("[");
      for (int i = 0; i < 300; i++) {
        int name = round * 97 + i;
        text.append(i == 0 ? "" : ",")
            .append("{\"k")
            .append(name)
            .append("\":{\"m")
            .append(name)
            .append("\" : 1,\"x\":2 , \"y")
            .append(name)
            .append("\":[]} ,\"last\":null}");
      }
      byte[] bytes = text.append("]").toString().getBytes(UTF_8);
      assertEquals(JACKSON.readTree(bytes), Scan.of(scanner, bytes).toJackson());
    }
  }

  @Test
  void limitsAreExact() {
    JsonLimits limits = new JsonLimits(40, 3, 9, 4, 5);
    JsonScanner scanner = Scan.scanner(limits);
    String[][] cases = {
      {"[[[1]]]", "ok"},
      {"[[[[1]]]]", "TOO_DEEP@3"},
      {"{\"abcd\":1}", "ok"},
      {"{\"abcde\":1}", "NAME_TOO_LONG@6"},
      {"{\"abcde\\q\":1}", "NAME_TOO_LONG@6"},
      {"{\"abcd", "UNEXPECTED_END@6"},
      {"12345", "ok"},
      {"123456", "NUMBER_TOO_LONG@5"},
      {"-1.2e1", "NUMBER_TOO_LONG@5"},
      {"12345e", "NUMBER_TOO_LONG@5"},
      {"1234.", "UNEXPECTED_END@5"},
      {"[1,2,3,4,5,6,7,8]", "ok"},
      {"[1,2,3,4,5,6,7,8,9]", "TOO_MANY_NODES@17"},
      {"[1,2,3,4,5,6,7,8,]", "TOO_MANY_NODES@17"},
      {"[1,2,3,4,5,6,7,8,", "UNEXPECTED_END@17"},
      {"{\"a\":1,\"b\":1,\"c\":1,\"d\":1}", "ok"},
      {"{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1}", "TOO_MANY_NODES@25"},
      {"[\"0123456789012345678901234567890123456\"", "UNEXPECTED_END@40"},
      {"\"01234567890123456789012345678901234567\"", "ok"},
      {"\"01234567890123456789012345678901234567\" ", "TEXT_TOO_LONG@40"},
      {"[\"0123456789012345678901234567890123456\"]", "TEXT_TOO_LONG@40"},
      {"[}0123456789012345678901234567890123456\"]", "EXPECTED_VALUE@1"},
    };
    for (int round = 0; round < 3; round++) {
      for (String[] row : cases) {
        Scan scan = Scan.of(scanner, row[0].getBytes(UTF_8));
        assertEquals(row[1], scan.accepted() ? "ok" : scan.verdict(), row[0]);
      }
    }
  }

  @Test
  void aBlockOfNodesThatIsTooSmallIsNotALimit() {
    byte[] text = "[1,2,3]".getBytes(UTF_8);
    assertTrue(new Scan(Scan.scanner(JsonLimits.DEFAULT), text, 4).accepted());
    assertEquals("NO_ROOM@5", new Scan(Scan.scanner(JsonLimits.DEFAULT), text, 3).verdict());
    assertEquals("NO_ROOM@0", new Scan(Scan.scanner(JsonLimits.DEFAULT), text, 0).verdict());
  }

  @Test
  void aMillionLevelsAreReadWithoutRecursion() {
    int depth = 1_000_000;
    JsonScanner scanner = Scan.scanner(JsonLimits.WIDEST.withMaxDepth(depth));
    byte[] arrays = ("[".repeat(depth) + "]".repeat(depth)).getBytes(UTF_8);
    assertEquals(depth, Scan.of(scanner, arrays).count);
    byte[] objects = ("{\"a\":".repeat(depth) + "1" + "}".repeat(depth)).getBytes(UTF_8);
    assertEquals(2 * depth + 1, Scan.of(scanner, objects).count);
    byte[] deeper = ("[".repeat(depth + 1) + "]".repeat(depth + 1)).getBytes(UTF_8);
    assertEquals("TOO_DEEP@" + depth, Scan.of(scanner, deeper).verdict());
  }

  @Test
  void duplicateNamesAreKeptDroppedOrRefused() {
    String text =
        "{\"a\":1,\"b\":{\"c\":1,\"c\":[2,{\"d\":1,\"\\u0064\":2}]},\"a\":{\"x\":[]},\"\\u0061\":3}";
    byte[] bytes = text.getBytes(UTF_8);
    JsonScanner scanner = Scan.scanner(JsonLimits.DEFAULT);
    assertEquals(Scan.of(text).tree(), Scan.of(scanner, bytes).tree());

    scanner.duplicates(DuplicateNames.REJECT);
    assertEquals("DUPLICATE_NAME@32", Scan.of(scanner, bytes).verdict());
    assertTrue(Scan.of(scanner, "[{\"a\":1},{\"a\":1}]".getBytes(UTF_8)).accepted());

    scanner.duplicates(DuplicateNames.LAST_WINS);
    Scan last = Scan.of(scanner, bytes);
    assertEquals("{\"b\":{\"c\":[2,{\"d\":2}]},\"a\":3}", last.toJackson().toString());
    assertEquals(11, last.count);
  }

  @Test
  void duplicatesAreFoundInLinearTimeAndByValue() throws IOException {
    int members = 200_000;
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < members; i++) {
      text.append("\"n").append(i % (members - 1)).append("\":").append(i).append(',');
    }
    text.setCharAt(text.length() - 1, '}');
    byte[] bytes = text.toString().getBytes(UTF_8);
    JsonScanner scanner = Scan.scanner(JsonLimits.DEFAULT);
    scanner.duplicates(DuplicateNames.LAST_WINS);
    JsonNode ours = Scan.of(scanner, bytes).toJackson();
    assertEquals(members - 1, ours.size());
    assertEquals(JACKSON.readTree(bytes), ours);
  }

  @Test
  void aSecondScanAllocatesNothing() {
    JsonScanner scanner = Scan.scanner(JsonLimits.DEFAULT);
    long[] tape = new long[400_000];
    for (String name : Conformance.DOCUMENTS) {
      byte[] text = Conformance.document(name);
      byte[] padded = Arrays.copyOf(text, text.length + JsonScanner.SPARE_BYTES);
      assertEquals(
          0,
          Allocation.of(
              () -> assertTrue(scanner.scan(padded, 0, text.length, tape, 0, tape.length) > 0)),
          name);
    }
  }
}
