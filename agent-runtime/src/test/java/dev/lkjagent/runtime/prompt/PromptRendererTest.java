package dev.lkjagent.runtime.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Status;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.WorkingMemory;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.Role;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PromptRendererTest {
  private static final EntryKind[] KINDS = EntryKind.values();
  private static final String[] TEXTS = {
    "", "x", "a < b", "a & b > c", "Café 日本語", "plain words ".repeat(9), "<&>".repeat(20)
  };

  private final MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
  private final Mind[] minds = {new Mind("You are one."), new Mind("You are two.")};
  private final PromptRenderer renderer = new PromptRenderer();
  private final ModelRequest request = new ModelRequest();

  /** What prompts are made of here. */
  private final class Mind implements PromptSource {
    private final WorkingMemory memory = new WorkingMemory(pool.root());
    private final Inbox inbox = new Inbox();
    private final TokenEstimator estimator = new TokenEstimator();
    private byte[] system;
    private int cycle = 1;

    Mind(String system) {
      this.system = utf8(system);
    }

    @Override
    public byte[] system() {
      return system;
    }

    @Override
    public WorkingMemory memory() {
      return memory;
    }

    @Override
    public Inbox inbox() {
      return inbox;
    }

    @Override
    public byte[] stateName() {
      return utf8("thinking");
    }

    @Override
    public byte[] statePrompt() {
      return utf8("Think.");
    }

    @Override
    public long cycle() {
      return cycle;
    }

    @Override
    public long lastCycle() {
      return 0;
    }

    @Override
    public TokenEstimator estimator() {
      return estimator;
    }

    void put(EntryKind kind, String tags, String value) {
      byte[] name = utf8(tags);
      byte[] text = utf8(value);
      assertThat(memory.put(kind, name, 0, name.length, text, 0, text.length, cycle))
          .isEqualTo(Status.OK);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @BeforeEach
  void begin() {
    minds[1].put(EntryKind.NOTE, "another", "of the other one");
  }

  @AfterEach
  void close() {
    for (Mind mind : minds) {
      mind.memory.close();
    }
    pool.close();
  }

  /** Renders with what is kept of the last prompt, and with nothing. */
  private void check(Mind mind, long limit, String what) {
    ModelRequest fresh = new ModelRequest();
    boolean fits = new PromptRenderer().render(mind, limit, fresh);
    assertThat(renderer.render(mind, limit, request)).as(what).isEqualTo(fits);
    assertThat(request.messageCount()).as(what).isEqualTo(fresh.messageCount());
    for (int i = 0; i < fresh.messageCount(); i++) {
      assertThat(request.text(i)).as(what).isEqualTo(fresh.text(i));
    }
  }

  @Test
  void whatIsKeptOfTheLastPromptIsWhatWouldBeWrittenAfresh() {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      for (int step = 0; step < 100; step++) {
        Mind mind = minds[random.nextInt(8) == 0 ? 1 : 0];
        change(mind, random);
        long limit = random.nextInt(6) == 0 ? 100 + random.nextInt(900) : Integer.MAX_VALUE;
        check(mind, limit, "seed " + seed + ", step " + step);
        if (random.nextInt(10) == 0) {
          request.clear();
          request.begin(Role.USER).append("somebody else's ".repeat(random.nextInt(40))).end();
        }
      }
    }
  }

  private static void change(Mind mind, Random random) {
    WorkingMemory memory = mind.memory;
    mind.cycle++;
    for (int i = random.nextInt(3); i > 0; i--) {
      mind.put(
          KINDS[random.nextInt(KINDS.length)],
          "tag_" + random.nextInt(12),
          TEXTS[random.nextInt(TEXTS.length)]);
    }
    if (memory.count() > 0 && random.nextInt(3) == 0) {
      assertThat(memory.remove(random.nextInt(memory.count()))).isEqualTo(Status.OK);
    }
    if (memory.count() > 0 && random.nextInt(6) == 0) {
      memory.pin(random.nextInt(memory.count()), random.nextBoolean());
    }
    if (random.nextInt(4) == 0) {
      memory.undo();
    } else if (random.nextInt(3) > 0) {
      memory.commit();
    }
    if (random.nextInt(20) == 0) {
      mind.system = utf8("You are ".repeat(1 + random.nextInt(3)));
    }
  }

  @Test
  void anEntryThatTakesTheSlotOfAnotherIsShown() {
    Mind mind = minds[0];
    mind.put(EntryKind.NOTE, "a", "before");
    mind.memory.commit();
    check(mind, Integer.MAX_VALUE, "before");
    mind.put(EntryKind.NOTE, "a", "after!");
    mind.memory.commit();
    mind.put(EntryKind.NOTE, "a", "before");
    mind.memory.commit();
    mind.put(EntryKind.NOTE, "a", "at last");
    check(mind, Integer.MAX_VALUE, "after");
    assertThat(request.text(1)).contains(">at last<").doesNotContain("before");
  }

  @Test
  void aRequestThatSomebodyElseFilledIsWrittenAnew() {
    Mind mind = minds[0];
    mind.put(EntryKind.NOTE, "a", "something to be shown");
    check(mind, Integer.MAX_VALUE, "first");
    request.clear();
    request.begin(Role.SYSTEM).append("x".repeat(200)).end();
    check(mind, Integer.MAX_VALUE, "after another");
  }

  /** A mind with three items in every section that can give way, one note pinned. */
  private Mind full() {
    Mind mind = minds[0];
    for (int i = 1; i <= 3; i++) {
      mind.put(EntryKind.NOTE, "note_" + i, "note " + i);
      mind.put(EntryKind.THINKING, "thinking_log_0" + i, "thought " + i);
      mind.put(EntryKind.EVALUATION, "evaluation_log_0" + i, "judged " + i);
      mind.put(EntryKind.EXECUTION, "execution_log_0" + i, "did " + i);
      mind.inbox.add(i, "user", utf8("message " + i), 0);
    }
    mind.memory.pin(0, true);
    mind.memory.commit();
    return mind;
  }

  private static int omitted(PromptLedger ledger) {
    int sum = 0;
    for (Section section : Section.values()) {
      sum += ledger.omitted(section);
    }
    return sum;
  }

  @Test
  void theLedgerAddsUpToThePrompt() {
    Mind mind = full();
    mind.estimator.ratio(TokenEstimator.INITIAL * 2);
    assertThat(renderer.render(mind, Integer.MAX_VALUE, request)).isTrue();
    PromptLedger ledger = renderer.ledger();
    String prompt = request.text(1);
    int log = prompt.indexOf("<execution_log>");
    int inbox = prompt.indexOf("<inbox>");
    assertThat(ledger.bytes(Section.SYSTEM)).isEqualTo(mind.system.length);
    assertThat(ledger.bytes(Section.EXECUTION)).isEqualTo(inbox - log);
    assertThat(ledger.totalBytes()).isEqualTo(mind.system.length + prompt.length());
    assertThat(ledger.tokens(Section.EXECUTION)).isEqualTo((inbox - log + 1) / 2);
    assertThat(ledger.tokens()).isEqualTo((ledger.totalBytes() + 1) / 2);
    assertThat(omitted(ledger)).isZero();
    assertThat(ledger)
        .asString()
        .contains("execution %d B, %d tokens;".formatted(inbox - log, (inbox - log + 1) / 2));
  }

  @Test
  void eachSectionGivesWayByItsOwnRule() {
    Mind mind = full();
    String[] order = {
      "thought 1",
      "thought 2",
      "thought 3",
      "judged 1",
      "judged 2",
      "judged 3",
      "did 1",
      "did 2",
      "note 2",
      "note 3",
      "message 3",
      "message 2"
    };
    long limit = renderer.measure(mind);
    for (int gone = 0; gone <= order.length; gone++) {
      assertThat(renderer.render(mind, limit, request)).as("%d omitted", gone).isTrue();
      PromptLedger ledger = renderer.ledger();
      assertThat(omitted(ledger)).isEqualTo(gone);
      String prompt = request.text(1);
      for (int i = 0; i < order.length; i++) {
        assertThat(prompt.contains(order[i])).as(order[i]).isEqualTo(i >= gone);
      }
      assertThat(prompt).contains("note 1", "did 3", "message 1", "Think.");
      limit = ledger.totalBytes() - 1L;
    }
    PromptLedger ledger = renderer.ledger();
    assertThat(ledger.omitted(Section.SYSTEM) + ledger.omitted(Section.STATE)).isZero();
    assertThat(ledger.omitted(Section.THINKING)).isEqualTo(3);
    assertThat(ledger.omitted(Section.EXECUTION)).isEqualTo(2);
    assertThat(ledger.omitted(Section.INBOX)).isEqualTo(2);
    assertThat(ledger).asString().contains("inbox ", ", 2 omitted");
    assertThat(renderer.render(mind, limit, request)).as("the rest has to stay").isFalse();
  }
}
