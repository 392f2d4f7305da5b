package demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lkjagent.json.JsonReader;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.Path;

public final class Demo {
  public static void main(String[] args) {
    Path todo = Path.of("working_memory.todo");
    try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
        Document memory = new Document(pool.root())) {
      byte[] text = "{\"working_memory\":{\"todo\":\"read the map\"}}".getBytes(UTF_8);
      new JsonReader().parseOrThrow(text, memory);
      System.out.println(memory.textString(todo.get(memory)));
    }
  }
}
