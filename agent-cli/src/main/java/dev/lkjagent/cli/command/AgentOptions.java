package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.ConfigOptions;
import dev.lkjagent.runtime.config.LoadedConfig;
import dev.lkjagent.runtime.loop.AgentTemplate;
import dev.lkjagent.runtime.loop.Assembly;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that makes an agent of what is found by a name. */
final class AgentOptions {
  @Mixin private final ConfigOptions config = new ConfigOptions();

  @Mixin private final StoreOption store = new StoreOption();

  @Option(
      names = "--input",
      paramLabel = "DIR",
      description = "The folder that it works on (default: its own example).")
  private @Nullable Path input;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The agent's name in its store, for a fork (default: as it is called).")
  private @Nullable String name;

  AgentOptions() {}

  LoadedConfig load() {
    if (name != null) {
      config.set("agent.name", name, "--name");
    }
    return config.load(System.getenv());
  }

  StoreOption store() {
    return store;
  }

  @Nullable Path input() {
    return input;
  }

  /** The agent's name in its store. */
  String agentName(Assembly assembly, String standard) {
    String set = assembly.config().agent().name();
    return set.isEmpty() ? standard : set;
  }

  /** The endpoint that somebody set, or the agent's own. */
  String endpoint(Assembly assembly, AgentTemplate template) {
    return assembly.isSet("llm.endpoint")
        ? assembly.config().llm().endpoint()
        : template.endpoint();
  }
}
