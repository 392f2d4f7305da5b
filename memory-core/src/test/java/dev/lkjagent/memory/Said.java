package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What misuse and want of room are answered: a heading and an answer each, for a golden file. */
public final class Said {
  private final StringBuilder all = new StringBuilder();

  /** Notes the error of something that has to be refused. */
  public Said refused(String attempt, ThrowingCallable misuse) {
    Throwable error = catchThrowable(misuse);
    assertThat(error).as(attempt).isNotNull();
    String code = error instanceof PoolExhaustedException e ? ", " + e.status() : "";
    return add(attempt, error.getClass().getSimpleName() + code + ": " + error.getMessage());
  }

  /** Notes the code that something answers instead of a value. */
  public Said answered(String attempt, long answer) {
    return answered(attempt, Status.of(answer));
  }

  /** Notes a status that says why something was not done. */
  public Said answered(String attempt, Status status) {
    assertThat(status).as(attempt).isNotEqualTo(Status.OK);
    return add(attempt, status + ": " + status.meaning());
  }

  private Said add(String attempt, String answer) {
    all.append(attempt).append("\n  ").append(answer.replace("\n", "\n  ")).append('\n');
    return this;
  }

  /** Compares all of it with a golden file of the tests of memory. */
  public void isGolden(String file) {
    Golden.assertGolden(file, all.toString());
  }
}
