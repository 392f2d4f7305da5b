package dev.lkjagent.runtime.store;

import static dev.lkjagent.runtime.store.StoreFaults.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.memory.TagSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store owes; run over each of them. */
abstract class StoreContract {
  Store store = new InMemoryStore();

  /** Opens the store under test. */
  abstract Store open() throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  static FaultCode codeOf(CompletionStage<?> stage) {
    try {
      join(stage);
    } catch (FaultException e) {
      return e.fault().code();
    }
    throw new AssertionError("no fault");
  }

  static FaultCode codeOf(Answer answer) {
    var fault = answer.fault();
    if (fault == null) {
      throw new AssertionError("no fault");
    }
    return fault.code();
  }

  List<String> found(Space space, Query query) {
    return join(store.search(space, query)).hits().stream().map(h -> h.tags().canonical()).toList();
  }

  @Test
  void newAgentIsEmptyAndDueAtOnce() {
    Snapshot created = join(store.create("a", 77));
    assertThat(created)
        .isEqualTo(
            new Snapshot(
                "a", 0, 0, 0, "", Bytes.EMPTY, 77, 0, null, List.of(), List.of(), List.of()));
    assertThat(join(store.load("a"))).contains(created);
    assertThat(join(store.load("a", 0))).isEqualTo(created);
    assertThat(join(store.load("b"))).isEmpty();
    assertThat(join(store.due(77, 9))).containsExactly(new Due("a", 77));
  }

