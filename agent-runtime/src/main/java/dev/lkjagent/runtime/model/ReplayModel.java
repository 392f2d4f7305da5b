package dev.lkjagent.runtime.model;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Gives the replies that a {@link RecordingModel} wrote: to the same request the same reply, to a
 * request that was recorded several times one after another. Answers at once, on the caller's
 * thread. A request without a recording is a fault that shows how it differs from the nearest one
 * that was recorded.
 */
public final class ReplayModel implements Model {
  private final Path directory;
  private final Map<String, Integer> asked = new ConcurrentHashMap<>();
  private boolean takesTools = true;
  private volatile boolean closed;

  private ReplayModel(Path directory) {
    this.directory = directory;
  }

  /**
   * Opens a directory of recordings.
   *
   * @param directory the directory
   * @return the model
   * @throws dev.lkjagent.runtime.fault.FaultException if there is no recording
   */
  public static ReplayModel open(Path directory) {
    ReplayModel model = new ReplayModel(directory);
    try {
      List<Path> files = model.files();
      if (!files.isEmpty()) {
        model.takesTools = takesTools(files.get(0));
        return model;
      }
    } catch (IOException unreadable) {
      throw invalid(directory, "cannot be read (" + unreadable + ")");
    }
    throw invalid(directory, "holds no recording");
  }

  /** A model that took tools was always given some; a damaged file is a fault when it is asked. */
  private static boolean takesTools(Path recording) {
    try {
      return Recording.of(Files.readAllBytes(recording)).hasTools;
    } catch (IOException damaged) {
      return true;
    }
  }

  private static RuntimeException invalid(Path directory, String says) {
    return FaultCode.CONFIG_INVALID
        .with(
            "replay: "
                + directory
                + " "
                + says
                + "; make one with llm.endpoint=record:DIR+ENDPOINT")
        .asException();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(
              file -> file.getFileName().toString().matches("[0-9a-f]{24}-[0-9]{3,}\\.json"))
          .sorted()
          .toList();
    }
  }

  @Override
  public ModelCall start(ModelRequest request, ReplySink sink) {
    if (closed) {
      throw new IllegalStateException(description() + " is closed");
    }
    String hash = Recording.hash(request);
    int number = asked.merge(hash, 1, Integer::sum);
    Path file = directory.resolve(hash + "-" + String.format("%03d", number) + ".json");
    Recording recording = null;
    try {
      if (Files.exists(file)) {
        recording = Recording.of(Files.readAllBytes(file));
      }
    } catch (IOException damaged) {
      sink.failed(
          FaultCode.REPLAY_MISS.with(
              "the recording "
                  + file
                  + " cannot be read ("
                  + damaged.getMessage()
                  + "); record anew"));
      return ModelCall.COMPLETE;
    }
    if (recording == null) {
      sink.failed(miss(request, number));
    } else {
      answer(recording, sink);
    }
    return ModelCall.COMPLETE;
  }

  private static void answer(Recording recording, ReplySink sink) {
    Demand demand = Demand.MORE;
    if (recording.reasoning.size() > 0) {
      demand = sink.reasoning(recording.reasoning.toByteArray(), 0, recording.reasoning.size());
    }
    if (recording.text.size() > 0 && demand != Demand.ENOUGH) {
      demand = sink.text(recording.text.toByteArray(), 0, recording.text.size());
    }
    if (recording.fault != null) {
      sink.failed(recording.fault);
      return;
    }
    recording.tools.forEach(sink::toolCall);
    long[] usage = recording.usage;
    if (usage != null) {
      sink.usage(usage[0], usage[1], usage[2], usage[3]);
    }
    FinishReason finish = recording.finish;
    sink.done(demand == Demand.ENOUGH || finish == null ? FinishReason.ENOUGH : finish);
  }

  private Fault miss(ModelRequest request, int number) {
    if (number > 1) {
      return FaultCode.REPLAY_MISS.with(
          "this prompt was recorded "
              + (number - 1)
              + " times in "
              + directory
              + " and is asked once more; the run differs from the recorded one, or was longer");
    }
    List<String> prompt = Recording.lines(request);
    LineDiff nearest = null;
    String name = "";
    try {
      for (Path file : files()) {
        LineDiff diff = LineDiff.of(recorded(file), prompt);
        if (nearest == null || diff.distance() < nearest.distance()) {
          nearest = diff;
          name = file.getFileName().toString();
        }
      }
    } catch (IOException unreadable) {
      name = unreadable.toString();
    }
    String difference = nearest == null ? "" : nearest.text();
    return FaultCode.REPLAY_MISS
        .with(
            "no recording in "
                + directory
                + " has this prompt; the nearest is "
                + name
                + ", where (- recorded, + asked):\n"
                + difference)
        .withDetail(difference);
  }

  private static List<String> recorded(Path file) {
    try {
      return Recording.of(Files.readAllBytes(file)).prompt;
    } catch (IOException damaged) {
      return new ArrayList<>();
    }
  }

  @Override
  public String description() {
    return "replay:" + directory + " (not a language model: recorded replies)";
  }

  @Override
  public boolean isLanguageModel() {
    return false;
  }

  @Override
  public boolean takesTools() {
    return takesTools;
  }

  @Override
  public void close() {
    closed = true;
  }
}
