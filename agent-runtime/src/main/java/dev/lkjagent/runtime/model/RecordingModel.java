package dev.lkjagent.runtime.model;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes calls on to another model and writes each into a directory, for {@link ReplayModel}: what
 * was asked, what the sink was given, or the fault. A file is whole or not there. Calls that were
 * cancelled are not recorded, nor are attempts that were repeated. A directory that holds
 * recordings is added to, by one process at a time.
 *
 * <p>Writing happens on the thread that brings the end of the reply, so an embedded model that is
 * recorded writes on the agent's worker. What cannot be written is a fault in the place of the
 * reply's end: a recording that misses calls would be found out only when it is needed.
 */
public final class RecordingModel extends ForwardingModel {
  private final Path directory;

  /** Names that were given out, also those whose files are still being written. */
  private final Set<Path> claimed = ConcurrentHashMap.newKeySet();

  /**
   * Records a model.
   *
   * @param directory where files go; made if it is not there
   * @param recorded the model, which is closed with this one
   * @throws dev.lkjagent.runtime.fault.FaultException if there can be no such directory
   */
  public RecordingModel(Path directory, Model recorded) {
    super(recorded);
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException impossible) {
      throw FaultCode.CONFIG_INVALID
          .with("recordings cannot go to " + directory + " (" + impossible + "); name a directory")
          .asException();
    }
  }

  @Override
  public ModelCall start(ModelRequest request, ReplySink sink) {
    return super.start(request, new Tap(request, sink));
  }

  /** Passes on and keeps what it passes on. */
  private final class Tap implements ReplySink {
    private final ModelRequest request;
    private final ReplySink sink;
    private final Recording recording = new Recording();

    Tap(ModelRequest request, ReplySink sink) {
      this.request = request;
      this.sink = sink;
    }

    @Override
    public Demand text(byte[] bytes, int from, int to) {
      recording.text.write(bytes, from, to - from);
      return sink.text(bytes, from, to);
    }

    @Override
    public Demand reasoning(byte[] bytes, int from, int to) {
      recording.reasoning.write(bytes, from, to - from);
      return sink.reasoning(bytes, from, to);
    }

    @Override
    public void toolCall(ToolCall call) {
      recording.tools.add(call);
      sink.toolCall(call);
    }

    @Override
    public void usage(long prompt, long completion, long cachedPrompt, long reasoning) {
      recording.usage = new long[] {prompt, completion, cachedPrompt, reasoning};
      sink.usage(prompt, completion, cachedPrompt, reasoning);
    }

    @Override
    public void retrying(Fault because, int attempt, long pauseMillis) {
      sink.retrying(because, attempt, pauseMillis);
    }

    @Override
    public void done(FinishReason reason) {
      recording.finish = reason;
      end(() -> sink.done(reason));
    }

    @Override
    public void failed(Fault fault) {
      recording.fault = fault;
      end(() -> sink.failed(fault));
    }

    private void end(Runnable asItWas) {
      try {
        write();
      } catch (IOException unwritten) {
        sink.failed(
            FaultCode.RECORDING_FAILED.with(
                "the call could not be recorded in "
                    + directory
                    + " ("
                    + unwritten
                    + "); make room there, or record elsewhere"));
        return;
      }
      asItWas.run();
    }

    private void write() throws IOException {
      byte[] json = recording.toJson(request);
      String hash = Recording.hash(request);
      Path whole = Files.createTempFile(directory, "writing-", ".tmp");
      try {
        Files.write(whole, json, StandardOpenOption.TRUNCATE_EXISTING);
        for (int number = 1; ; number++) {
          Path target = directory.resolve(hash + "-" + String.format("%03d", number) + ".json");
          if (!Files.exists(target) && claimed.add(target)) {
            Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
            return;
          }
        }
      } finally {
        Files.deleteIfExists(whole);
      }
    }
  }

  @Override
  public String description() {
    return "record:" + directory + "+" + super.description();
  }
}
