package dev.lkjagent.runtime.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProgramRunTest {
  private final List<String> shown = new ArrayList<>();

  /** A run whose person gives one answer, and which keeps what is shown. */
  private ProgramRun run(@Nullable String answer) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.isDefault()) {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
          }
          shown.add((String) arguments[0]);
          return answer;
        };
    return (ProgramRun)
        Proxy.newProxyInstance(
            ProgramRun.class.getClassLoader(), new Class<?>[] {ProgramRun.class}, handler);
  }

  @ParameterizedTest
  @CsvSource({"y,true", "' YES ',true", "yo,true", "n,false", "'',false", ",false", "oy,false"})
  void onlyAnAnswerThatBeginsWithYIsAYes(@Nullable String answer, boolean yes) throws IOException {
    assertThat(run(answer).confirm("May it?")).isEqualTo(yes);
    assertThat(shown).containsExactly("May it? [y/N] ");
  }

  @Test
  void progressIsShownWhileWorkIsAwaited() throws Exception {
    CompletableFuture<String> work = new CompletableFuture<>();
    String result =
        run(null)
            .await(
                work,
                () -> {
                  work.complete("done");
                  return "half way";
                });
    assertThat(result).isEqualTo("done");
    assertThat(shown).containsExactly("half way");
  }

  @Test
  void workThatFailsFailsItsCaller() {
    Exception cause = new IOException("no disk");
    assertThatThrownBy(() -> run(null).await(CompletableFuture.failedFuture(cause), () -> ""))
        .isSameAs(cause);
    Error error = new AssertionError("defect");
    assertThatThrownBy(() -> run(null).await(CompletableFuture.failedFuture(error), () -> ""))
        .hasCause(error);
  }
}
