package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;

class FlightEventsTest {
  @Test
  void exhaustionPromotionAndLeaksAreRecorded() throws Exception {
    Path file = Files.createTempFile("pool", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable("dev.lkjagent.memory.Exhausted");
      recording.enable("dev.lkjagent.memory.Promoted");
      recording.enable("dev.lkjagent.memory.Leaked");
      recording.start();
      MemoryPool pool = MemoryPool.open(PoolSpec.parse("16x2, 64x2"));
      Scope agent = pool.root().open("agent", Budget.builder().bytes(96).build());
      PooledString text = new PooledString(agent).set("a").append("x".repeat(40));
      assertThat(text.tryReserve(65)).isEqualTo(Status.TOO_LARGE);
      while (agent.tryAllocate(60) > 0) {
        assertThat(agent.isOpen()).isTrue();
      }
      pool.close();
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    Files.delete(file);
    assertThat(events)
        .filteredOn(e -> e.getEventType().getName().endsWith("Promoted"))
        .singleElement()
        .matches(e -> e.getInt("fromBytes") == 16 && e.getInt("toBytes") == 64);
    assertThat(events)
        .filteredOn(e -> e.getEventType().getName().endsWith("Exhausted"))
        .singleElement()
        .matches(e -> e.getString("limitedBy").equals("pool/agent"))
        .matches(e -> e.getString("message").contains("raise Budget.bytes"));
    assertThat(events)
        .filteredOn(e -> e.getEventType().getName().endsWith("Leaked"))
        .singleElement()
        .matches(e -> e.getString("scope").equals("pool/agent") && e.getInt("count") == 1);
  }
}
