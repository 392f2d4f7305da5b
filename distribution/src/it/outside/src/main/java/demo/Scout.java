package demo;

import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.action.Param;
import dev.lkjagent.runtime.action.Tool;
import dev.lkjagent.runtime.config.Config;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.Models;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import java.nio.file.Path;

public final class Scout {
  @Tool(value = "Tells the weather of a city.", effect = Effect.PURE)
  public String weather(@Param("the city") String city) {
    return city + ": 4 °C, rain";
  }

  public static void main(String[] args) {
    try (Model model = Models.of(Config.defaults().llm().withEndpoint(args[0]));
        Store store = SqliteStore.open(Path.of("scout.db"));
        AgentHost host = AgentHost.builder().model(model).store(store).build();
        Agent scout = host.agent("scout").role("You plan trips.").tools(new Scout()).start()) {
      System.out.println(scout.run("Do I need an umbrella in Bergen?").orThrow());
    }
  }
}
