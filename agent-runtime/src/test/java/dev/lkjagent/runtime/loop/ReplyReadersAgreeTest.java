package dev.lkjagent.runtime.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.tree.Document;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The reader of exact replies against the lenient one: the same reply, the same end, always. */
final class ReplyReadersAgreeTest {
  private static final int REPLIES = 20_000;
  private static final String[] TEXTS = {
    "",
    " ",
    "executing",
    "x &lt; y &amp;&amp; z &gt; 0",
    "&quot;it&apos;s&quot;",
    "two\nlines\n",
    "\n  indented\n  ",
    "Café, naïve, 日本語, 🙂",
    "a > b",
    "one ` two `` three",
    "a]] b",
    "~/home",
  };
  private static final String[] ODD = {
    "<",
    ">",
    "&",
    "/",
    "&#65;",
    "&lt",
    "]]>",
    "```",
    "~~~",
    "\r",
    "\u0000",
    "\u007f",
    "\u0085",
    "\uFFFD",
    "<!-- c -->",
    "<![CDATA[x]]>",
    "<think>t</think>",
    "</agent>",
    "<agent>",
    "<value>",
    "</value>",
    " a=\"b\"",
    "{",
    "\"",
    "<b/>",
    "</action>",
    "<type>",
    "\uFEFF",
    "\u00a0",
    "\uFFFE",
  };

  private final MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
  private final Document scratch = new Document(pool.root());
  private final ContractReplyReader fast = new ContractReplyReader();
  private final LenientReplyReader lenient = new LenientReplyReader();
  private int exact;

  @BeforeEach
  void begin() {
    exact = 0;
  }

  @AfterEach
  void close() {
    scratch.close();
    pool.close();
  }

  /** What a reader makes of a reply that arrives in pieces: where it ends, and what it says. */
  private String seen(ReplyReader reader, byte[] reply, int[] cuts) {
    reader.begin();
    int end = -1;
    for (int cut : cuts) {
      end = reader.watch(reply, cut);
      if (end >= 0) {
        break;
      }
    }
    int length = end >= 0 ? end : reply.length;
    Reply into = new Reply();
    reader.read(reply, length, scratch, into);
    StringBuilder out = new StringBuilder();
    out.append("end ").append(end).append(into.repairs()).append(", ");
    if (into.fault() != null) {
      return out.append(into.fault()).append(" at ").append(into.faultOffset()).toString()
          + into.problem();
    }
    for (Reply.Field field : Reply.Field.values()) {
      out.append(field).append('=');
      if (into.has(field)) {
        out.append(text(into, into.from(field), into.to(field)));
      }
      out.append(';');
    }
    for (int i = 0; i < into.actionCount(); i++) {
      for (Reply.Part part : Reply.Part.values()) {
        out.append(i).append(part).append(into.has(i, part)).append('=');
        out.append(text(into, into.from(i, part), into.to(i, part))).append(';');
      }
    }
    return out.toString();
  }

  private static String text(Reply reply, int from, int to) {
    return new String(reply.text(), from, to - from, StandardCharsets.UTF_8);
  }

  private void check(byte[] reply, Random random, String what) {
    int[] whole = {reply.length};
    int[] cuts = new int[random.nextInt(8) + 1];
    for (int i = 0; i < cuts.length - 1; i++) {
      cuts[i] = random.nextInt(reply.length + 1);
    }
    cuts[cuts.length - 1] = reply.length;
    Arrays.sort(cuts);
    String expected = seen(lenient, reply, whole);
    String shown = what + ": " + new String(reply, StandardCharsets.UTF_8);
    assertThat(seen(fast, reply, whole)).as(shown).isEqualTo(expected);
    exact += fast.isExact() ? 1 : 0;
    assertThat(seen(fast, reply, cuts))
        .as("cut at " + Arrays.toString(cuts) + ", " + shown)
        .isEqualTo(seen(lenient, reply, cuts));
  }

  private static String any(String[] of, Random random) {
    return of[random.nextInt(of.length)];
  }

  private static void element(StringBuilder out, String name, Random random) {
    if (random.nextInt(4) > 0) {
      out.append('<').append(name).append('>').append(any(TEXTS, random));
      out.append(any(TEXTS, random)).append("</").append(name).append('>');
      out.append(any(new String[] {"", "", "\n", "  ", "\t\n"}, random));
    }
  }

  private static void action(StringBuilder out, Random random) {
    out.append("<action>");
    element(out, "type", random);
    element(out, "tags", random);
    element(out, "value", random);
    out.append("</action>");
  }

  private static String block(Random random) {
    StringBuilder out = new StringBuilder(any(new String[] {"", "", "\n", " "}, random));
    out.append("<agent>").append(any(new String[] {"", "\n  "}, random));
    element(out, "next_state", random);
    element(out, "thinking_log", random);
    element(out, "evaluation_log", random);
    boolean list = random.nextInt(4) == 0;
    out.append(list ? "<actions>" : "");
    for (int i = random.nextInt(4); i > 0; i--) {
      action(out, random);
    }
    out.append(list ? "</actions>\n" : "");
    if (random.nextInt(8) == 0) {
      element(out, "reasoning", random);
    }
    return out.append("</agent>")
        .append(any(new String[] {"", "", "\n", " more"}, random))
        .toString();
  }

  @Test
  void bothReadTheSameFromBlocksAndFromDamagedOnes() {
    long seed = 20_261_124;
    Random random = new Random(seed);
    for (int i = 0; i < REPLIES; i++) {
      StringBuilder text = new StringBuilder(block(random));
      for (int damage = random.nextInt(3); damage > 0; damage--) {
        int at = random.nextInt(text.length() + 1);
        if (random.nextBoolean()) {
          text.insert(at, any(ODD, random));
        } else {
          text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(9)));
        }
      }
      byte[] reply = text.toString().getBytes(StandardCharsets.UTF_8);
      if (random.nextInt(16) == 0 && reply.length > 0) {
        reply[random.nextInt(reply.length)] = (byte) random.nextInt(256);
      }
      check(reply, random, "seed " + seed + ", reply " + i);
    }
    assertThat(exact).isGreaterThan(REPLIES / 4).isLessThan(REPLIES);
  }

  @Test
  void bothReadTheSameFromWhatModelsWrite() throws IOException {
    String told = System.getProperty("lkjagent.conformance", "../../shared/conformance");
    Path folder = Path.of(told, "llm-repair");
    assumeThat(folder).as("the conformance data is not there").isDirectory();
    Random random = new Random(7);
    ObjectMapper json = new ObjectMapper();
    int replies = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jsonl")) {
      for (Path file : files) {
        for (String line : Files.readAllLines(file)) {
          JsonNode input = json.readTree(line).path("input");
          if (input.isTextual()) {
            String value = input.textValue();
            String inside = value.replace("&", "&amp;").replace("<", "&lt;");
            for (String reply :
                new String[] {
                  value,
                  "<agent><action><value>" + inside + "</value></action></agent>",
                  "<agent><thinking_log>" + value + "</thinking_log></agent>",
                }) {
              check(reply.getBytes(StandardCharsets.UTF_8), random, file.getFileName().toString());
              replies++;
            }
          }
        }
      }
    }
    assertThat(replies).isGreaterThan(1000);
    assertThat(exact).isGreaterThan(500);
  }
}
