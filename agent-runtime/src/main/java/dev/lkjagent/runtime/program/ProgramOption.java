package dev.lkjagent.runtime.program;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An option of a {@link Program}.
 *
 * @param name with its two hyphens, such as {@code --cycles}
 * @param valueName what stands for its value in the help; null if it takes none
 * @param standard its value if it is not given; empty for one without a value
 * @param description what it does, in a sentence
 */
public record ProgramOption(
    String name, @Nullable String valueName, String standard, String description) {
  /**
   * Checks the name.
   *
   * @param name with its two hyphens
   * @param valueName what stands for its value in the help; null if it takes none
   * @param standard its value if it is not given
   * @param description what it does
   */
  public ProgramOption {
    if (!name.matches("--[a-z][a-z0-9-]*")) {
      throw new IllegalArgumentException(
          "an option is called by two hyphens and lower-case letters; not \"" + name + "\"");
    }
    Objects.requireNonNull(standard, "standard");
    Objects.requireNonNull(description, "description");
  }

  /**
   * An option that is there or not.
   *
   * @param name with its two hyphens
   * @param description what it does
   * @return the option
   */
  public static ProgramOption flag(String name, String description) {
    return new ProgramOption(name, null, "", description);
  }

  /**
   * An option with a value.
   *
   * @param name with its two hyphens
   * @param valueName what stands for its value in the help
   * @param standard its value if it is not given
   * @param description what it does
   * @return the option
   */
  public static ProgramOption value(
      String name, String valueName, String standard, String description) {
    return new ProgramOption(name, valueName, standard, description);
  }
}