  @Test
  void secondAgentOfANameIsRefused() {
    join(store.create("a", 1));
    assertThat(codeOf(store.create("a", 2))).isEqualTo(FaultCode.AGENT_NAME_TAKEN);
    assertThatThrownBy(() -> store.create("", 2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void commitIsLoadedAsItWasMade() {
    Agents a = Agents.create(store, "a");
    a.with(c -> c.state("waiting").due(5_000).wake(Change.WAKE_ON_MESSAGE));
    assertThat(a.commit()).isEqualTo(1);
    Commit expected =
        new Commit(
            1,
            1,
            true,
            "waiting",
            Bytes.utf8("head a v1"),
            5_000,
            Change.WAKE_ON_MESSAGE,
            10_000,
            Bytes.utf8("delta a v1"),
            Bytes.utf8("record a v1"));
    assertThat(a.load())
        .isEqualTo(
            new Snapshot(
                "a",
                1,
                0,
                1,
                "waiting",
                expected.head(),
                5_000,
                Change.WAKE_ON_MESSAGE,
                null,
                List.of(expected),
                List.of(),
                List.of()));
    assertThat(join(store.commits("a", 1, 10))).containsExactly(expected);
  }

  @Test
  void staleVersionIsRefusedAndChangesNothing() {
    Agents a = Agents.create(store, "a");
    a.save("k", "one").commit();
    a.version = 0;
    a.save("k", "two");
    assertThat(codeOf(Answer.to(store, a.next(true)))).isEqualTo(FaultCode.STORE_CONFLICT);
    assertThat(join(store.get(a.space(), TagSet.of("k"))).orElseThrow().value().utf8())
        .isEqualTo("one");
    assertThat(a.load().version()).isEqualTo(1);
  }

  @Test
  void sameChangeCommittedTwiceIsAppliedOnce() {
    Agents a = Agents.create(store, "a");
    Change change = a.save("k", "v").next(true);
    assertThat(Answer.to(store, change).version()).isEqualTo(1);
    assertThat(codeOf(Answer.to(store, change))).isEqualTo(FaultCode.STORE_CONFLICT);
    assertThat(a.load().commits()).hasSize(1);
  }

  @Test
  void changeThatDoesNotFitIsRefused() {
    Agents a = Agents.create(store, "a");
    assertThat(codeOf(Answer.to(store, new Agents(store, "nobody").next(true))))
        .isEqualTo(FaultCode.NO_SUCH_AGENT);
    a.cycle = 1;
    assertThat(codeOf(Answer.to(store, a.next(false)))).isEqualTo(FaultCode.STORE_REFUSED);
    a.cycle = 0;
    for (String tags : List.of("B", "b,a", "a,a", "a, b", "a__b", ",")) {
      a.save("ok", "v").save(tags, "v");
      assertThat(codeOf(Answer.to(store, a.next(true))))
          .as(tags)
          .isEqualTo(FaultCode.STORE_REFUSED);
    }
    assertThat(a.load().version()).isZero();
    assertThat(found(a.space(), Query.EVERYTHING)).isEmpty();
  }

  @Test
  void theFirstCommitMayEndAnyCycleAndTheNextMustFollowIt() {
    Agents a = Agents.create(store, "a");
    a.cycle = 6;
    a.save("k", "v").commit();
    assertThat(a.load().cycle()).isEqualTo(7);
    a.cycle = 8;
    assertThat(codeOf(Answer.to(store, a.next(true)))).isEqualTo(FaultCode.STORE_REFUSED);
    assertThat(join(store.load("a", 7)).version()).isEqualTo(1);
    assertThat(join(store.rewind("a", 0)).cycle()).isZero();
  }

  @Test
  void misuseOfAChangeThrowsAtOnce() {
    Change change = new Change();
    assertThatThrownBy(() -> store.commit(change, new Answer()))
        .isInstanceOf(IllegalArgumentException.class);
    change.begin("a", 0).cycle(1, false);
    change.image().put(1);
    assertThatThrownBy(() -> store.commit(change, new Answer()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> change.save(Space.of("b"), new byte[] {'t'}, 0, 1, new byte[0], 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> change.save(Space.OWN, new byte[0], 0, 0, new byte[0], 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sameTagsReplaceAndRemovalRemoves() {
    Agents a = Agents.create(store, "a");
    a.save("a,b", "one").save("c", "other").commit();
    a.save("a,b", "two").commit();
    assertThat(join(store.get(a.space(), TagSet.of("b, A"))).orElseThrow())
        .isEqualTo(new Entry(new TagSet("a,b"), Bytes.utf8("two"), 10_001));
    assertThat(found(a.space(), Query.EVERYTHING)).containsExactly("a,b", "c");
    a.remove(Space.OWN, "a,b").remove(Space.OWN, "never,there").commit();
    assertThat(join(store.get(a.space(), TagSet.of("a,b")))).isEmpty();
    assertThat(found(a.space(), Query.EVERYTHING)).containsExactly("c");
    assertThat(found(a.space(), Query.EVERYTHING.text("two"))).isEmpty();
  }

  @Test
  void lastWriteOfAChangeWins() {
    Agents a = Agents.create(store, "a");
    a.save("k", "one").save("k", "two").remove(Space.OWN, "k").save("k", "three").commit();
    a.save("gone", "x").remove(Space.OWN, "gone").commit();
    assertThat(join(store.get(a.space(), TagSet.of("k"))).orElseThrow().value().utf8())
        .isEqualTo("three");
    assertThat(found(a.space(), Query.EVERYTHING)).containsExactly("k");
  }

  @Test
  void whatIsKeptIsWrittenUnlessItIsThereInOneOfTwoSpaces() {
    Space board = Space.shared("board");
    Agents a = Agents.create(store, "a");
    a.keep(board, "k", "first").commit();
    assertThat(value(a.space(), "k")).isEqualTo("first");
    a.keep(board, "k", "second").keep(Space.OWN, "k", "third").commit();
    assertThat(value(a.space(), "k")).isEqualTo("first");
    a.save(board, "s", "of all").commit();
    a.keep(board, "s", "of all").keep(Space.OWN, "own", "of one").commit();
    assertThat(found(a.space(), Query.EVERYTHING)).containsExactly("own", "k");
    a.remove(board, "s").keep(board, "s", "of one").commit();
    assertThat(value(a.space(), "s")).isEqualTo("of one");
    assertThat(found(board, Query.EVERYTHING)).isEmpty();
    assertThat(found(a.space(), Query.EVERYTHING.text("one")))
        .containsExactlyInAnyOrder("own", "s");
  }

  @Test
  void whatIsKeptStandsBesideWhatAnotherAgentPutUnderItsTags() {
    Space board = Space.shared("board");
    Agents a = Agents.create(store, "a");
    a.save(board, "k,x", "of all").commit();
    a.keep(board, "k,x", "of one").commit();
    assertThat(value(a.space(), "earlier,k,x")).isEqualTo("of one");
    assertThat(value(board, "k,x")).isEqualTo("of all");
    assertThat(found(a.space(), Query.EVERYTHING)).containsExactly("earlier,k,x");
    a.keep(board, "k,x", "of another").commit();
    assertThat(value(a.space(), "earlier,k,x")).isEqualTo("of another");
    a.save(Space.OWN, "k,x", "own").keep(board, "k,x", "of a third").commit();
    assertThat(value(a.space(), "earlier,k,x")).isEqualTo("of another");
    assertThat(value(a.space(), "k,x")).isEqualTo("own");
  }

  private String value(Space space, String tags) {
    return join(store.get(space, TagSet.of(tags))).orElseThrow().value().utf8();
  }

  @Test
  void spacesAreApart() {
    Agents a = Agents.create(store, "a");
    Agents b = Agents.create(store, "b");
    Space board = Space.shared("board");
    a.save("k", "mine").save(board, "k", "from a").commit();
    b.save("k", "yours").commit();
    assertThat(join(store.get(a.space(), TagSet.of("k"))).orElseThrow().value().utf8())
        .isEqualTo("mine");
    assertThat(join(store.get(b.space(), TagSet.of("k"))).orElseThrow().value().utf8())
        .isEqualTo("yours");
    assertThat(join(store.get(board, TagSet.of("k"))).orElseThrow().value().utf8())
        .isEqualTo("from a");
    b.save(board, "k", "from b").save(Space.shared("a"), "k", "named like an agent").commit();
    assertThat(join(store.get(board, TagSet.of("k"))).orElseThrow().value().utf8())
        .isEqualTo("from b");
    assertThat(join(store.sharedSpaces())).containsExactly("a", "board");
    b.remove(board, "k").commit();
    assertThat(join(store.sharedSpaces())).containsExactly("a");
    assertThat(found(Space.shared("never"), Query.EVERYTHING)).isEmpty();
    assertThat(codeOf(store.search(Space.of("nobody"), Query.EVERYTHING)))
        .isEqualTo(FaultCode.NO_SUCH_AGENT);
  }

  @Test
  void tagsAreSearchedByAllAnyAndNot() {
    Agents a = Agents.create(store, "a");
    a.save("x", "1").save("x,y", "2").save("x,y,z", "3").save("z", "4").save("x_y", "5").commit();
    Query q = Query.EVERYTHING;
    assertThat(found(a.space(), q)).containsExactly("x_y", "z", "x,y,z", "x,y", "x");
    assertThat(found(a.space(), q.all("x"))).containsExactly("x,y,z", "x,y", "x");
    assertThat(found(a.space(), q.all("Y, x"))).containsExactly("x,y,z", "x,y");
    assertThat(found(a.space(), q.any("y,z"))).containsExactly("z", "x,y,z", "x,y");
    assertThat(found(a.space(), q.not("y"))).containsExactly("x_y", "z", "x");
    assertThat(found(a.space(), q.all("x").any("z").not("q"))).containsExactly("x,y,z");
    assertThat(found(a.space(), q.all("x").not("x"))).isEmpty();
    assertThat(found(a.space(), q.all("x y"))).containsExactly("x_y");
    assertThat(found(a.space(), q.all("unknown"))).isEmpty();
  }

  @Test
  void textIsRankedByRelevance() {
    Agents a = Agents.create(store, "a");
    a.save("long", "apple " + "filler words that say nothing at all ".repeat(8))
        .save("short", "apple pie")
        .save("twice", "apple and apple")
        .save("none", "pear");
    for (int i = 0; i < 20; i++) {
      a.save("noise" + i, "unrelated matter " + i);
    }
    a.commit();
    assertThat(found(a.space(), Query.EVERYTHING.text("apple")))
        .containsExactly("twice", "short", "long");
    assertThat(found(a.space(), Query.EVERYTHING.text("APPLE pie"))).containsExactly("short");
    assertThat(found(a.space(), Query.EVERYTHING.text("apple pear"))).isEmpty();
    assertThat(found(a.space(), Query.EVERYTHING.text("apple").not("short")))
        .containsExactly("twice", "long");
    List<Hit> hits = join(store.search(a.space(), Query.EVERYTHING.text("apple"))).hits();
    assertThat(hits).extracting(Hit::score).isSortedAccordingTo((p, q) -> Double.compare(q, p));
    assertThat(hits.get(0).score()).isPositive();
  }

  @Test
  void wordsAreFoundWhateverTheirCaseAccentsAndScript() {
    Agents a = Agents.create(store, "a");
    a.save("fr", "Le café de l'Été, naïve")
        .save("de", "Über die Straße")
        .save("ja", "日本語を勉強しています。東京タワー")
        .save("ko", "한국어를 배웁니다")
        .save("ru", "Мир и война")
        .save("hi", "हिन्दी भाषा")
        .save("code", "the method find_first(snake_case) in HttpClient2")
        .commit();
    String[][] cases = {
      {"cafe", "fr"},
      {"ÉTÉ", "fr"},
      {"naive", "fr"},
      {"uber", "de"},
      {"straße", "de"},
      {"日本", "ja"},
      {"日本語", "ja"},
      {"本", "ja"},
      {"語", "ja"},
      {"東京タワー", "ja"},
      {"ー", "ja"},
      {"한국", "ko"},
      {"мир", "ru"},
      {"हिन्दी", "hi"},
      {"find", "code"},
      {"find_first", "code"},
      {"httpclient2", "code"},
      {"\"snake case\"", "code"}
    };
    for (String[] one : cases) {
      assertThat(found(a.space(), Query.EVERYTHING.text(one[0])))
          .as(one[0])
          .containsExactly(one[1]);
    }
    for (String absent : List.of("caf", "本日", "日語", "\"case snake\"", "हिन्द")) {
      assertThat(found(a.space(), Query.EVERYTHING.text(absent))).as(absent).isEmpty();
    }
  }

  @Test
  void textOfAQueryIsNeverSyntax() {
    Agents a = Agents.create(store, "a");
    a.save("k", "and or not near alpha beta text tags").commit();
    for (String text :
        List.of(
            "alpha AND",
            "NOT alpha",
            "alpha OR",
            "(alpha",
            "alpha)",
            "text:alpha",
            "tags:k",
            "alpha*",
            "^alpha",
            "alpha -beta",
            "{alpha beta}",
            "NEAR(alpha beta)",
            "alpha\"",
            "\"alpha",
            "\"\"\"alpha",
            "'alpha'",
            "alpha;--",
            "alpha + beta",
            "k : alpha")) {
      Query query = Query.EVERYTHING.text(text);
      boolean expected =
          TextQuery.of(text).phrases().stream()
              .allMatch(
                  p ->
                      TextQuery.count(
                              p,
                              List.of("and", "or", "not", "near", "alpha", "beta", "text", "tags"))
                          > 0);
      assertThat(found(a.space(), query)).as(text).hasSize(expected ? 1 : 0);
    }
    for (String nothing : List.of("", "  ", "*", "\"\"", "\"", "()", "-:-", "…")) {
      assertThat(found(a.space(), Query.EVERYTHING.text(nothing))).as(nothing).isEmpty();
    }
    String manyWords = String.join(" ", IntStream.range(0, 3_000).mapToObj(i -> "w" + i).toList());
    assertThat(found(a.space(), Query.EVERYTHING.text(manyWords))).isEmpty();
    assertThat(found(a.space(), Query.EVERYTHING.text("x".repeat(100_000)))).isEmpty();
    assertThat(found(a.space(), Query.EVERYTHING.text("alpha\u0000beta\ud800")))
        .containsExactly("k");
  }

  @Test
  void pagesFollowOneAnotherWithoutGapsOrRepeats() {
    Agents a = Agents.create(store, "a");
    for (int i = 0; i < 53; i++) {
      a.save("n" + i, "word " + i);
    }
    a.commit();
    for (Query query : List.of(Query.EVERYTHING, Query.EVERYTHING.text("word"))) {
      List<String> seen = new ArrayList<>();
      SearchPage page = join(store.search(a.space(), query.page(0, 10)));
      while (true) {
        assertThat(page.total()).isEqualTo(53);
        page.hits().forEach(h -> seen.add(h.tags().canonical()));
        if (!page.hasMore()) {
          break;
        }
        page = join(store.search(a.space(), query.page(page.offset() + page.hits().size(), 10)));
      }
      assertThat(seen).hasSize(53).doesNotHaveDuplicates();
      assertThat(found(a.space(), query.page(60, 10))).isEmpty();
    }
  }

  @Test
  void snippetShowsWhatWasFound() {
    Agents a = Agents.create(store, "a");
    a.save("k", "start ".repeat(100) + "needle\n\tin hay " + "end ".repeat(100)).commit();
    Query query = Query.EVERYTHING.text("needle hay").snippets(60);
    Hit hit = join(store.search(a.space(), query)).hits().get(0);
    assertThat(hit.snippet()).contains("needle in hay").startsWith("…").endsWith("…");
    assertThat(hit.snippet().length()).isLessThanOrEqualTo(62);
    assertThat(hit.sizeBytes()).isEqualTo(600 + 15 + 400);
    String head =
        join(store.search(a.space(), Query.EVERYTHING.snippets(20))).hits().get(0).snippet();
    assertThat(head).startsWith("start start").endsWith("…");
    assertThat(join(store.search(a.space(), query.snippets(0))).hits().get(0).snippet()).isEmpty();
  }

  @Test
  void readStopsBeforeItsBudgetIsExceeded() {
    Agents a = Agents.create(store, "a");
    a.save("a", "12345").save("b", "12345").save("c", "12345").commit();
    assertThat(join(store.read(a.space(), Query.EVERYTHING, 10)))
        .extracting(e -> e.tags().canonical())
        .containsExactly("c", "b");
    assertThat(join(store.read(a.space(), Query.EVERYTHING, 4))).isEmpty();
    assertThat(join(store.read(a.space(), Query.EVERYTHING.all("a"), 99)))
        .containsExactly(new Entry(new TagSet("a"), Bytes.utf8("12345"), 10_000));
  }

  @Test
  void anyBytesAreAValue() {
    Agents a = Agents.create(store, "a");
    byte[] value = new byte[70_000];
    new java.util.Random(5).nextBytes(value);
    byte[] tag = Agents.bytes("bin");
    a.with(c -> c.save(Space.OWN, tag, 0, 3, value, 0, value.length)).save("empty", "").commit();
    assertThat(join(store.get(a.space(), TagSet.of("bin"))).orElseThrow().value().toArray())
        .isEqualTo(value);
    assertThat(join(store.get(a.space(), TagSet.of("empty"))).orElseThrow().value())
        .isEqualTo(Bytes.EMPTY);
    assertThat(found(a.space(), Query.EVERYTHING)).containsExactly("empty", "bin");
  }

  @Test
  void messagesWaitUntilACommitConsumesThem() {
    Agents a = Agents.create(store, "a");
    Message first = join(store.send("a", "ann", Bytes.utf8("hello"), 50));
    Message second = join(store.send("a", "bob", Bytes.utf8("there"), 51));
    assertThat(second.id()).isGreaterThan(first.id());
    assertThat(a.load().inbox()).containsExactly(first, second);
    a.with(c -> c.consume(first.id())).commit();
    assertThat(a.load().inbox()).containsExactly(second);
    a.with(c -> c.consume(second.id())).with(c -> c.consume(first.id()));
    assertThat(codeOf(Answer.to(store, a.next(true)))).isEqualTo(FaultCode.NOTHING_THERE);
    assertThat(a.load().inbox()).containsExactly(second);
    Agents.create(store, "b");
    Message other = join(store.send("b", "ann", Bytes.EMPTY, 52));
    a.with(c -> c.consume(other.id()));
    assertThat(codeOf(Answer.to(store, a.next(true)))).isEqualTo(FaultCode.NOTHING_THERE);
    assertThat(codeOf(store.send("nobody", "ann", Bytes.EMPTY, 1)))
        .isEqualTo(FaultCode.NO_SUCH_AGENT);
  }

  @Test
  void messageWakesTheAgentThatAsksForIt() {
    Agents a = Agents.create(store, "a");
    a.with(c -> c.due(Change.NEVER).wake(0)).commit();
    Message early = join(store.send("a", "ann", Bytes.EMPTY, 50));
    assertThat(join(store.due(Change.NEVER - 1, 9))).isEmpty();
    a.with(c -> c.due(Change.NEVER).wake(Change.WAKE_ON_MESSAGE).time(60)).commit();
    assertThat(join(store.due(60, 9))).containsExactly(new Due("a", 60));
    a.with(c -> c.due(9_000).wake(Change.WAKE_ON_MESSAGE).consume(early.id())).commit();
    assertThat(join(store.due(8_999, 9))).isEmpty();
    join(store.send("a", "ann", Bytes.EMPTY, 70));
    assertThat(join(store.due(8_999, 9))).containsExactly(new Due("a", 70));
    join(store.send("a", "ann", Bytes.EMPTY, 80));
    assertThat(join(store.due(8_999, 9))).containsExactly(new Due("a", 70));
  }

  @Test
  void dueAgentsComeEarliestFirst() {
    for (int i = 0; i < 5; i++) {
      long due = new long[] {300, 100, Change.NEVER, 200, 400}[i];
      Agents.create(store, "a" + i).with(c -> c.due(due)).commit();
    }
    assertThat(join(store.due(300, 9)))
        .containsExactly(new Due("a1", 100), new Due("a3", 200), new Due("a0", 300));
    assertThat(join(store.due(Change.NEVER - 1, 1))).containsExactly(new Due("a1", 100));
  }

  @Test
  void callGoesFromAskedToClosed() {
    Agents a = Agents.create(store, "a");
    byte[] request = Agents.bytes("delete everything");
    a.with(
            c -> {
              c.ask(0, request, 0, request.length);
              c.due(Change.NEVER).wake(Change.WAKE_ON_DECISION);
            })
        .commit();
    Intent asked =
        new Intent(
            0, 1, 0, Intent.Status.ASKED, Bytes.copyOf(request, 0, request.length), "", 10_000);
    assertThat(a.load().intents()).containsExactly(asked);
    assertThat(join(store.agents()).get(0).asked()).isEqualTo(1);
    a.with(c -> c.open(1, 0, request, 0, 0));
    assertThat(codeOf(Answer.to(store, a.next(true)))).isEqualTo(FaultCode.NOTHING_THERE);
    Intent approved = join(store.decide("a", 1, 0, true, "go on", 600));
    assertThat(approved)
        .isEqualTo(new Intent(0, 1, 0, Intent.Status.APPROVED, asked.request(), "go on", 600));
    assertThat(join(store.due(600, 9))).containsExactly(new Due("a", 600));
    assertThat(codeOf(store.decide("a", 1, 0, false, "", 601))).isEqualTo(FaultCode.NOTHING_THERE);
    a.with(c -> c.open(1, 0, request, 0, 0)).commitPart();
    assertThat(a.load().intents())
        .containsExactly(new Intent(0, 1, 0, Intent.Status.OPEN, asked.request(), "go on", 10_001));
    assertThat(a.load().cutOff()).hasSize(1);
    a.with(c -> c.close(1, 0)).commit();
    assertThat(a.load().intents()).isEmpty();
    assertThat(a.load().cutOff()).isEmpty();
    a.with(c -> c.close(1, 0));
    assertThat(codeOf(Answer.to(store, a.next(true)))).isEqualTo(FaultCode.NOTHING_THERE);
  }

  @Test
  void incarnationRisesWithEveryRewindAndACallKeepsIts() {
    Agents a = Agents.create(store, "a");
    byte[] request = {1};
    a.commit();
    a.with(c -> c.open(2, 0, request, 0, 1)).commitPart();
    assertThat(a.load().incarnation()).isZero();
    assertThat(a.load().intents()).extracting(Intent::incarnation).containsExactly(0L);
    join(store.rewind("a", Store.LATEST));
    long second = a.load().incarnation();
    assertThat(second).isPositive();
    long third = join(store.rewind("a", 1)).incarnation();
    assertThat(third).isGreaterThan(second);
    a.version = a.load().version();
    a.with(c -> c.open(2, 0, request, 0, 1)).commitPart();
    assertThat(a.load().intents()).extracting(Intent::incarnation).containsExactly(third);
    assertThat(join(store.fork("a", Store.LATEST, "b", 9)).incarnation()).isZero();
    join(store.delete("a"));
    assertThat(join(store.create("a", 9)).incarnation()).isGreaterThan(third);
  }

  @Test
  void deniedCallIsClosedAndNeverOpened() {
    Agents a = Agents.create(store, "a");
    byte[] request = {1};
    a.with(c -> c.ask(3, request, 0, 1)).commit();
    assertThat(join(store.decide("a", 1, 3, false, "no", 5)).status())
        .isEqualTo(Intent.Status.DENIED);
    a.with(c -> c.open(1, 3, request, 0, 1));
    assertThat(codeOf(Answer.to(store, a.next(true)))).isEqualTo(FaultCode.NOTHING_THERE);
    a.with(c -> c.close(1, 3)).commit();
    assertThat(a.load().intents()).isEmpty();
    assertThat(codeOf(store.decide("a", 1, 3, true, "", 6))).isEqualTo(FaultCode.NOTHING_THERE);
    assertThat(codeOf(store.decide("a", 9, 9, true, "", 6))).isEqualTo(FaultCode.NOTHING_THERE);
  }

  @Test
  void intentOfACutOffCycleIsFoundOpen() {
    Agents a = Agents.create(store, "a");
    a.commit();
    byte[] request = Agents.bytes("pay");
    a.with(c -> c.open(2, 0, request, 0, 3)).with(c -> c.open(2, 1, request, 0, 3)).commitPart();
    Snapshot found = a.load();
    assertThat(found.cycle()).isEqualTo(1);
    assertThat(found.version()).isEqualTo(2);
    assertThat(found.cutOff()).hasSize(1).first().matches(c -> c.cycle() == 2 && !c.ends());
    assertThat(found.intents()).extracting(Intent::status).containsOnly(Intent.Status.OPEN);
    a.with(c -> c.open(2, 0, request, 0, 3)).with(c -> c.close(2, 1)).commitPart();
    assertThat(a.load().intents()).extracting(Intent::ordinal).containsExactly(0);
    a.with(c -> c.close(2, 0)).with(c -> c.ask(0, request, 0, 1));
    assertThat(codeOf(Answer.to(store, a.next(true)))).isEqualTo(FaultCode.STORE_REFUSED);
    assertThat(a.load().intents()).hasSize(1);
  }

  @Test
  void loadStartsAtTheNearestCheckpoint() {
    Agents a = Agents.create(store, "a");
    for (int i = 1; i <= 9; i++) {
      int n = i;
      a.with(
          c -> {
            if (n % 3 == 0) {
              Agents.text(c.image(), "image " + n);
            }
          });
      a.commit();
    }
    for (int cycle = 0; cycle <= 9; cycle++) {
      Snapshot at = a.load(cycle);
      int base = cycle / 3 * 3;
      assertThat(at.version()).isEqualTo(cycle);
      assertThat(at.cycle()).isEqualTo(cycle);
      assertThat(at.commits())
          .extracting(Commit::cycle)
          .containsExactlyElementsOf(
              IntStream.rangeClosed(base + 1, cycle).mapToObj(n -> (long) n).toList());
      if (base == 0) {
        assertThat(at.checkpoint()).isNull();
      } else {
        assertThat(at.checkpoint())
            .isEqualTo(new Checkpoint(base, base, Bytes.utf8("image " + base)));
      }
      assertThat(at.head()).isEqualTo(cycle == 0 ? Bytes.EMPTY : Bytes.utf8("head a v" + cycle));
    }
    assertThat(a.load(Store.LATEST)).isEqualTo(a.load());
    assertThat(codeOf(store.load("a", 10))).isEqualTo(FaultCode.NO_SUCH_CYCLE);
    assertThat(codeOf(store.load("b", 0))).isEqualTo(FaultCode.NO_SUCH_AGENT);
  }

  @Test
  void journalIsReadByCycles() {
    Agents a = Agents.create(store, "a");
    a.commit();
    a.commitPart();
    a.commitPart();
    a.commit();
    a.commit();
    assertThat(join(store.commits("a", 0, 100)))
        .extracting(Commit::version)
        .containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(join(store.commits("a", 2, 1)))
        .extracting(Commit::version)
        .containsExactly(2L, 3L, 4L);
    assertThat(join(store.commits("a", 4, 1))).isEmpty();
  }

  /** What is in a space, as a map that prints well. */
  static java.util.Map<String, String> contents(Store store, Space space, long cycle) {
    java.util.Map<String, String> all = new java.util.LinkedHashMap<>();
    join(store.entries(space, cycle, e -> all.put(e.tags().canonical(), e.value().utf8())));
    return all;
  }

  @Test
  void rewindTakesOwnStorageAlongAtEveryCycle() {
    for (int target = 0; target <= 6; target++) {
      Agents a = Agents.create(store, "a" + target);
      List<java.util.Map<String, String>> past = new ArrayList<>();
      List<Snapshot> loads = new ArrayList<>();
      past.add(contents(store, a.space(), Store.LATEST));
      loads.add(a.load());
      Space board = Space.shared("board" + target);
      for (int i = 1; i <= 6; i++) {
        a.save("always", "value " + i).save("n" + i, "new " + i).save(board, "last", "" + i);
        if (i > 2) {
          a.remove(Space.OWN, "n" + (i - 2));
        }
        a.commit();
        past.add(contents(store, a.space(), Store.LATEST));
        loads.add(a.load());
      }
      for (int cycle = 0; cycle <= 6; cycle++) {
        assertThat(contents(store, a.space(), cycle)).isEqualTo(past.get(cycle));
      }
      Snapshot back = join(store.rewind(a.name, target));
      assertThat(back.version()).isEqualTo(7);
      assertThat(back.commits()).isEqualTo(loads.get(target).commits());
      assertThat(back.head()).isEqualTo(loads.get(target).head());
      assertThat(back.state()).isEqualTo(loads.get(target).state());
      assertThat(contents(store, a.space(), Store.LATEST)).isEqualTo(past.get(target));
      assertThat(contents(store, board, Store.LATEST)).containsEntry("last", "6");
      assertThat(found(a.space(), Query.EVERYTHING.text("value"))).hasSize(target == 0 ? 0 : 1);
      assertThat(found(a.space(), Query.EVERYTHING.page(0, 99)))
          .hasSameSizeAs(past.get(target).keySet());
      if (target < 6) {
        assertThat(codeOf(store.load(a.name, target + 1))).isEqualTo(FaultCode.NO_SUCH_CYCLE);
      }
      assertThat(codeOf(Answer.to(store, a.next(true)))).isEqualTo(FaultCode.STORE_CONFLICT);
      a.become(back).save("always", "again").commit();
      assertThat(a.load().cycle()).isEqualTo(target + 1);
      assertThat(contents(store, a.space(), target)).isEqualTo(past.get(target));
    }
  }

  @Test
  void rewindGivesMessagesBackAndForgetsYoungerCalls() {
    Agents a = Agents.create(store, "a");
    Message early = join(store.send("a", "x", Bytes.utf8("1"), 1));
    byte[] r = {7};
    a.with(c -> c.ask(0, r, 0, 1)).commit();
    join(store.decide("a", 1, 0, true, "yes", 9));
    Message late = join(store.send("a", "x", Bytes.utf8("2"), 2));
    a.with(c -> c.consume(early.id()))
        .with(c -> c.consume(late.id()))
        .with(c -> c.open(1, 0, r, 0, 0))
        .commit();
    a.with(c -> c.close(1, 0)).with(c -> c.ask(1, r, 0, 1)).commit();
    assertThat(a.load().inbox()).isEmpty();
    Snapshot back = join(store.rewind("a", 1));
    assertThat(back.inbox()).containsExactly(early, late);
    assertThat(back.intents())
        .extracting(Intent::ordinal, Intent::status)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(0, Intent.Status.APPROVED));
    Snapshot start = join(store.rewind("a", 0));
    assertThat(start.intents()).isEmpty();
    assertThat(start.inbox()).containsExactly(early, late);
  }

  @Test
  void rewindDropsACycleThatWasCutOff() {
    Agents a = Agents.create(store, "a");
    a.commit();
    byte[] r = {1};
    a.with(c -> c.open(2, 0, r, 0, 1)).save("part", "x").commitPart();
    Snapshot back = join(store.rewind("a", 1));
    assertThat(back.cutOff()).isEmpty();
    assertThat(back.intents()).isEmpty();
    assertThat(contents(store, a.space(), Store.LATEST)).isEmpty();
    a.become(back).commit();
  }

  @Test
  void forkIsWhatTheAgentWasAndGoesItsOwnWay() {
    Agents a = Agents.create(store, "a");
    byte[] r = {1};
    Message early = join(store.send("a", "x", Bytes.utf8("1"), 1));
    for (int i = 1; i <= 6; i++) {
      int n = i;
      a.save("always", "value " + i).save("n" + i, "new " + i);
      a.with(
          c -> {
            if (n == 3) {
              Agents.text(c.image(), "image");
              c.ask(0, r, 0, 1);
            }
            if (n == 5) {
              c.consume(early.id());
            }
          });
      a.commit();
    }
    for (int cycle = 0; cycle <= 6; cycle++) {
      Snapshot source = a.load(cycle);
      Snapshot fork = join(store.fork("a", cycle, "f" + cycle, 99));
      assertThat(fork.cycle()).isEqualTo(cycle);
      assertThat(fork.commits()).isEqualTo(source.commits());
      assertThat(fork.checkpoint()).isEqualTo(source.checkpoint());
      assertThat(fork.head()).isEqualTo(source.head());
      assertThat(fork.intents()).isEqualTo(source.intents());
      assertThat(fork.inbox())
          .extracting(Message::text)
          .isEqualTo(source.inbox().stream().map(Message::text).toList());
      Space own = Space.of("f" + cycle);
      assertThat(contents(store, own, Store.LATEST)).isEqualTo(contents(store, a.space(), cycle));
      for (int past = cycle < 3 ? 0 : 3; past <= cycle; past++) {
        assertThat(contents(store, own, past)).isEqualTo(contents(store, a.space(), past));
        assertThat(join(store.load("f" + cycle, past)).commits()).isEqualTo(a.load(past).commits());
      }
      if (cycle >= 3) {
        assertThat(codeOf(store.load("f" + cycle, 2))).isEqualTo(FaultCode.NO_SUCH_CYCLE);
      }
      Agents f = new Agents(store, "f" + cycle).become(fork);
      f.save("always", "forked").commit();
      assertThat(found(own, Query.EVERYTHING.text("forked"))).containsExactly("always");
      assertThat(found(a.space(), Query.EVERYTHING.text("forked"))).isEmpty();
    }
    assertThat(join(store.agents()).get(1))
        .matches(i -> "a".equals(i.parent()) && i.parentCycle() == 0 && i.name().equals("f0"));
    assertThat(codeOf(store.fork("a", 1, "f0", 1))).isEqualTo(FaultCode.AGENT_NAME_TAKEN);
    assertThat(codeOf(store.fork("a", 7, "g", 1))).isEqualTo(FaultCode.NO_SUCH_CYCLE);
    assertThat(contents(store, a.space(), Store.LATEST)).containsEntry("always", "value 6");
  }

  @Test
  void forkOfTheLatestFollowsARewind() {
    Agents a = Agents.create(store, "a");
    a.save("k", "1").commit();
    a.save("k", "2").commit();
    Snapshot back = join(store.rewind("a", 1));
    Snapshot fork = join(store.fork("a", Store.LATEST, "b", 5));
    assertThat(fork.commits()).isEqualTo(back.commits());
    assertThat(fork.head()).isEqualTo(back.head());
    assertThat(fork.cycle()).isEqualTo(1);
    new Agents(store, "b").become(fork).save("k", "3").commit();
  }

  @Test
  void trimForgetsThePastOnly() {
    Agents a = Agents.create(store, "a");
    for (int i = 1; i <= 8; i++) {
      int n = i;
      a.save("k", "value " + i);
      a.with(
          c -> {
            if (n % 3 == 0) {
              Agents.text(c.image(), "image " + n);
            }
          });
      a.commit();
    }
    assertThat(join(store.trim("a", 2))).isZero();
    Snapshot before = a.load();
    var past = contents(store, a.space(), 6);
    assertThat(join(store.trim("a", 7))).isEqualTo(6);
    assertThat(a.load()).isEqualTo(before);
    assertThat(a.load(6).head()).isEqualTo(Bytes.utf8("head a v6"));
    assertThat(contents(store, a.space(), 6)).isEqualTo(past);
    assertThat(codeOf(store.load("a", 5))).isEqualTo(FaultCode.NO_SUCH_CYCLE);
    assertThat(codeOf(store.rewind("a", 0))).isEqualTo(FaultCode.NO_SUCH_CYCLE);
    a.become(join(store.rewind("a", 6))).save("k", "again").commit();
    assertThat(contents(store, a.space(), 6)).isEqualTo(past);
  }

  @Test
  void deletedAgentLeavesNothing() {
    Agents a = Agents.create(store, "a");
    Agents b = Agents.create(store, "b");
    a.save("k", "secret").commit();
    b.save("k", "secret").commit();
    join(store.send("a", "x", Bytes.EMPTY, 1));
    join(store.delete("a"));
    assertThat(join(store.load("a"))).isEmpty();
    assertThat(codeOf(store.delete("a"))).isEqualTo(FaultCode.NO_SUCH_AGENT);
    assertThat(codeOf(Answer.to(store, a.next(true)))).isEqualTo(FaultCode.NO_SUCH_AGENT);
    assertThat(join(store.agents())).extracting(AgentInfo::name).containsExactly("b");
    Agents again = Agents.create(store, "a");
    assertThat(again.load().inbox()).isEmpty();
    assertThat(found(again.space(), Query.EVERYTHING.text("secret"))).isEmpty();
    assertThat(found(b.space(), Query.EVERYTHING.text("secret"))).containsExactly("k");
  }

  @Test
  void hostOfADeletedAgentIsRefusedByTheNextOneOfItsName() {
    Agents stale = Agents.create(store, "a");
    for (int deaths = 0; deaths < 3; deaths++) {
      stale.save("k", "old").commit();
      stale.commit();
      join(store.delete("a"));
      Agents fresh = Agents.create(store, "a").become(new Agents(store, "a").load());
      assertThat(fresh.cycle).isZero();
      for (int cycle = 0; cycle < 4; cycle++) {
        assertThat(fresh.version).isGreaterThan(stale.version);
        assertThat(codeOf(Answer.to(store, stale.save("k", "lost").next(true))))
            .isEqualTo(FaultCode.STORE_CONFLICT);
        fresh.save("k", "cycle " + (cycle + 1)).commit();
      }
      assertThat(contents(store, fresh.space(), Store.LATEST)).containsEntry("k", "cycle 4");
      assertThat(contents(store, fresh.space(), 1)).containsEntry("k", "cycle 1");
      stale = fresh;
    }
  }

  @Test
  void agentInThePlaceOfADeletedOneGoesBackToItsOwnBeginning() {
    Agents.create(store, "a").save("k", "old").commit();
    join(store.delete("a"));
    Agents a = Agents.create(store, "a").become(new Agents(store, "a").load());
    Snapshot beginning = a.load();
    Message message = join(store.send("a", "x", Bytes.EMPTY, 1));
    a.with(c -> c.consume(message.id())).save("k", "new").commit();
    assertThat(a.load(0).inbox()).containsExactly(message);
    assertThat(a.load(0).version()).isEqualTo(beginning.version());
    a.become(join(store.rewind("a", 0)));
    assertThat(a.load().commits()).isEmpty();
    assertThat(a.load().inbox()).containsExactly(message);
    assertThat(contents(store, a.space(), Store.LATEST)).isEmpty();
    a.commit();
    assertThat(join(store.fork("a", 0, "b", 1)).inbox()).hasSize(1);
  }

  @Test
  void hostOfADeletedAgentIsRefusedByAForkOfItsName() {
    Agents gone = Agents.create(store, "gone");
    gone.commit();
    gone.commit();
    Agents a = Agents.create(store, "a");
    a.save("k", "v").commit();
    a.commit();
    join(store.delete("gone"));
    Agents fork = new Agents(store, "gone").become(join(store.fork("a", 2, "gone", 1)));
    assertThat(codeOf(Answer.to(store, gone.next(true)))).isEqualTo(FaultCode.STORE_CONFLICT);
    fork.save("k", "w").commit();
    assertThat(contents(store, fork.space(), 1)).containsEntry("k", "v");
    assertThat(join(store.rewind("gone", 1)).cycle()).isEqualTo(1);
    assertThat(contents(store, fork.space(), Store.LATEST)).containsEntry("k", "v");
  }

  @Test
  void agentsAreListedWithWhatWaits() {
    Agents b = Agents.create(store, "b");
    Agents.create(store, "a");
    join(store.send("b", "x", Bytes.EMPTY, 1));
    b.save("k", "v").with(c -> c.due(4_000)).commit();
    assertThat(join(store.agents()))
        .containsExactly(
            new AgentInfo("a", 0, 0, "", 1_000, 0, 0, 0, 1_000, null, 0),
            new AgentInfo("b", 1, 1, "thinking", 4_000, 1, 0, 1, 1_000, null, 0));
  }

  @Test
  void manyAgentsCommitAtOnce() {
    int count = 40;
    List<Agents> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(Agents.create(store, "a" + i));
    }
    for (int round = 0; round < 10; round++) {
      List<Answer> answers = new ArrayList<>();
      for (Agents a : all) {
        answers.add(
            Answer.to(store, a.save("k", a.name + " " + round).save("r" + round, "v").next(true)));
      }
      for (int i = 0; i < count; i++) {
        all.get(i).version = answers.get(i).version();
        all.get(i).cycle++;
      }
    }
    for (Agents a : all) {
      assertThat(a.load().commits()).hasSize(10);
      assertThat(contents(store, a.space(), Store.LATEST))
          .hasSize(11)
          .containsEntry("k", a.name + " 9");
    }
  }

  @Test
  void closedStoreThrows() {
    store.close();
    assertThatThrownBy(() -> store.load("a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.create("a", 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.commit(new Agents(store, "a").next(true), new Answer()))
        .isInstanceOf(IllegalStateException.class);
    store.close();
  }
}
