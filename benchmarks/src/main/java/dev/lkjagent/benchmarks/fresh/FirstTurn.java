package dev.lkjagent.benchmarks.fresh;

import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.service.AiServices;
import dev.lkjagent.benchmarks.CannedHttp;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.store.InMemoryStore;

/**
 * Does one turn of an agent as soon as the virtual machine is up, prints a line, and ends at once:
 * what passes until then is how long a user waits for the first cycle, a model's time aside.
 */
public final class FirstTurn {
  private FirstTurn() {}

  /** What LangChain4j makes an agent of. */
  public interface Assistant {
    /**
     * One turn.
     *
     * @param message what the user says
     * @return what the model answers
     */
    String chat(String message);
  }

  /**
   * Does it.
   *
   * @param args {@code ours}, {@code LangChain4j}, or {@code nothing} for the virtual machine alone
   */
  public static void main(String[] args) {
    switch (args[0]) {
      case "ours" -> {
        AgentHost host =
            AgentHost.builder().model(Notes.model(1)).store(new InMemoryStore()).build();
        if (host.agent("first").start().step().cycle() != 1) {
          throw new IllegalStateException("no cycle was done");
        }
      }
      case "LangChain4j" -> {
        OpenAiChatModel model =
            OpenAiChatModel.builder()
                .httpClientBuilder(new CannedHttp())
                .baseUrl("http://localhost:1/v1")
                .apiKey("none")
                .modelName("canned")
                .maxRetries(0)
                .build();
        String said =
            AiServices.builder(Assistant.class)
                .chatModel(model)
                .chatMemory(MessageWindowChatMemory.withMaxMessages(20))
                .build()
                .chat("begin");
        if (said.isEmpty()) {
          throw new IllegalStateException("nothing was said");
        }
      }
      case "nothing" -> {}
      default -> throw new IllegalArgumentException("nobody is called " + args[0]);
    }
    System.out.println("done");
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }
}
