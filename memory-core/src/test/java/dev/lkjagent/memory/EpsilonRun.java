package dev.lkjagent.memory;

import java.util.Random;

/**
 * Works for long in a JVM that never collects garbage: started by a test, in a process of its own.
 */
public final class EpsilonRun {
  private EpsilonRun() {}

  /** Runs as many rounds as told, and prints what is left of the heap. */
  public static void main(String[] args) {
    int rounds = Integer.parseInt(args[0]);
    Random random = new Random(1);
    try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL)) {
      Scope agent = pool.root().open("agent", Budget.builder().bytes(150_000).build());
      Scope cycle = agent.open("cycle", Budget.UNLIMITED);
      PooledString[] texts = new PooledString[32];
      for (int i = 0; i < texts.length; i++) {
        texts[i] = new PooledString(agent);
      }
      PooledString scratch = new PooledString(cycle);
      PooledRope rope = new PooledRope(cycle);
      long refused = 0;
      for (int i = 0; i < rounds; i++) {
        PooledString text = texts[random.nextInt(texts.length)];
        PooledString source = texts[random.nextInt(texts.length)];
        switch (random.nextInt(8)) {
          case 0 -> refused -= text.trySet("a text of some length, \u20ac included").code();
          case 1 -> refused -= text.tryAppend(source).code();
          case 2 -> text.truncate(random.nextInt(100));
          case 3 -> text.destroy();
          case 4 -> refused -= scratch.tryAppendEscaped(Escaping.JSON, source).code();
          case 5 -> refused -= rope.tryAppend(source).code();
          case 6 -> refused -= text.trySet(source).code();
          default -> {
            if (random.nextInt(8) == 0) {
              scratch.detach();
              rope.detach();
              cycle.clear();
            }
          }
        }
      }
      System.out.println(refused + " refused");
      agent.close();
      pool.verify();
      if (!pool.closeAndReport().clean()) {
        throw new IllegalStateException("something was not returned");
      }
    }
    System.out.println("done");
  }
}
