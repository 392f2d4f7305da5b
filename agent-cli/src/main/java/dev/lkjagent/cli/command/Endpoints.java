package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.CommandFailure;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.RuleSet;
import dev.lkjagent.runtime.model.RulesModel;
import java.util.ServiceLoader;

/** Opens the model that an option names. */
final class Endpoints {
  private Endpoints() {}

  static Model open(String endpoint, String modelName) {
    for (RuleSet rules : ServiceLoader.load(RuleSet.class)) {
      if (endpoint.equals("rules:" + rules.name())) {
        return new RulesModel(rules);
      }
    }
    throw new CommandFailure(
        ExitCode.CONFIG,
        "There is no model " + endpoint + " " + modelName + ".",
        "Name rules:librarian.");
  }
}
