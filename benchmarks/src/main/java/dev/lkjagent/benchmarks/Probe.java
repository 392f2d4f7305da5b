package dev.lkjagent.benchmarks;

import java.io.IOException;
import java.util.List;

/** Measures what is not the time of an operation. */
interface Probe {
  /** All probes, in the order of the report. */
  List<Probe> ALL =
      List.of(new StartProbe(), new ResidentProbe(), new CommitProbe(), new BytesProbe());

  /** The names of the figures that it makes. */
  List<String> metrics();

  /**
   * Measures.
   *
   * @param effort how thoroughly
   * @return a row for each figure
   * @throws IOException if something could not be measured
   */
  List<Row> rows(Effort effort) throws IOException;
}
