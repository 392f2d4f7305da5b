package dev.lkjagent.cli.shell;

import java.lang.reflect.Constructor;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/**
 * Makes commands: one that has a constructor with a {@link Terminal} gets the terminal, any other
 * class is made without arguments.
 */
public final class CommandFactory implements IFactory {
  private final Terminal terminal;
  private final IFactory reflection = CommandLine.defaultFactory();

  /**
   * A factory for one run of the command line.
   *
   * @param terminal what the commands write to
   */
  public CommandFactory(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (constructor.getParameterCount() == 1
          && constructor.getParameterTypes()[0] == Terminal.class) {
        return type.cast(constructor.newInstance(terminal));
      }
    }
    return reflection.create(type);
  }
}
