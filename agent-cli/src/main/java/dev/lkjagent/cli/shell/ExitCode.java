package dev.lkjagent.cli.shell;

import dev.lkjagent.runtime.fault.FaultCode;

/** What the process answers to its caller. The numbers are stable: scripts depend on them. */
public enum ExitCode {
  /** The command did what it was asked. */
  OK(0, "done"),
  /** The command ran, and its answer is no: not found, not equal, not valid, a check failed. */
  NO(1, "ran, and the answer is no"),
  /** The command line itself is wrong. */
  USAGE(2, "the command line is wrong"),
  /** A file or folder that was named cannot be read or written, or is not what it should be. */
  INPUT(3, "a file or folder cannot be used"),
  /** The configuration is wrong. */
  CONFIG(4, "the configuration is wrong"),
  /** The store is in use, damaged, of a newer version, or full. */
  STORE(5, "the store cannot be used"),
  /** The model does not answer, or not usefully. */
  MODEL(6, "the model does not answer"),
  /** A limit ended the run: cycles, time, tokens, memory, or faults in a row. */
  LIMIT(7, "a limit ended the run"),
  /** The launcher found no JDK or no Maven, or the build failed. Never answered from inside. */
  NOT_STARTED(69, "no JDK, no Maven, or the build failed"),
  /** A defect in LKJAgent. */
  INTERNAL(70, "a defect in LKJAgent"),
  /** Ended from outside, by Ctrl-C. What was committed is kept. */
  INTERRUPTED(130, "interrupted"),
  /** Whoever read the output has gone, as in {@code lkjagent … | head}. */
  BROKEN_PIPE(141, "nobody reads the output any more");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  /**
   * The process's exit status.
   *
   * @return 0 to 255
   */
  public int number() {
    return number;
  }

  /**
   * The code's meaning in half a sentence.
   *
   * @return the meaning, as the help shows it
   */
  public String meaning() {
    return meaning;
  }

  /**
   * The code that a run ends with when a fault stopped it. The first word of a fault's name says
   * whose fault it is.
   *
   * @param fault the fault's code
   * @return the code of its kind
   */
  public static ExitCode of(FaultCode fault) {
    String name = fault.name();
    return switch (name.substring(0, name.indexOf('_') < 0 ? name.length() : name.indexOf('_'))) {
      case "CONFIG" -> CONFIG;
      case "STORE", "AGENT" -> STORE;
      case "MODEL", "CONTEXT", "REQUEST", "REPLY", "SCRIPT", "RULES", "RECORDING" -> MODEL;
      case "LIMIT", "BUDGET", "PROMPT", "REPEATED" -> LIMIT;
      case "CANCELLED" -> INTERRUPTED;
      case "INTERNAL" -> INTERNAL;
      default -> fault == FaultCode.REPLAY_MISS ? MODEL : NO;
    };
  }
}
