package dev.lkjagent.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.fault.FaultCode;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FlightRecorderMetricsTest {
  @TempDir Path dir;

  @Test
  void everyCountIsAnEvent() throws Exception {
    Path file = dir.resolve("metrics.jfr");
    FlightRecorderMetrics metrics = new FlightRecorderMetrics();
    metrics.paged(1);
    try (Recording recording = new Recording()) {
      recording.enable(FlightRecorderMetrics.CycleEvent.class);
      recording.enable(FlightRecorderMetrics.FaultEvent.class);
      recording.enable(FlightRecorderMetrics.PagedEvent.class);
      recording.start();
      metrics.cycle("ada", 7, 4600, 300);
      metrics.fault(FaultCode.MODEL_TIMEOUT);
      metrics.paged(420);
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertThat(events)
        .extracting(event -> event.getEventType().getName())
        .containsExactlyInAnyOrder(
            "dev.lkjagent.Cycle", "dev.lkjagent.Fault", "dev.lkjagent.PagedOut");
    for (RecordedEvent event : events) {
      switch (event.getEventType().getName()) {
        case "dev.lkjagent.Cycle" -> {
          assertThat(event.getString("agent")).isEqualTo("ada");
          assertThat(event.getLong("cycle")).isEqualTo(7);
          assertThat(event.getInt("promptBytes")).isEqualTo(4600);
          assertThat(event.getInt("replyBytes")).isEqualTo(300);
        }
        case "dev.lkjagent.Fault" -> assertThat(event.getString("code")).isEqualTo("MODEL_TIMEOUT");
        default -> assertThat(event.getInt("bytes")).isEqualTo(420);
      }
    }
  }
}
