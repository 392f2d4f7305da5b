package dev.lkjagent.examples.crashresume;

import dev.lkjagent.examples.shared.JavaChild;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.RecordingModel;
import dev.lkjagent.runtime.model.ReplayModel;
import dev.lkjagent.runtime.program.Program;
import dev.lkjagent.runtime.program.ProgramOption;
import dev.lkjagent.runtime.program.ProgramRun;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The program. Each run begins anew, in a temporary folder. */
public final class CrashResume implements Program {
  /** Called by {@link java.util.ServiceLoader}. */
  public CrashResume() {}

  @Override
  public String name() {
    return "crash-resume";
  }

  @Override
  public String description() {
    return "kills an agent's process again and again, and compares with an undisturbed run";
  }

  @Override
  public List<ProgramOption> options() {
    return List.of(
        ProgramOption.value("--kills", "N", "10", "How often the process is killed."),
        ProgramOption.value("--cycles", "N", "200", "How many cycles the agent has."));
  }

  @Override
  public void run(ProgramRun run) throws IOException {
    Path folder = Files.createTempDirectory("crash-resume");
    try {
      new Experiment(run, folder).run();
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** One run of the program. */
  private static final class Experiment {
    private final ProgramRun run;
    private final Path file;
    private final Path recordings;
    private final long cycles;
    private final long seed = new Random().nextInt(1_000_000);

    Experiment(ProgramRun run, Path folder) {
      this.run = run;
      file = folder.resolve("walker.db");
      recordings = folder.resolve("recordings");
      cycles = run.number("--cycles");
    }

    void run() throws IOException {
      String wanted = undisturbed();
      run.out().println("undisturbed      " + cycles + " cycles, " + wanted.substring(0, 38));
      long kills = run.number("--kills");
      Random random = new Random(seed);
      // The first kills come early enough for the last to find something to kill.
      int longest = (int) Math.max(2, cycles / (kills + 1));
      for (int kill = 1; kill <= kills; kill++) {
        boolean inSave = kill % 3 == 0;
        String seen = child(1 + random.nextInt(longest), inSave);
        run.out().println("kill " + kill + (inSave ? " (in a save)  " : " (any time) ") + seen);
      }
      same("killed " + kills + " times", wanted, child(Long.MAX_VALUE, false));
      long middle = Math.max(1, cycles / 2);
      same(
          "forked at cycle " + middle + " and gone on",
          wanted,
          again("twin", walker -> walker.fork(middle, "twin")));
      same(
          "rewound to cycle " + middle + " and gone on",
          wanted,
          again(Walker.NAME, walker -> walker.rewind(middle)));
      run.out().println("seed             " + seed);
    }

    private String undisturbed() {
      Model asked = run.openModel("rules:crash-resume");
      try (Model model = new RecordingModel(recordings, asked);
          Store store = new InMemoryStore();
          AgentHost host = Walker.host(store, model);
          Agent agent = Walker.agent(host, Walker.NAME, cycles).start()) {
        run.out().println("model            " + asked.description());
        var unused = agent.run(Walker.TASK).orThrowUnless(FaultCode.LIMIT_CYCLES);
        return Walker.trace(agent);
      }
    }

    /** Lets a child live for so many cycles; answers the last line that it wrote. */
    private String child(long lifetime, boolean inSave) throws IOException {
      String dieInSave = inSave ? Long.toString(lifetime) : "0";
      String[] arguments = {
        file.toString(), recordings.toString(), Long.toString(cycles), dieInSave
      };
      String last = "killed before its first cycle";
      try (JavaChild child = new JavaChild(Child.class, arguments)) {
        for (long i = 0; i < lifetime || inSave; i++) {
          String line = child.nextLine();
          if (line == null) {
            break;
          }
          last = line;
        }
      }
      return last;
    }

    /** Changes what the walker was, and lets an agent go on from there to its last cycle. */
    private String again(String name, Consumer<Agent> change) {
      try (Model model = ReplayModel.open(recordings);
          Store store = SqliteStore.open(file);
          AgentHost host = Walker.host(store, model)) {
        try (Agent walker = Walker.agent(host, Walker.NAME, cycles).start()) {
          change.accept(walker);
        }
        try (Agent agent = Walker.agent(host, name, cycles).start()) {
          agent.resume();
          return Walker.trace(agent);
        }
      }
    }

    private void same(String what, String wanted, String found) {
      if (!found.equals(wanted)) {
        String difference = ", the run ended with " + found + " instead of " + wanted;
        throw FaultCode.REPLAY_DIVERGED
            .with(what + difference + " (seed " + seed + ")")
            .asException();
      }
      run.out().println("the same trace   " + what);
    }
  }
}
