package dev.lkjagent.examples.shared;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** What this process has used, as the JVM and Linux count it. */
public final class ProcessUse {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private ProcessUse() {}

  /**
   * What threads that still live have allocated.
   *
   * @param namePrefix how their names begin; empty for all
   * @return bytes since each began
   */
  public static long allocatedBytes(String namePrefix) {
    long[] ids =
        Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
            .filter(thread -> thread != null && thread.getThreadName().startsWith(namePrefix))
            .mapToLong(thread -> thread.getThreadId())
            .toArray();
    return Arrays.stream(THREADS.getThreadAllocatedBytes(ids)).filter(bytes -> bytes > 0).sum();
  }

  /**
   * The collections of garbage since the process began.
   *
   * @return how many, by all collectors
   */
  public static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  /**
   * What the process has in memory now.
   *
   * @return in MiB, or that the system does not tell
   */
  public static String resident() {
    return status("VmRSS");
  }

  /**
   * The most that the process ever had in memory.
   *
   * @return in MiB, or that the system does not tell
   */
  public static String mostResident() {
    return status("VmHWM");
  }

  private static String status(String field) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(field + ":")) {
          double kib = Long.parseLong(line.replaceAll("\\D", ""));
          return String.format(Locale.ROOT, "%,.0f MiB", kib / 1024);
        }
      }
    } catch (IOException e) {
      return "not told by this system";
    }
    return "not told by this system";
  }
}
