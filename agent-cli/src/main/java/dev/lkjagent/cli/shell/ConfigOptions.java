package dev.lkjagent.cli.shell;

import dev.lkjagent.runtime.config.ConfigLoader;
import dev.lkjagent.runtime.config.LoadedConfig;
import dev.lkjagent.runtime.config.Origin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that reads a configuration. */
public final class ConfigOptions {
  /** What is read when no file is named and this one is there. */
  private static final Path HERE = Path.of("lkjagent.json");

  /** What the logging backend reads when it starts, which is after this. */
  private static final String LOG_LEVEL = "lkjagent.log.level";

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "A configuration file (default: lkjagent.json here, if there is one).")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set one key, as in --set llm.model=qwen3; goes before file and variables.")
  private String[] assignments = {};

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description = "The model to use; short for --set llm.endpoint=URL.")
  private @Nullable String endpoint;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The model at the endpoint; short for --set llm.model=NAME.")
  private @Nullable String model;

  private final List<Consumer<ConfigLoader>> more = new ArrayList<>();

  /** The options' defaults. */
  public ConfigOptions() {}

  /**
   * Sets a key for an option of its own.
   *
   * @param key the key with dots
   * @param value its value
   * @param option the option, as messages name it
   */
  public void set(String key, String value, String option) {
    more.add(loader -> loader.set(key, value, option));
  }

  /**
   * Reads the configuration that the command line, the environment and the file make.
   *
   * @param environment the environment's variables
   * @return the configuration and where each value came from
   * @throws dev.lkjagent.runtime.fault.FaultException if something in it is wrong
   */
  public LoadedConfig load(Map<String, String> environment) {
    ConfigLoader loader = new ConfigLoader().environment(environment);
    if (file != null) {
      loader.file(file);
    } else if (Files.isRegularFile(HERE)) {
      loader.file(HERE);
    }
    for (String assignment : assignments) {
      loader.set(assignment);
    }
    if (endpoint != null) {
      loader.set("llm.endpoint", endpoint, "--endpoint");
    }
    if (model != null) {
      loader.set("llm.model", model, "--model");
    }
    more.forEach(option -> option.accept(loader));
    LoadedConfig loaded = loader.load();
    loaded.settings().stream()
        .filter(setting -> setting.path().equals("log.level"))
        .filter(setting -> setting.origin().source() != Origin.Source.DEFAULT)
        .forEach(setting -> System.setProperty(LOG_LEVEL, loaded.config().log().level()));
    return loaded;
  }
}
