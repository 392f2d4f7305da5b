package dev.lkjagent.runtime.program;

import dev.lkjagent.runtime.loop.Assembly;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a {@link Program} was started with, and where it writes. Used by the program's thread. */
public interface ProgramRun {
  /**
   * The configuration, and what it makes.
   *
   * @return an assembly of what files, variables and options say
   */
  Assembly assembly();

  /**
   * Opens the model that {@code --endpoint} or the configuration names.
   *
   * @param standard the endpoint to use if nobody named one, such as {@code rules:NAME}
   * @return an open model, to be closed by the program
   * @throws dev.lkjagent.runtime.fault.FaultException if there is no such model
   */
  Model openModel(String standard);

  /**
   * Opens the program's store: {@code --store}, or a file of the program's name in the user's home;
   * empty after {@code --fresh}. It is also {@linkplain #closeOnInterrupt closed on interrupt}.
   *
   * @return an open store, to be closed by the program
   * @throws IOException if its folder can't be made
   * @throws dev.lkjagent.runtime.fault.FaultException if it is in use or can't be used
   */
  Store openStore() throws IOException;

  /**
   * The folder that it is to work on.
   *
   * @return the value of {@code --input}; null for the program's own example
   */
  @Nullable Path input();

  /**
   * What it is asked to do.
   *
   * @return the value of {@code --ask}; null for the program's own example
   */
  @Nullable String question();

  /**
   * The value of one of {@link Program#options}.
   *
   * @param name the option's name
   * @return what was given, or its standard
   */
  String option(String name);

  /**
   * The value of an option that is a whole number, at least 1. Anything else ends the program with
   * a sentence that says so.
   *
   * @param name the option's name
   * @return the number
   */
  long number(String name);

  /**
   * Whether an option without a value was given.
   *
   * @param name the option's name
   * @return true if it was
   */
  boolean flag(String name);

  /**
   * Takes the result.
   *
   * @return the standard output
   */
  PrintWriter out();

  /**
   * Shows how far the program is: on a terminal in one line that the next call overwrites,
   * elsewhere as a line of its own on the standard error.
   *
   * @param line what to show
   */
  void progress(String line);

  /**
   * Asks the person at the terminal, or whatever the standard input is.
   *
   * @param prompt what to ask
   * @return the line that was answered; null at the end of the input
   * @throws IOException if the input can't be read
   */
  @Nullable String ask(String prompt) throws IOException;

  /**
   * Asks for a yes or a no, as {@link #ask} does.
   *
   * @param question what to ask, with its question mark
   * @return true if the answer begins with a y; false for any other and at the end of the input
   * @throws IOException if the input can't be read
   */
  default boolean confirm(String question) throws IOException {
    String answer = ask(question + " [y/N] ");
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }

  /**
   * Waits for work that other threads do, and shows its {@linkplain #progress progress} once a
   * second.
   *
   * @param work what to wait for
   * @param line makes the line to show
   * @param <T> what it brings
   * @return its result
   * @throws Exception what the work failed with, or an {@link InterruptedException}
   */
  default <T> T await(Future<T> work, Supplier<String> line) throws Exception {
    while (true) {
      try {
        return work.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        progress(line.get());
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }
  }

  /**
   * Has something closed if the process is told to end, by Ctrl-C for example, before the program
   * closes it: what is registered last is closed first, the store that the run opened thus after
   * the host that uses it.
   *
   * @param resource may be closed twice
   * @param <T> its type
   * @return the same
   */
  <T extends AutoCloseable> T closeOnInterrupt(T resource);
}
