package dev.lkjagent.runtime.program;

import java.util.List;

/**
 * Something that {@code lkjagent run NAME} runs. Found by {@link java.util.ServiceLoader}: name the
 * implementation in {@code META-INF/services/dev.lkjagent.runtime.program.Program}. An
 * implementation has a public constructor without parameters and no state.
 */
public interface Program {
  /**
   * The name by which it is run.
   *
   * @return lower-case letters, digits and hyphens
   */
  String name();

  /**
   * What it does, in a sentence for people.
   *
   * @return the description, without a full stop
   */
  String description();

  /**
   * The options that it takes beside those of every run ({@code --endpoint}, {@code --model},
   * {@code --store}, {@code --input}, {@code --ask}, {@code --fresh}, configuration).
   *
   * @return none, unless overridden
   */
  default List<ProgramOption> options() {
    return List.of();
  }

  /**
   * Options that its JVM must have been started with, such as {@code -Xmx64m}. If there are any,
   * the command line starts a JVM of its own for the program, which reads and writes what this one
   * does.
   *
   * @param run what it was started with
   * @return none, unless overridden
   */
  default List<String> javaOptions(ProgramRun run) {
    return List.of();
  }

  /**
   * Runs, and returns when all is done. What it opens it closes.
   *
   * @param run what it was started with, and where it writes
   * @throws Exception if it can't go on: a {@link dev.lkjagent.runtime.fault.FaultException} or an
   *     {@link java.io.IOException} is shown as a sentence, with the exit code of its kind;
   *     anything else as a defect
   */
  void run(ProgramRun run) throws Exception;
}
