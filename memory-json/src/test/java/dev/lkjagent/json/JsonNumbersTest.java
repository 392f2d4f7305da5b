package dev.lkjagent.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonNumbersTest {
  private final JsonNumbers numbers = new JsonNumbers();

  /** Reads a number at the end of an array and between digits that are not its own. */
  private double read(String text) {
    byte[] alone = text.getBytes(US_ASCII);
    byte[] between = ("1" + text + "987654321").getBytes(US_ASCII);
    double value = numbers.toDouble(between, 1, text.length());
    assertEquals(
        Double.doubleToRawLongBits(numbers.toDouble(alone, 0, alone.length)),
        Double.doubleToRawLongBits(value),
        text);
    return value;
  }

  private void sameAsJdk(String text) {
    assertEquals(
        Double.doubleToRawLongBits(Double.parseDouble(text)),
        Double.doubleToRawLongBits(read(text)),
        text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exhaustive-float16",
        "freetype-2-7",
        "google-wuffs",
        "lemire-fast-float",
        "more-test-cases",
        "tencent-rapidjson"
      })
  void everyLineOfTheDataHasItsBits(String file) {
    int lines = 0;
    for (String line : Conformance.lines("json/parse-number-fxx/data/" + file + ".txt")) {
      String[] columns = line.split(" ");
      assertEquals(
          Long.parseUnsignedLong(columns[2], 16),
          Double.doubleToRawLongBits(read(columns[3])),
          columns[3]);
      lines++;
    }
    assertThat(lines).isGreaterThan(50);
  }

  @Test
  void middlesBetweenDoublesAndTheirNeighboursRoundAsTheJdkDoes() {
    long seed = 4;
    Random random = new Random(seed);
    for (int i = 0; i < 3_000; i++) {
      double low = Double.longBitsToDouble(random.nextLong() & Long.MAX_VALUE);
      if (i % 3 == 0) {
        low = Double.longBitsToDouble(random.nextLong() >>> 12 + random.nextInt(50));
      }
      if (!Double.isFinite(low) || !Double.isFinite(Math.nextUp(low))) {
        continue;
      }
      BigDecimal middle =
          new BigDecimal(low).add(new BigDecimal(Math.nextUp(low))).divide(BigDecimal.valueOf(2));
      sameAsJdk(middle.toString());
      sameAsJdk(middle + (middle.scale() > 0 && !middle.toString().contains("E") ? "1" : ""));
      String digits = middle.unscaledValue().toString();
      sameAsJdk(digits + "1e" + -(middle.scale() + 1));
      sameAsJdk(digits + "0".repeat(900) + "1e" + -(middle.scale() + 901));
      sameAsJdk(middle.unscaledValue().subtract(java.math.BigInteger.ONE) + "e" + -middle.scale());
      sameAsJdk(digits.substring(0, Math.min(17, digits.length())) + "e" + random.nextInt(300));
    }
  }

  @Test
  void randomNumbersReadAsTheJdkReadsThem() {
    Random random = new Random(5);
    for (int i = 0; i < 100_000; i++) {
      sameAsJdk(Double.toString(Double.longBitsToDouble(random.nextLong() & ~(0x3FFL << 53))));
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
      text.append(random.nextInt(10));
      if (random.nextBoolean()) {
        text.append('.');
        for (int digits = 1 + random.nextInt(30); digits > 0; digits--) {
          text.append(random.nextInt(10));
        }
      }
      if (random.nextBoolean()) {
        text.append(random.nextBoolean() ? 'e' : 'E').append(random.nextInt(700) - 350);
      }
      sameAsJdk(text.toString());
    }
  }

  @Test
  void digitsOnBothSidesOfThePointMayBeOfAnyNumber() {
    Random random = new Random(6);
    for (int whole = 0; whole < 25; whole++) {
      for (int fraction = whole == 0 ? 1 : 0; fraction < 35; fraction++) {
        for (int i = 0; i < 20; i++) {
          StringBuilder text = new StringBuilder(i % 2 == 0 ? "-" : "");
          for (int digits = whole; digits > 0; digits--) {
            text.append(i % 4 == 0 ? 0 : random.nextInt(10));
          }
          text.append('.');
          for (int digits = fraction; digits > 0; digits--) {
            text.append(i % 4 == 1 && digits > 3 ? 0 : random.nextInt(10));
          }
          text.append(i % 5 == 0 ? "e" + (random.nextInt(640) - 320) : "");
          sameAsJdk(text.toString());
        }
      }
    }
  }

  @Test
  void exponentsBeyondAllMeasureAreZeroOrInfinite() {
    for (String text :
        new String[] {
          "1e400",
          "-1e400",
          "1e-400",
          "0e999999999999",
          "1e999999999999999999",
          "1e-99999999999",
          "0." + "0".repeat(5_000) + "1e5001",
          "1" + "0".repeat(5_000) + "e-5000",
          "123456789e-345",
          "4.9e-324",
          "2.4703282292062327208e-324",
          "2.4703282292062327209e-324",
          "1.7976931348623159e308",
          "1.7976931348623158e308",
          "0.0",
          "-0",
          "-0.0e5",
          "9007199254740993",
          "9007199254740992.9999",
          "18446744073709551615",
          "18446744073709551616",
          "9999999999999999999"
        }) {
      sameAsJdk(text);
    }
  }

  @Test
  void integersThatFitALongAreLongs() {
    for (String text :
        new String[] {"0", "-0", "7", "-7", "9223372036854775807", "-9223372036854775808"}) {
      assertEquals(
          Long.parseLong(text), JsonNumbers.toLong(text.getBytes(US_ASCII), 0, text.length()));
    }
    for (String text :
        new String[] {
          "",
          "-",
          "1.0",
          "1e3",
          "9223372036854775808",
          "-9223372036854775809",
          "12345678901234567890",
          "9999999999999999999",
          "1a"
        }) {
      byte[] bytes = text.getBytes(US_ASCII);
      assertThat(JsonNumbers.isLong(bytes, 0, bytes.length)).as(text).isFalse();
      assertThrows(ArithmeticException.class, () -> JsonNumbers.toLong(bytes, 0, bytes.length));
    }
  }

  @Test
  void evenTheHardestNumberAllocatesNothing() {
    byte[][] texts = {
      "9007199254740993".getBytes(US_ASCII),
      "2.4703282292062327208e-324".getBytes(US_ASCII),
      ("1." + "3".repeat(900) + "e-300").getBytes(US_ASCII),
      "-65.613616999999977".getBytes(US_ASCII),
    };
    long allocated =
        Allocation.of(
            () -> {
              for (byte[] text : texts) {
                numbers.toDouble(text, 0, text.length);
              }
            });
    assertEquals(0, allocated);
  }
}
