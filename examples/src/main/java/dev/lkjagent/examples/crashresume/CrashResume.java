package dev.lkjagent.examples.crashresume;

import dev.lkjagent.runtime.fault.Fault;
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
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
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
  public void run(ProgramRun run) throws Exception {
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
    private final Random random = new Random(seed);

    Experiment(ProgramRun run, Path folder) {
      this.run = run;
      file = folder.resolve("walker.db");
      recordings = folder.resolve("recordings");
      cycles = run.number("--cycles");
    }

    void run() throws IOException, InterruptedException {
      String wanted = undisturbed();
      run.out().println("undisturbed      " + cycles + " cycles, trace " + wanted.substring(0, 32));
      long kills = run.number("--kills");
      for (int kill = 1; kill <= kills; kill++) {
        boolean inSave = kill % 3 == 0;
        // The first kills come early enough for the last to find something to kill.
        long most = Math.max(2, cycles / (kills + 1));
        String seen = child(1 + random.nextInt((int) most), inSave);
        run.out().println("kill " + kill + (inSave ? " (in a save)  " : " (any time) ") + seen);
      }
      same("killed " + kills + " times", wanted, child(Long.MAX_VALUE, false));
      again(wanted);
      run.out().println("seed             " + seed);
    }

    private String undisturbed() {
      Model asked = run.openModel("rules:crash-resume");
      try (Model model = new RecordingModel(recordings, asked);
          Store store = new InMemoryStore();
          AgentHost host = Walker.host(store, model);
          Agent agent = Walker.agent(host, Walker.NAME, cycles).start()) {
        run.out().println("model            " + asked.description());
        Fault fault = agent.run(Walker.TASK).fault();
        if (fault != null && fault.code() != FaultCode.LIMIT_CYCLES) {
          throw fault.asException();
        }
        return agent.status().traceHash();
      }
    }

    /** Lets a child live for so many cycles; answers the last line that it wrote. */
    private String child(long lifetime, boolean inSave) throws IOException, InterruptedException {
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      Process process =
          new ProcessBuilder(
                  java,
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Child.class.getName(),
                  file.toString(),
                  recordings.toString(),
                  Long.toString(cycles),
                  inSave ? Long.toString(lifetime) : "0")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String last = "killed before its first cycle";
      try (BufferedReader said = process.inputReader()) {
        for (long i = 0; i < lifetime || inSave; i++) {
          String line = said.readLine();
          if (line == null) {
            break;
          }
          last = line;
        }
      } finally {
        process.toHandle().destroyForcibly();
      }
      process.waitFor();
      return last;
    }

    private void same(String what, String wanted, String found) {
      if (!found.equals("trace " + wanted) && !found.equals(wanted)) {
        throw FaultCode.REPLAY_DIVERGED
            .with(
                what
                    + ", the run ended with "
                    + found
                    + " instead of trace "
                    + wanted
                    + " (seed "
                    + seed
                    + ")")
            .asException();
      }
      run.out().println("the same trace   " + what);
    }

    private void again(String wanted) {
      long middle = Math.max(1, cycles / 2);
      try (Model model = ReplayModel.open(recordings);
          Store store = SqliteStore.open(file);
          AgentHost host = Walker.host(store, model);
          Agent agent = Walker.agent(host, Walker.NAME, cycles).start()) {
        agent.fork(middle, "twin");
        try (Agent twin = Walker.agent(host, "twin", cycles).start()) {
          twin.resume();
          same("forked at cycle " + middle + " and gone on", wanted, twin.status().traceHash());
        }
      }
      // A recorded reply is given once to each time it is asked for: another model, another life.
      try (Model model = ReplayModel.open(recordings);
          Store store = SqliteStore.open(file);
          AgentHost host = Walker.host(store, model);
          Agent agent = Walker.agent(host, Walker.NAME, cycles).start()) {
        agent.rewind(middle);
        agent.resume();
        same("rewound to cycle " + middle + " and gone on", wanted, agent.status().traceHash());
      }
    }
  }
}
