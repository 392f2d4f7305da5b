package dev.lkjagent.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** From what was measured to what is said. */
class FiguresTest {
  private static final Figure FIGURE = new Figure("xml.read.vs.P", "ours", "P", "peer", 2.5, true);

  private static Measured took(double nanos, double bytes) {
    return Measured.of(
        List.of(new double[] {nanos, nanos, nanos}),
        new double[] {nanos * 2},
        new double[] {bytes});
  }

  private static List<String> lines(Map<String, Measured> measured) {
    return Figures.rows(List.of(FIGURE), measured).stream().map(Row::line).toList();
  }

  @Test
  void figureThatPaysWhatIsOwedIsOk() {
    assertThat(lines(Map.of("ours", took(100, 0), "peer", took(250, 400))))
        .containsExactly(
            "xml.read.vs.P\t100.0 ns\tP\t250.0 ns\t2.50\t>=2.50\tok",
            "xml.read.allocated\t0 B\tP\t400 B\t-\t<=0 B\tok");
  }

  @Test
  void figureBelowWhatIsOwedIsShortAndSoIsAllocation() {
    assertThat(lines(Map.of("ours", took(100, 16), "peer", took(249, 400))))
        .containsExactly(
            "xml.read.vs.P\t100.0 ns\tP\t249.0 ns\t2.49\t>=2.50\tshort",
            "xml.read.allocated\t16 B\tP\t400 B\t-\t<=0 B\tshort");
  }

  @Test
  void peerThatIsNotThereIsAbsent() {
    assertThat(lines(Map.of("ours", took(100, 0))))
        .containsExactly(
            "xml.read.vs.P\t100.0 ns\tP\t-\t-\t>=2.50\tabsent",
            "xml.read.allocated\t0 B\tP\t-\t-\t<=0 B\tok");
  }

  @Test
  void ratioIsTakenFromTheFifthPercentileOfEachStretchAndItsSpreadFromAll() {
    double[] quiet = IntStream.range(0, 100).mapToDouble(i -> i < 10 ? 100 : 900).toArray();
    double[] noisy = IntStream.range(0, 100).mapToDouble(i -> i % 50 < 10 ? 300 : 9_000).toArray();
    quiet[60] = quiet[61] = quiet[62] = 150;
    Measured ours = Measured.of(List.of(quiet), new double[] {1}, new double[] {0});
    Measured peer = Measured.of(List.of(noisy), new double[] {1}, new double[] {0});
    assertThat(ours.ratios(peer)).containsExactly(3, 2);
    Row row = Figures.rows(List.of(FIGURE), Map.of("ours", ours, "peer", peer)).get(0);
    assertThat(row.ratioText()).isEqualTo("2.50");
    assertThat(row.noise()).isEqualTo("2.00–3.00");
  }

  @Test
  void reportNamesWhatIsShortAndWhereAPeerIsAhead() {
    List<Row> rows =
        Figures.rows(List.of(FIGURE), Map.of("ours", took(100, 0), "peer", took(50, 0)));
    String page = new Report(Effort.QUICK, rows, Map.of(), Map.of()).page(System.nanoTime());
    String line = "- xml.read.vs.P: 0.50, owed >=2.50\n";
    assertThat(page)
        .contains("falls short of what is owed\n\n" + line, "a peer is ahead\n\n" + line)
        .contains("quick: one fork");
  }
}
