package dev.lkjagent.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lkjagent.cli.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
  @TempDir Path folder;

  private String file(String name, String text) throws IOException {
    Path path = folder.resolve(name);
    Files.writeString(path, text);
    return path.toString();
  }

  @Test
  void everyFileGetsALineWithItsVerdict() throws IOException {
    String good = file("a.json", "{\"a\": [1, 2]}");
    String bad = file("b.json", "{\n \"\u00e9\": 1,\n \"b\": tru }");
    String xml = file("c.xml", "<a><b/></a>");
    Session session = Session.run("check", good, bad, xml);
    assertThat(session.status()).isEqualTo(1);
    String[] lines = session.out().split("\\R");
    assertThat(lines[0]).isEqualTo(good + "\tACCEPT");
    assertThat(lines[1]).startsWith(bad + "\tREJECT\t").contains("\t3:");
    assertThat(lines[1].split("\t")).hasSize(5);
    assertThat(lines[2]).isEqualTo(xml + "\tACCEPT");
  }

  @Test
  void allAcceptedEndsWithZero() throws IOException {
    assertThat(Session.run("check", file("a.json", "[]")).status()).isZero();
  }

  @Test
  void theFormCanBeForced() throws IOException {
    String text = file("a.txt", "Sure: <agent><next_state>x</next_state></agent>");
    assertThat(Session.run("check", "--reply", text).out())
        .endsWith("\tACCEPT" + System.lineSeparator());
    assertThat(Session.run("check", "--xml", text).out())
        .contains("\tREJECT\txml.text-outside-root\t");
    assertThat(Session.run("check", "--json", text).out())
        .contains("\tREJECT\tjson.expected-value\t1:1\t");
    String prose = file("b.txt", "no block");
    assertThat(Session.run("check", "--reply", prose).out())
        .contains("\tREJECT\tlenient.no-block\t1:1\t");
  }

  @Test
  void aFileThatIsNotThereIsAnErrorAndNotARejection() throws IOException {
    Session session =
        Session.run("check", folder.resolve("none.json").toString(), file("a.json", "1"));
    assertThat(session.status()).isEqualTo(1);
    assertThat(session.out()).contains("none.json\tERROR\t").contains("a.json\tACCEPT");
  }

  @Test
  void aManifestNamesItsFilesByTheirId() throws IOException {
    Files.createDirectory(folder.resolve("sub"));
    file("sub/x.json", "1");
    file("y.json", "1 2");
    String table = file("M.tsv", "path\tid\nsub/x.json\tone\ny.json\ttwo\n");
    Session session = Session.run("check", "--manifest", table);
    assertThat(session.out().split("\\R")[0]).isEqualTo("one\tACCEPT");
    assertThat(session.out().split("\\R")[1]).startsWith("two\tREJECT\t");
    assertThat(session.status()).isEqualTo(1);
    assertThat(Session.run("check", "--manifest", file("N.tsv", "a\tb\n")).status()).isEqualTo(3);
  }

  @Test
  void withoutFilesTheCommandLineIsWrong() {
    assertThat(Session.run("check").status()).isEqualTo(2);
  }

  @Test
  void aReaderThatNeverEndsIsAHangAndTheNextFileIsRead() {
    CountDownLatch never = new CountDownLatch(1);
    try (Examiner examiner = new Examiner(50)) {
      Verdict verdict =
          examiner.examine(
              () -> {
                never.await();
                return Verdict.ACCEPTED;
              });
      assertThat(verdict.kind()).isEqualTo(Verdict.Kind.HANG);
      assertThat(examiner.examine(() -> Verdict.ACCEPTED).kind()).isEqualTo(Verdict.Kind.ACCEPT);
    }
  }

  @Test
  void aDefectIsACrashAndALackOfMemoryAnError() {
    try (Examiner examiner = new Examiner(5000)) {
      assertThat(
              examiner
                  .examine(
                      () -> {
                        throw new IllegalStateException("x");
                      })
                  .line())
          .isEqualTo("CRASH\tjava.lang.IllegalStateException: x");
      assertThat(
              examiner
                  .examine(
                      () -> {
                        throw new OutOfMemoryError();
                      })
                  .kind())
          .isEqualTo(Verdict.Kind.ERROR);
    }
  }

  @Test
  void theConformanceTableIsJudgedAsItSays() throws IOException {
    Path table = conformance().resolve("json/MANIFEST.tsv");
    assumeTrue(Files.exists(table), "no conformance data at " + table);
    Map<String, String> wanted = new HashMap<>();
    for (String line : Files.readAllLines(table)) {
      String[] columns = line.split("\t", -1);
      wanted.put(columns[0], columns[1].toUpperCase(java.util.Locale.ROOT));
    }
    Session session = Session.run("check", "--json", "--manifest", table.toString());
    int judged = 0;
    for (String line : session.out().split("\\R")) {
      String[] columns = line.split("\t");
      String verdict = wanted.get(columns[0]);
      if (verdict.equals("EITHER")) {
        assertThat(columns[1]).as(line).isIn("ACCEPT", "REJECT");
      } else {
        assertThat(columns[1]).as(line).isEqualTo(verdict);
      }
      judged++;
    }
    assertThat(judged).isEqualTo(wanted.size() - 1);
  }

  static Path conformance() {
    return Path.of(System.getProperty("lkjagent.conformance", "../../shared/conformance"));
  }
}
