package dev.lkjagent.runtime.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JournalTest {
  private final Encoder encoder = new Encoder();
  private final JournalWriter writer = new JournalWriter();
  private final JournalReader reader = new JournalReader();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** One item of every kind, after what the encoder holds already. */
  private void writeEveryKind() {
    byte[] text = bytes("äx日𝒳y");
    byte[] hash = new byte[TraceHash.BYTES];
    Arrays.fill(hash, (byte) 9);
    writer.begin(encoder, 42);
    writer.prompt(70_000, 0x0909_0909_0909_0909L);
    writer.reply(text, 0, text.length);
    writer.reply(text, 2, 3);
    writer.toolCall(1, "id", "search", text, 0, 3);
    writer.usage(100, 200, 1L << 40);
    writer.noUsage();
    writer.finish("stop");
    writer.result(0, true, text, 0, text.length);
    writer.time(Long.MAX_VALUE);
    writer.message(7, 1_700_000_000_000L, "ann", text, 0, text.length);
    writer.decision(41, 2, true, "go 🚀");
    writer.pressure(512, "tier 256 B");
    writer.retry(3, 1_500, "MODEL_TIMEOUT");
    writer.fault("REPLY_MALFORMED", -1, "no block");
    writer.eviction(text, 0, 3, "old");
    writer.other("coin", text, 0, 0);
    writer.end();
  }

  private List<String> read() {
    List<String> items = new ArrayList<>();
    for (Kind kind = reader.next(); kind != null; kind = reader.next()) {
      StringBuilder item = new StringBuilder(kind.name());
      for (int i = 0; i < kind.fields().length(); i++) {
        item.append(' ')
            .append(kind.fields().charAt(i) == 'n' ? reader.number(i) + "" : reader.text(i));
      }
      items.add(item.toString());
    }
    return items;
  }

  @Test
  void everyKindIsReadAsItWasWritten() {
    encoder.put(1);
    writeEveryKind();
    assertThat(reader.open(encoder.array(), 1, encoder.size())).isEqualTo(JournalReader.OK);
    assertThat(reader.cycle()).isEqualTo(42);
    String checksums = "\t".repeat(Long.BYTES);
    List<String> items = read();
    assertThat(items)
        .containsExactly(
            "PROMPT 70000 " + checksums,
            "REPLY äx日𝒳y",
            "REPLY x",
            "TOOL_CALL 1 id search äx",
            "USAGE 100 200 1099511627776",
            "NO_USAGE",
            "FINISH stop",
            "RESULT 0 1 äx日𝒳y",
            "TIME 9223372036854775807",
            "MESSAGE 7 1700000000000 ann äx日𝒳y",
            "DECISION 41 2 1 go 🚀",
            "PRESSURE 512 tier 256 B",
            "RETRY 3 1500 MODEL_TIMEOUT",
            "FAULT 0 REPLY_MALFORMED no block",
            "EVICTION äx old",
            "OTHER coin ");
    assertThat(items.stream().map(i -> i.split(" ")[0]).distinct()).hasSize(Kind.values().length);
    assertThat(reader.next()).isNull();
  }

  @Test
  void anyChangedByteIsNoticed() {
    writeEveryKind();
    byte[] record = Arrays.copyOf(encoder.array(), encoder.size());
    for (int i = 0; i < record.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        record[i] ^= (byte) (1 << bit);
        assertThat(reader.open(record, 0, record.length)).as("byte %d bit %d", i, bit).isNegative();
        assertThat(reader.next()).isNull();
        record[i] ^= (byte) (1 << bit);
      }
    }
    assertThat(reader.open(record, 0, record.length)).isEqualTo(JournalReader.OK);
  }

  @Test
  void recordCutAnywhereIsNoticed() {
    writeEveryKind();
    byte[] record = Arrays.copyOf(encoder.array(), encoder.size());
    for (int length = 0; length < record.length; length++) {
      assertThat(reader.open(record, 0, length)).as("length %d", length).isNegative();
    }
  }

  @Test
  void newerFormatIsToldFromDamage() {
    writeEveryKind();
    byte[] record = Arrays.copyOf(encoder.array(), encoder.size());
    record[2] = 2;
    assertThat(reader.open(record, 0, record.length)).isEqualTo(JournalReader.NEWER);
    record[0] = 'X';
    assertThat(reader.open(record, 0, record.length)).isEqualTo(JournalReader.NO_RECORD);
    assertThat(reader.open(new byte[0], 0, 0)).isEqualTo(JournalReader.NO_RECORD);
  }

  @Test
  void structureIsCheckedEvenUnderARightSum() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] noise = new byte[random.nextInt(24)];
      random.nextBytes(noise);
      encoder.clear();
      writer.begin(encoder, random.nextInt(3));
      encoder.putBytes(noise, 0, noise.length);
      writer.end();
      byte[] record = Arrays.copyOf(encoder.array(), encoder.size());
      if (reader.open(record, 0, record.length) == JournalReader.OK) {
        for (Kind kind = reader.next(); kind != null; kind = reader.next()) {
          for (int i = 0; i < kind.fields().length(); i++) {
            assertThat(reader.to(i))
                .as("seed %d", seed)
                .isBetween(reader.from(i), record.length - 5);
          }
        }
      }
    }
  }

  @Test
  void encoderGivesBackWhatWasPut() {
    encoder.putVar(0);
    encoder.putVar(127);
    encoder.putVar(128);
    encoder.putVar(-1);
    assertThat(encoder.size()).isEqualTo(1 + 1 + 2 + 10);
    encoder.truncate(2);
    encoder.putInt(0x01020304);
    encoder.putLong(0x05);
    assertThat(Arrays.copyOf(encoder.array(), encoder.size()))
        .containsExactly(0, 127, 4, 3, 2, 1, 5, 0, 0, 0, 0, 0, 0, 0);
    for (String text : List.of("", "a", "é", "日本", "𝒳", "a\ud800b", "\udc00", "x".repeat(200))) {
      encoder.clear();
      encoder.putText(text);
      byte[] utf8 = bytes(text);
      int prefix = utf8.length < 128 ? 1 : 2;
      assertThat(Arrays.copyOfRange(encoder.array(), prefix, encoder.size()))
          .as(text)
          .isEqualTo(utf8);
    }
    assertThatThrownBy(() -> encoder.truncate(10_000))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> encoder.putBytes(new byte[3], 2, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static String hash(
      long cycle, String state, String prompt, List<String> reply, List<String> outcomes) {
    TraceHash trace = new TraceHash();
    feed(trace, cycle, state, prompt, reply, outcomes);
    return trace.hex();
  }

  private static void feed(
      TraceHash trace,
      long cycle,
      String state,
      String prompt,
      List<String> reply,
      List<String> outcomes) {
    trace.begin(cycle);
    trace.state(bytes(state), 0, bytes(state).length);
    trace.prompt(bytes(prompt), 0, bytes(prompt).length);
    for (String piece : reply) {
      trace.reply(bytes(piece), 0, bytes(piece).length);
    }
    for (int i = 0; i < outcomes.size(); i++) {
      trace.outcome(i, bytes(outcomes.get(i)), 0, bytes(outcomes.get(i)).length);
    }
    trace.delta(bytes("delta"), 0, 5);
    trace.end();
  }

  @Test
  void traceHashDependsOnEveryFieldAndNotOnHowItWasCut() {
    String one = hash(1, "thinking", "hello world", List.of("reply"), List.of("a", "b"));
    assertThat(one)
        .hasSize(64)
        .isEqualTo(
            hash(1, "thinking", "hello world", List.of("re", "pl", "", "y"), List.of("a", "b")));
    List<String> others =
        List.of(
            hash(2, "thinking", "hello world", List.of("reply"), List.of("a", "b")),
            hash(1, "thinkin", "ghello world", List.of("reply"), List.of("a", "b")),
            hash(1, "thinking", "hello worldr", List.of("eply"), List.of("a", "b")),
            hash(1, "thinking", "hello world", List.of("reply"), List.of("ab", "")),
            hash(1, "thinking", "hello world", List.of("reply"), List.of("ab")),
            hash(1, "thinking", "hello world", List.of("replya"), List.of("b")),
            hash(1, "thinking", "hello world", List.of("reply"), List.of("b", "a")));
    assertThat(others).doesNotContain(one).doesNotHaveDuplicates();
  }

  @Test
  void traceHashDependsOnDeltasAndOnWhatElseCameFromOutside() {
    java.util.Set<String> seen = new java.util.HashSet<>();
    for (String input : List.of("", "a", "ab")) {
      for (String delta : List.of("", "a", "b", "a delta that is longer than one block of bytes")) {
        TraceHash trace = new TraceHash();
        trace.begin(1);
        trace.input(bytes(input), 0, bytes(input).length);
        trace.delta(bytes(delta), 0, bytes(delta).length);
        trace.end();
        assertThat(seen.add(trace.hex())).as(input + ", " + delta).isTrue();
      }
    }
    TraceHash cut = new TraceHash();
    cut.begin(1);
    cut.input(bytes("a"), 0, 1);
    cut.input(bytes("b"), 0, 1);
    cut.delta(bytes(""), 0, 0);
    cut.end();
    assertThat(seen).doesNotContain(cut.hex());
  }

  @Test
  void traceHashIsChainedAndCanBeResumed() {
    TraceHash whole = new TraceHash();
    feed(whole, 1, "s", "p", List.of("r"), List.of());
    byte[] afterFirst = new byte[TraceHash.BYTES + 3];
    whole.copyTo(afterFirst, 3);
    feed(whole, 2, "s", "p", List.of("r"), List.of());
    TraceHash resumed = new TraceHash();
    resumed.begin(9);
    resumed.resume(afterFirst, 3);
    feed(resumed, 2, "s", "p", List.of("r"), List.of());
    assertThat(resumed.hex()).isEqualTo(whole.hex());
    resumed.reset();
    feed(resumed, 2, "s", "p", List.of("r"), List.of());
    assertThat(resumed.hex()).isNotEqualTo(whole.hex());
  }

  @Test
  void encodingAndHashingAllocateNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long me = Thread.currentThread().getId();
    TraceHash trace = new TraceHash();
    byte[] text = bytes("some text ".repeat(500));
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 30; round++) {
      long before = threads.getThreadAllocatedBytes(me);
      for (int i = 0; i < 200; i++) {
        encoder.clear();
        writer.begin(encoder, i);
        writer.reply(text, 0, text.length);
        writer.usage(1, 2, 3);
        writer.message(1, 2, "sender", text, 0, 100);
        writer.result(0, false, text, 0, 100);
        writer.end();
        reader.open(encoder.array(), 0, encoder.size());
        trace.begin(i);
        trace.prompt(text, 0, text.length);
        trace.outcome(0, text, 0, 10);
        trace.delta(text, 0, 100);
        trace.end();
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(me) - before);
    }
    assertThat(least).isZero();
  }
}
