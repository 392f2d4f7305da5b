package dev.lkjagent.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.OwnedTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Java machine that never collects garbage reads and writes far more than its heap holds. */
class HeapFreeRunTest {
  private static final int HEAP_MIB = 256;
  private static final long BYTES_TO_READ = 4L * HEAP_MIB << 20;

  @Test
  void readingAndWritingNeedNoHeap(@TempDir Path folder) throws Exception {
    Path document =
        Files.write(folder.resolve("document.json"), Conformance.document("memory.json"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UnlockExperimentalVMOptions",
            "-XX:+UseEpsilonGC",
            "-Xms" + HEAP_MIB + "m",
            "-Xmx" + HEAP_MIB + "m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            HeapFreeRunTest.class.getName(),
            document.toString()));
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    process.destroyForcibly();
    String said = Files.readString(output, UTF_8);
    assertThat(ended).as(said).isTrue();
    assertEquals(0, process.exitValue(), said);
    assertThat(said).contains("read " + BYTES_TO_READ);
  }

  /** Runs in the machine without garbage collection. */
  public static void main(String[] arguments) throws IOException {
    byte[] text = Files.readAllBytes(Path.of(arguments[0]));
    byte[] written = new byte[text.length];
    MemoryPool pool = MemoryPool.open(Pools.NARROW);
    JsonReader reader = new JsonReader();
    JsonWriter writer = new JsonWriter();
    JsonStream stream = new JsonStream();
    Document document = new Document(pool.root());
    OwnedTree tree = new OwnedTree(pool.root());
    long read = 0;
    while (read < BYTES_TO_READ) {
      check(reader.parse(text, document) == Status.OK);
      check(writer.write(document, document.root(), written, 0) > 0);
      check(reader.parse(text, tree) == Status.OK);
      check(writer.write(tree, tree.root(), written, 0) > 0);
      check(stream.begin(document) == Status.OK);
      check(stream.feed(text, 0, text.length) == Status.OK);
      check(stream.finish() == Status.OK);
      read += 3L * text.length;
    }
    System.out.println("read " + BYTES_TO_READ);
  }

  private static void check(boolean holds) {
    if (!holds) {
      throw new AssertionError("a parse or a write has failed");
    }
  }
}
