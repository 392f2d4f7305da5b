package dev.lkjagent.runtime.store;

import static dev.lkjagent.runtime.store.StoreFaults.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.SetClock;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.memory.TagSet;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can happen to the file of a store, and to the right to write to it. */
class SqliteFileTest {
  @TempDir Path folder = Path.of("");
  private Path file = folder;
  private final SetClock clock = new SetClock();
  private final SqliteOptions options = SqliteOptions.DEFAULT.withClock(clock);

  @BeforeEach
  void nameFile() {
    file = folder.resolve("store.db");
  }

  private static Fault faultOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    try {
      call.call();
    } catch (FaultException e) {
      return e.fault();
    } catch (Throwable e) {
      throw new AssertionError("not a fault", e);
    }
    throw new AssertionError("no fault");
  }

  private SqliteStore openAs(Host host) {
    return SqliteStore.open(file, options, SqliteSchema.CURRENT, host);
  }

  private void sql(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String one : statements) {
        statement.execute(one);
      }
    }
  }

  private void fillAndClose(int cycles) {
    try (SqliteStore store = SqliteStore.open(file, options)) {
      Agents a = Agents.create(store, "a");
      for (int i = 0; i < cycles; i++) {
        a.save("k" + i, "some value with words " + i).commit();
      }
    }
  }

  private void assertReadable(int cycles) {
    try (SqliteStore store = SqliteStore.open(file, options)) {
      assertThat(new Agents(store, "a").load().cycle()).isEqualTo(cycles);
      assertThat(join(store.verify())).isEmpty();
    }
  }

  @Test
  void closedStoreOpensAgainAsItWas() {
    fillAndClose(5);
    assertReadable(5);
    assertThat(folder.toFile().list()).containsExactly("store.db");
  }

  @Test
  void fileInUseNamesItsHolder() {
    try (SqliteStore store = SqliteStore.open(file, options)) {
      Agents.create(store, "a");
      Fault fault = faultOf(() -> SqliteStore.open(file, options));
      assertThat(fault.code()).isEqualTo(FaultCode.STORE_LEASED);
      assertThat(fault.message())
          .contains(file.toString())
          .contains("process " + ProcessHandle.current().pid())
          .contains("since 2030-01-31T08:00:00Z")
          .contains("15 s");
      Agents.create(store, "b");
    }
  }

  @Test
  void lookingOnlySeesWhatIsCommittedAndWritesNothing() {
    try (SqliteStore store = SqliteStore.open(file, options);
        SqliteStore look = SqliteStore.open(file, options.lookingOnly())) {
      Agents a = Agents.create(store, "a");
      a.save("k", "v").commit();
      assertThat(new Agents(look, "a").load()).isEqualTo(a.load());
      assertThat(StoreContract.codeOf(look.create("b", 1))).isEqualTo(FaultCode.STORE_READ_ONLY);
      assertThat(StoreContract.codeOf(Answer.to(look, a.next(true))))
          .isEqualTo(FaultCode.STORE_READ_ONLY);
      a.commit();
      assertThat(new Agents(look, "a").load().version()).isEqualTo(2);
    }
    assertThat(
            faultOf(() -> SqliteStore.open(folder.resolve("none.db"), options.lookingOnly()))
                .code())
        .isEqualTo(FaultCode.STORE_FOREIGN);
    assertThat(folder.resolve("none.db")).doesNotExist();
  }

  @Test
  void expiredLeaseIsTakenOverAndTheOldHostIsRefused() {
    Host elsewhere = new Host("another machine", "boot", "", 1, "1");
    try (SqliteStore old = openAs(elsewhere)) {
      Agents a = Agents.create(old, "a");
      a.save("k", "acknowledged").commit();
      assertThat(faultOf(() -> SqliteStore.open(file, options)).code())
          .isEqualTo(FaultCode.STORE_LEASED);
      clock.jump(Duration.ofSeconds(14));
      assertThat(faultOf(() -> SqliteStore.open(file, options)).code())
          .isEqualTo(FaultCode.STORE_LEASED);
      clock.jump(Duration.ofSeconds(1));
      try (SqliteStore next = SqliteStore.open(file, options)) {
        Agents b = new Agents(next, "a").become(new Agents(next, "a").load());
        assertThat(b.version).isEqualTo(1);
        Fault fault = Answer.to(old, a.save("k", "stale").next(true)).fault();
        assertThat(fault).isNotNull().extracting(Fault::code).isEqualTo(FaultCode.STORE_LEASED);
        assertThat(fault.message()).contains("taken", "epoch 2");
        assertThat(StoreContract.codeOf(old.create("b", 1))).isEqualTo(FaultCode.STORE_LEASED);
        assertThat(StoreContract.codeOf(old.send("a", "x", Bytes.EMPTY, 1)))
            .isEqualTo(FaultCode.STORE_LEASED);
        b.save("n", "fresh").commit();
        assertThat(join(next.get(b.space(), TagSet.of("k"))).orElseThrow().value().utf8())
            .isEqualTo("acknowledged");
      }
    }
    assertReadable(2);
  }

  @Test
  void lateReleaseOfALostLeaseDoesNotFreeTheNewOne() {
    SqliteStore old = openAs(new Host("another machine", "boot", "", 1, "1"));
    clock.jump(Duration.ofMinutes(1));
    try (SqliteStore next = SqliteStore.open(file, options)) {
      old.close();
      assertThat(faultOf(() -> SqliteStore.open(file, options)).code())
          .isEqualTo(FaultCode.STORE_LEASED);
      Agents.create(next, "a");
    }
  }

  @Test
  void deadHoldersLeaseIsTakenAtOnce() throws SQLException {
    Host self = Host.current();
    fillAndClose(1);
    List<Host> dead =
        List.of(
            new Host(
                self.machine(), "an earlier boot", self.pidSpace(), self.pid(), self.started()),
            new Host(self.machine(), self.boot(), self.pidSpace(), self.pid(), "another start"),
            new Host(self.machine(), self.boot(), self.pidSpace(), 4_194_303L, "1"));
    List<Host> unknown =
        List.of(
            new Host("another machine", self.boot(), self.pidSpace(), 4_194_303L, "1"),
            new Host(self.machine(), self.boot(), "pid:[another]", 4_194_303L, "1"),
            new Host(self.machine(), "", self.pidSpace(), 4_194_303L, "1"),
            self);
    for (Host host : unknown) {
      assertThat(self.knowsDead(host)).as(host.toString()).isFalse();
    }
    for (Host host : dead) {
      assertThat(self.knowsDead(host)).as(host.toString()).isTrue();
      sql(
          "UPDATE lease SET holder = 'h', machine = '%s', boot = '%s', pid_space = '%s', pid = %d, started = '%s', since = 0, expires = 9999999999999"
              .formatted(host.machine(), host.boot(), host.pidSpace(), host.pid(), host.started()));
      SqliteStore.open(file, options).close();
    }
  }

  @Test
  void clockThatJumpsDoesNoHarm() {
    try (SqliteStore store = SqliteStore.open(file, options)) {
      Agents a = Agents.create(store, "a");
      clock.jump(Duration.ofDays(400));
      a.commit();
      clock.jump(Duration.ofDays(-800));
      a.commit();
      assertThat(a.load().version()).isEqualTo(2);
    }
    assertReadable(2);
  }

  @Test
  void leaseIsRenewedWhileNothingIsWritten() throws Exception {
    SqliteOptions quick = SqliteOptions.DEFAULT.withLeaseTime(Duration.ofMillis(200));
    try (SqliteStore store = SqliteStore.open(file, quick)) {
      long first = expires();
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (expires() == first && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(expires()).isGreaterThan(first);
      Agents.create(store, "a");
    }
  }

  private long expires() throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        var row = statement.executeQuery("SELECT expires FROM lease")) {
      return row.next() ? row.getLong(1) : -1;
    }
  }

  @Test
  void foreignFilesAreLeftAlone() throws Exception {
    for (String content :
        List.of("x", "just a text file that is longer than one hundred bytes ".repeat(4))) {
      Files.writeString(file, content);
      assertThat(faultOf(() -> SqliteStore.open(file, options)).code())
          .isEqualTo(FaultCode.STORE_FOREIGN);
      assertThat(file).hasContent(content);
    }
    Files.delete(file);
    sql("CREATE TABLE theirs(x)", "INSERT INTO theirs VALUES (1)");
    byte[] before = Files.readAllBytes(file);
    Fault fault = faultOf(() -> SqliteStore.open(file, options));
    assertThat(fault.code()).isEqualTo(FaultCode.STORE_FOREIGN);
    assertThat(fault.message()).contains("another program");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void newerSchemaIsNotTouched() throws Exception {
    fillAndClose(1);
    sql("PRAGMA user_version = 99");
    Fault fault = faultOf(() -> SqliteStore.open(file, options));
    assertThat(fault.code()).isEqualTo(FaultCode.STORE_NEWER);
    assertThat(fault.message())
        .contains(
            file.toString(),
            "schema 99",
            "up to " + SqliteSchema.CURRENT.version(),
            "use the version of the program that wrote it");
    sql("PRAGMA user_version = " + SqliteSchema.CURRENT.version());
    assertReadable(1);
  }

  @Test
  void olderSchemaIsMigratedInOneStep() throws Exception {
    fillAndClose(3);
    List<List<String>> steps = new ArrayList<>(SqliteSchema.CURRENT.steps());
    steps.add(List.of("ALTER TABLE agent ADD COLUMN mood TEXT", "UPDATE agent SET mood = 'calm'"));
    SqliteSchema newer = new SqliteSchema(steps);
    steps.add(List.of("CREATE TABLE half(x)", "this is not sql"));
    SqliteSchema faulty = new SqliteSchema(steps);
    assertThatThrownBy(() -> SqliteStore.open(file, options, faulty, Host.current()))
        .isInstanceOf(FaultException.class);
    assertReadable(3);
    try (SqliteStore store = SqliteStore.open(file, options, newer, Host.current())) {
      assertThat(new Agents(store, "a").load().cycle()).isEqualTo(3);
    }
    assertThat(faultOf(() -> SqliteStore.open(file, options)).code())
        .isEqualTo(FaultCode.STORE_NEWER);
    sql("SELECT mood FROM agent");
  }

  @Test
  void aCallThatWasOpenInAFileOfTheSecondSchemaKeepsItsKey() throws Exception {
    SqliteSchema second = new SqliteSchema(SqliteSchema.CURRENT.steps().subList(0, 2));
    SqliteStore.open(file, options, second, Host.current()).close();
    sql(
        "INSERT INTO agent(name, version, cycle, state, due, wake, created, earliest, parent_cycle)"
            + " VALUES ('a', 1, 0, 'thinking', 0, 0, 1, 0, 0)",
        "INSERT INTO journal(agent, version, cycle, ends, state, due, wake, time) VALUES"
            + " (1, 1, 1, 0, 'thinking', 0, 0, 1)",
        "INSERT INTO call(agent, cycle, ordinal, request, note, approved, time, opened) VALUES"
            + " (1, 1, 0, x'41', '', 0, 1, 1)");
    try (SqliteStore store = SqliteStore.open(file, options)) {
      Agents a = new Agents(store, "a");
      assertThat(a.load().incarnation()).isZero();
      assertThat(a.load().intents()).extracting(Intent::incarnation).containsExactly(0L);
      assertThat(join(store.rewind("a", 0)).incarnation()).isEqualTo(2);
    }
  }

  @Test
  void fileOfTheFirstSchemaIsReadAndGoesOn() throws Exception {
    SqliteSchema first = new SqliteSchema(SqliteSchema.CURRENT.steps().subList(0, 1));
    SqliteStore.open(file, options, first, Host.current()).close();
    Fault old = faultOf(() -> SqliteStore.open(file, options.lookingOnly()));
    assertThat(old.code()).isEqualTo(FaultCode.STORE_OLDER);
    assertThat(old.message()).contains(file.toString(), "schema 1", "reads 3", "open it to write");
    sql(
        "INSERT INTO agent(name, version, cycle, state, due, wake, created, earliest, parent_cycle)"
            + " VALUES ('a', 2, 2, 'thinking', 0, 0, 1, 0, 0)",
        "INSERT INTO journal(agent, version, cycle, ends, state, due, wake, time) VALUES"
            + " (1, 1, 1, 1, 'thinking', 0, 0, 1), (1, 2, 2, 1, 'thinking', 0, 0, 2)",
        "INSERT INTO message(agent, sender, body, time, arrived) VALUES (1, 'x', x'41', 1, 0)");
    try (SqliteStore store = SqliteStore.open(file, options)) {
      Agents a = new Agents(store, "a").become(new Agents(store, "a").load());
      assertThat(a.version).isEqualTo(2);
      a.save("k", "v").commit();
      assertThat(a.load(0).inbox()).hasSize(1);
      join(store.rewind("a", 0));
      join(store.delete("a"));
      assertThat(join(store.create("a", 1)).version()).isEqualTo(5);
      assertThat(join(store.verify())).isEmpty();
    }
    assertThat(faultOf(() -> SqliteStore.open(file, options, first, Host.current())).message())
        .contains(file.toString(), "schema 3", "up to 1", "use the version of the program");
  }

  @Test
  void truncatedFileIsNamed() throws Exception {
    fillAndClose(30);
    long size = Files.size(file);
    for (long cut : new long[] {size - 1, size / 2, 4096, 200}) {
      Path copy = folder.resolve("cut.db");
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      try (RandomAccessFile raw = new RandomAccessFile(copy.toFile(), "rw")) {
        raw.setLength(cut);
      }
      Fault fault = faultOf(() -> SqliteStore.open(copy, options));
      assertThat(fault.code()).as("cut at %d", cut).isEqualTo(FaultCode.STORE_CORRUPT);
      assertThat(fault.message())
          .contains(copy.toString(), size + " bytes", "it has " + cut, "go back to a backup");
    }
  }

  @Test
  void damagedPagesAreNoticedWhenTheFileIsOpened() throws Exception {
    fillAndClose(30);
    long pages = Files.size(file) / 4096;
    int noticed = 0;
    for (long page = 1; page < pages; page++) {
      Path copy = folder.resolve("bad.db");
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      try (RandomAccessFile raw = new RandomAccessFile(copy.toFile(), "rw")) {
        raw.seek(page * 4096);
        raw.write(
            new byte[] {
              (byte) 0xAA,
              (byte) 0xAA,
              (byte) 0xAA,
              (byte) 0xAA,
              (byte) 0xAA,
              (byte) 0xAA,
              (byte) 0xAA,
              (byte) 0xAA
            });
      }
      try (SqliteStore store = SqliteStore.open(copy, options)) {
        noticed += join(store.verify()).isEmpty() ? 0 : 1;
      } catch (FaultException e) {
        assertThat(e.fault().code()).isEqualTo(FaultCode.STORE_CORRUPT);
        assertThat(e.fault().message())
            .contains(copy.toString(), "expected a whole database", "found \"", "a backup");
        noticed++;
      }
    }
    assertThat(noticed).isEqualTo((int) pages - 1);
  }

  @Test
  void fullFileRefusesAndGoesOnWhenThereIsRoom() {
    SqliteOptions small = options.withMaxBytes(400_000);
    long acknowledged = 0;
    try (SqliteStore store = SqliteStore.open(file, small)) {
      Agents a = Agents.create(store, "a");
      Fault fault = null;
      while (fault == null) {
        fault = Answer.to(store, a.save("n" + a.cycle, "x".repeat(20_000)).next(true)).fault();
        if (fault == null) {
          a.version++;
          a.cycle++;
        }
      }
      assertThat(fault.code()).isEqualTo(FaultCode.STORE_FULL);
      assertThat(fault.message()).contains("400000");
      acknowledged = a.cycle;
      assertThat(acknowledged).isBetween(5L, 20L);
      assertThat(a.load().cycle()).isEqualTo(acknowledged);
      assertThat(Answer.to(store, a.save("n", "x".repeat(20_000)).next(true)).fault()).isNotNull();
      join(store.rewind("a", 2));
      a.become(a.load()).save("again", "fits").commit();
      assertThat(join(store.verify())).isEmpty();
    }
    assertReadable(3);
  }

  @Test
  void largeChangeDoesNotFailItsNeighbours() {
    SqliteOptions small = options.withMaxBytes(400_000);
    try (SqliteStore store = SqliteStore.open(file, small)) {
      List<Agents> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(Agents.create(store, "a" + i));
      }
      List<Answer> answers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String value = i == 3 ? "x".repeat(1_000_000) : "small";
        answers.add(Answer.to(store, all.get(i).save("k", value).next(true)));
      }
      for (int i = 0; i < 8; i++) {
        if (i == 3) {
          assertThat(StoreContract.codeOf(answers.get(i))).isEqualTo(FaultCode.STORE_FULL);
        } else {
          assertThat(answers.get(i).version()).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void deletedFileIsNoticedAndItsContentRescued() throws IOException {
    deleteUnderTheRun(file);
  }

  @Test
  void deletedLogIsNoticedAndItsContentRescued() throws IOException {
    deleteUnderTheRun(folder.resolve("store.db-wal"));
  }

  private void deleteUnderTheRun(Path victim) throws IOException {
    Path rescued;
    try (SqliteStore store = SqliteStore.open(file, options)) {
      Agents a = Agents.create(store, "a");
      for (int i = 0; i < 5; i++) {
        a.save("k" + i, "value " + i).commit();
      }
      Files.delete(victim);
      Fault fault = Answer.to(store, a.save("lost", "x").next(true)).fault();
      assertThat(fault).isNotNull().extracting(Fault::code).isEqualTo(FaultCode.STORE_DELETED);
      assertThat(StoreContract.codeOf(store.create("b", 1))).isEqualTo(FaultCode.STORE_DELETED);
      rescued = folder.resolve("store.db.rescued-1");
      assertThat(fault.message()).contains(rescued.toString());
    }
    assertThat(victim).doesNotExist();
    Files.move(rescued, file, StandardCopyOption.REPLACE_EXISTING);
    assertReadable(5);
  }

  @Test
  void replacedFileIsNoticedAndTheOtherLeftWhole() throws IOException {
    Path other = folder.resolve("other.db");
    try (SqliteStore store = SqliteStore.open(other, options)) {
      Agents.create(store, "other").commit();
    }
    byte[] before = Files.readAllBytes(other);
    try (SqliteStore store = SqliteStore.open(file, options)) {
      Agents a = Agents.create(store, "a");
      a.commit();
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      assertThat(StoreContract.codeOf(Answer.to(store, a.next(true))))
          .isEqualTo(FaultCode.STORE_DELETED);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (SqliteStore store = SqliteStore.open(file, options)) {
      assertThat(join(store.agents())).extracting(AgentInfo::name).containsExactly("other");
      assertThat(join(store.verify())).isEmpty();
    }
  }

  @Test
  void missingDirectoryIsAFault() {
    Path nowhere = folder.resolve("no/such/store.db");
    Fault fault = faultOf(() -> SqliteStore.open(nowhere, options));
    assertThat(fault.code()).isEqualTo(FaultCode.STORE_UNAVAILABLE);
    assertThat(fault.message()).contains(nowhere.toString());
  }

  @Test
  void absentDriverIsNamed() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
      if (!entry.contains("sqlite-jdbc")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    try (URLClassLoader loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      var open = loader.loadClass(SqliteStore.class.getName()).getMethod("open", Path.class);
      assertThatThrownBy(() -> open.invoke(null, file))
          .hasRootCauseInstanceOf(ClassNotFoundException.class)
          .cause()
          .hasMessageContaining("STORE_DRIVER_MISSING")
          .hasMessageContaining("org.xerial:sqlite-jdbc");
    }
  }
}
