package dev.lkjagent.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lkjagent.distribution.LauncherProject.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The script {@code lkjagent} at the top level, with JDKs and a Maven that only say what was asked.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class LauncherTest {
  private static final int CANNOT_START = 69;

  private LauncherProject project;

  @BeforeEach
  void copyTheScript(@TempDir Path folder) throws IOException {
    project = new LauncherProject(folder.resolve("my work/lkj agent"));
  }

  @Test
  void theNewestJdkIsChosen() throws Exception {
    project.jdk("a-17", "17.0.15");
    project.jdk("b-25", "25.0.3");
    project.jdk("c-21", "21");
    assertThat(project.start().java()).isEqualTo("b-25");
  }

  @Test
  void aJdkInJavaHomeTakesPartInTheChoice() throws Exception {
    project.jdk("a-17", "17.0.15");
    Path elsewhere = project.jdkAt(project.top().resolveSibling("own jdk"), "23.0.1");
    assertThat(project.start(Map.of("JAVA_HOME", elsewhere.toString())).java())
        .isEqualTo("own jdk");
  }

  @Test
  void theUsersChoiceBeatsTheNewest() throws Exception {
    Path chosen = project.jdk("a-17", "17.0.15");
    project.jdk("b-25", "25.0.3");
    assertThat(project.start(Map.of("LKJAGENT_JAVA", chosen.toString())).java()).isEqualTo("a-17");
    assertThat(project.start(Map.of("LKJAGENT_JAVA", chosen + "/bin/java")).java())
        .isEqualTo("a-17");
  }

  @Test
  void aChosenJdkThatIsTooOldIsRefusedByNameAndVersion() throws Exception {
    Path old = project.jdk("old", "1.8.0_392");
    project.jdk("b-25", "25.0.3");
    Outcome outcome = project.start(Map.of("LKJAGENT_JAVA", old.toString()));
    assertThat(outcome.status()).isEqualTo(CANNOT_START);
    assertThat(outcome.err()).contains(old.toString()).contains("but JDK 8");
  }

  @Test
  void withOnlyOldJdksTheNewestOfThemIsNamed() throws Exception {
    project.jdk("a-8", "1.8.0_392");
    project.jdk("b-11", "11.0.20");
    Outcome outcome = project.start();
    assertThat(outcome.status()).isEqualTo(CANNOT_START);
    assertThat(outcome.err()).contains("the newest JDK found is 11").contains("LKJAGENT_JAVA");
    assertThat(project.builds()).isEmpty();
  }

  @Test
  void withoutJdkTheUserIsToldWhereItWasLookedFor() throws Exception {
    Outcome outcome = project.start();
    assertThat(outcome.status()).isEqualTo(CANNOT_START);
    assertThat(outcome.err()).startsWith("error: no JDK found").contains("JAVA_HOME, PATH");
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void aRuntimeWithoutCompilerIsNoJdk() throws Exception {
    Files.delete(project.jdk("a-21", "21").resolve("bin/javac"));
    assertThat(project.start().err()).startsWith("error: no JDK found");
  }

  @Test
  void withoutMavenTheUserIsToldWhatToInstall() throws Exception {
    project.jdk("a-17", "17");
    project.removeMaven();
    Outcome outcome = project.start();
    assertThat(outcome.status()).isEqualTo(CANNOT_START);
    assertThat(outcome.err()).startsWith("error: no Maven found").contains("LKJAGENT_MVN");
  }

  @Test
  void argumentsReachTheProgramUntouched() throws Exception {
    project.jdk("a-17", "17");
    String[] arguments = {"two words", "", "*", "$HOME", "\"quoted\"", "back\\slash", "line\nend"};
    assertThat(project.start(arguments).arguments()).containsExactly(arguments);
  }

  @Test
  void itWorksThroughChainedLinksFromAnotherFolder() throws Exception {
    project.jdk("a-17", "17");
    Path link = project.top().resolveSibling("first link");
    Files.createSymbolicLink(link, Path.of("lkj agent/lkjagent"));
    Path second = Files.createDirectories(project.top().resolveSibling("bin")).resolve("agent");
    Files.createSymbolicLink(second, link);
    Outcome outcome = project.startAs(second, Path.of("/"), Map.of(), "x");
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.arguments()).containsExactly("x");
  }

  @Test
  void itBuildsOnceWithoutTestsAndOffline() throws Exception {
    project.jdk("a-17", "17");
    assertThat(project.start().err()).startsWith("building LKJAgent");
    assertThat(project.start().err()).isEmpty();
    assertThat(project.builds())
        .singleElement()
        .satisfies(build -> assertThat(build).contains("-o").contains("-P unchecked"));
  }

  @Test
  void aChangedOrRemovedSourceIsBuiltAgain() throws Exception {
    project.jdk("a-17", "17");
    project.start();
    project.age();
    project.start();
    assertThat(project.builds()).hasSize(1);
    Files.writeString(project.source(), "class A { int a; }");
    project.start();
    assertThat(project.builds()).hasSize(2);
    project.age();
    Files.delete(project.source());
    project.start();
    assertThat(project.builds()).hasSize(3);
  }

  @Test
  void aSourceThatChangesDuringTheBuildIsBuiltAgain() throws Exception {
    project.jdk("a-17", "17");
    project.start();
    FileTime later = FileTime.from(Instant.now().plus(Duration.ofSeconds(5)));
    Files.setLastModifiedTime(project.source(), later);
    project.start();
    assertThat(project.builds()).hasSize(2);
  }

  @Test
  void withoutTheArtifactsItBuildsOnline() throws Exception {
    project.jdk("a-17", "17");
    Outcome outcome = project.start(Map.of("FAKE_MAVEN", "needs-network"));
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(project.builds()).hasSize(2);
    assertThat(project.builds().get(1)).doesNotContain("-o ");
  }

  @Test
  void aFailedBuildShowsItsErrorsAndItsLogAndStartsNothing() throws Exception {
    project.jdk("a-17", "17");
    project.start();
    project.age();
    Files.writeString(project.source(), "class A {");
    Outcome outcome = project.start(Map.of("FAKE_MAVEN", "broken"));
    assertThat(outcome.status()).isEqualTo(CANNOT_START);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .contains("A.java:[1,9] reached end of file")
        .contains(project.top().resolve("target/launcher/build.log").toString());
    assertThat(project.builds()).as("a broken source is not tried online").hasSize(2);
    assertThat(project.start().status()).as("the next start tries again").isZero();
  }

  @Test
  void twoStartsAtOnceBuildOnce() throws Exception {
    project.jdk("a-17", "17");
    CompletableFuture<Outcome> other =
        CompletableFuture.supplyAsync(() -> project.startQuietly(Map.of()));
    assertThat(project.start().status()).isZero();
    assertThat(other.get().status()).isZero();
    assertThat(project.builds()).hasSize(1);
  }

  @Test
  void theLockOfABuildThatWasKilledIsTakenOver() throws Exception {
    project.jdk("a-17", "17");
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Path lock = Files.createDirectories(project.top().resolve("target/launcher/lock"));
    Files.writeString(lock.resolve("pid"), dead.pid() + "\n");
    assertThat(project.start().status()).isZero();
    assertThat(project.builds()).hasSize(1);
  }

  @Test
  void nativeAccessIsAllowedWhereTheJdkWouldWarn() throws Exception {
    Path old = project.jdk("a-17", "17.0.15");
    project.jdk("b-25", "25");
    assertThat(project.start().options()).contains("--enable-native-access=ALL-UNNAMED");
    assertThat(project.start(Map.of("LKJAGENT_JAVA", old.toString())).options())
        .noneMatch(option -> option.startsWith("--enable"));
  }

  @Test
  void theUsersOptionsReachTheJvm() throws Exception {
    project.jdk("a-17", "17");
    assertThat(project.start(Map.of("LKJAGENT_JAVA_OPTS", "-Xmx512m -Da=b")).options())
        .contains("-Xmx512m", "-Da=b");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "the script of other systems is another program")
  void theWidthOfTheTerminalReachesTheProgram() throws Exception {
    Path script = Path.of("/usr/bin/script");
    assumeTrue(Files.isExecutable(script), "this system cannot make a pseudo terminal");
    Path java = project.jdk("a-17", "17").resolve("bin/java");
    Files.writeString(java, "#!/usr/bin/env bash\necho \"$COLUMNS\" \"$@\"\n");
    String command = "stty rows 24 cols 133; ./lkjagent";
    Map<String, String> environment = Map.of("COLUMNS", "101", "SHELL", "/bin/sh");
    Outcome outcome =
        project.startAs(script, project.top(), environment, "-qec", command, "/dev/null");
    assertThat(outcome.out())
        .contains("101 -Dlkjagent.columns=133 -Dlkjagent.terminals=out,err,in ");
    assertThat(project.start().out()).doesNotContain("lkjagent.columns");
  }

  @ParameterizedTest
  @MethodSource("realJdks")
  void theRealProgramStartsWithoutWarnings(Path jdk) throws Exception {
    project.buildsTheRealProgram();
    Map<String, String> environment = Map.of("LKJAGENT_JAVA", jdk.toString());
    Outcome version = project.start(environment, "--version");
    assertThat(version.status()).as(version.err()).isZero();
    assertThat(version.out()).startsWith("lkjagent ").contains(jdk.toRealPath().toString());
    Outcome doctor = project.start(environment, "doctor");
    assertThat(doctor.status()).as(doctor.out()).isZero();
    assertThat(doctor.out()).contains("SQLite");
    assertThat(doctor.err()).isEmpty();
    assertThat(project.start(environment, "nonsense").status()).isEqualTo(2);
  }

  static List<Path> realJdks() throws IOException {
    List<Path> jdks = LauncherProject.jdksOfThisMachine();
    assumeTrue(!jdks.isEmpty());
    return jdks;
  }
}
