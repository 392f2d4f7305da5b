package dev.lkjagent.runtime.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process as others can recognise it, so that the death of a lease's holder can be known at once.
 *
 * <p>A process number alone says little: numbers are reused, start anew with each boot, and mean
 * different processes in different containers. So a holder is known dead only if it ran on this
 * machine, and either in an earlier boot, or in this process's own number space where no process
 * has its number and start.
 *
 * @param machine the machine's id, or its name where it has none
 * @param boot the id of the machine's present boot, empty where the system has none
 * @param pidSpace the number space of processes, empty where the system has none
 * @param pid the process number
 * @param started when the process began, as the system tells it
 */
record Host(String machine, String boot, String pidSpace, long pid, String started) {
  private static final Path PROC = Path.of("/proc");

  /** This process. */
  static Host current() {
    ProcessHandle self = ProcessHandle.current();
    return new Host(machineId(), bootId(), pidSpaceId(), self.pid(), start(self).orElse(""));
  }

  /** Whether it is certain that a process that once was does not run any more. */
  boolean knowsDead(Host other) {
    if (!machine.equals(other.machine) || machine.isEmpty()) {
      return false;
    }
    if (!boot.isEmpty() && !other.boot.isEmpty() && !boot.equals(other.boot)) {
      return true;
    }
    if (!boot.equals(other.boot) || !pidSpace.equals(other.pidSpace)) {
      return false;
    }
    Optional<ProcessHandle> handle = ProcessHandle.of(other.pid);
    if (handle.isEmpty() || !handle.get().isAlive()) {
      return true;
    }
    String start = start(handle.get()).orElse("");
    return start.equals(ENDED)
        || !start.isEmpty() && !other.started.isEmpty() && !start.equals(other.started);
  }

  private static final String ENDED = "ended";

  /**
   * On Linux the start in ticks since boot, which no change of the clock moves; else the start
   * time.
   */
  private static Optional<String> start(ProcessHandle process) {
    try {
      String stat =
          Files.readString(PROC.resolve(process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return Optional.of(fields[0].equals("Z") || fields[0].equals("X") ? ENDED : fields[19]);
    } catch (IOException | RuntimeException e) {
      return process.info().startInstant().map(instant -> Long.toString(instant.getEpochSecond()));
    }
  }

  private static String machineId() {
    String id = read(Path.of("/etc/machine-id")).orElse("");
    return id.isEmpty() ? hostName() : id;
  }

  private static String hostName() {
    try {
      return java.net.InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "";
    }
  }

  private static String bootId() {
    return read(PROC.resolve("sys/kernel/random/boot_id")).orElse("");
  }

  private static String pidSpaceId() {
    try {
      return Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  private static Optional<String> read(Path path) {
    try {
      return Optional.of(Files.readString(path).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
