package dev.lkjagent.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A project folder that holds the launcher, one source, JDKs whose {@code java} prints what it was
 * asked, and a Maven that writes down its calls.
 */
final class LauncherProject {
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "basename",
          "cat",
          "cp",
          "dirname",
          "env",
          "find",
          "grep",
          "head",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sleep",
          "stty",
          "tail",
          "touch",
          "tr");
  private static final String END_OF_ARGUMENT = "\u001f";

  private final Path top;
  private final Path jdks;
  private final Path tools;

  LauncherProject(Path top) throws IOException {
    this.top = Files.createDirectories(top);
    jdks = Files.createDirectory(top.resolveSibling("jdks"));
    tools = Files.createDirectory(top.resolveSibling("tools"));
    Path script = Path.of(System.getProperty("lkjagent.project"), "lkjagent");
    Files.copy(script, top.resolve("lkjagent"));
    Files.writeString(top.resolve("pom.xml"), "<project/>");
    for (String module :
        "bom memory-core memory-json agent-runtime agent-cli examples distribution"
            .split(" ", -1)) {
      Files.writeString(
          Files.createDirectory(top.resolve(module)).resolve("pom.xml"), "<project/>");
    }
    Files.createDirectories(source().getParent());
    Files.writeString(source(), "class A {}");
    for (String tool : TOOLS) {
      Path real = findTool(tool);
      Files.createSymbolicLink(tools.resolve(tool), real);
    }
    program(
        tools.resolve("mvn"),
        """
        echo "$@" >> "$PWD/calls"
        case "${FAKE_MAVEN:-} $*" in
          broken*)
            echo '[ERROR] A.java:[1,9] reached end of file while parsing'
            exit 1 ;;
          needs-network\\ -o*)
            echo '[ERROR] Cannot access central in offline mode'
            exit 1 ;;
        esac
        mkdir -p distribution/target/lib
        cp "$PWD"/real.jar distribution/target/lib/ 2>/dev/null || touch distribution/target/lib/a.jar
        """);
  }

  /** What one start wrote and answered. */
  record Outcome(int status, String out, String err) {
    /** The folder of the JDK that was started. */
    String java() {
      return out.lines().findFirst().orElseThrow();
    }

    List<String> options() {
      List<String> all = words();
      return all.subList(0, all.indexOf("-cp"));
    }

    List<String> arguments() {
      List<String> all = words();
      return all.subList(all.indexOf("dev.lkjagent.cli.Main") + 1, all.size());
    }

    private List<String> words() {
      String list = out.substring(out.indexOf('\n') + 1);
      return List.of(list.split(END_OF_ARGUMENT, -1)).subList(0, count(list));
    }

    private static int count(String list) {
      return (int) list.chars().filter(c -> c == END_OF_ARGUMENT.charAt(0)).count();
    }
  }

  Path top() {
    return top;
  }

  Path source() {
    return top.resolve("agent-cli/src/main/java/A.java");
  }

  Path jdk(String name, String version) throws IOException {
    return jdkAt(jdks.resolve(name), version);
  }

  Path jdkAt(Path home, String version) throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    program(home.resolve("bin/javac"), "exit 1\n");
    program(
        home.resolve("bin/java"),
        "printf '%s\\n' '" + home.getFileName() + "'\nprintf '%s" + END_OF_ARGUMENT + "' \"$@\"\n");
    return home;
  }

  void removeMaven() throws IOException {
    Files.delete(tools.resolve("mvn"));
  }

  /** Lets the fake Maven "build" a jar that leads to this test's own class path. */
  void buildsTheRealProgram() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toUri().toString())
                .collect(Collectors.joining(" ")));
    new JarOutputStream(Files.newOutputStream(top.resolve("real.jar")), manifest).close();
  }

  /** Makes everything that is there an hour older, so that what comes next is newer. */
  void age() throws IOException {
    FileTime past = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
    try (Stream<Path> all = Files.walk(top)) {
      for (Path path : all.toList()) {
        Files.setLastModifiedTime(path, past);
      }
    }
  }

  /** The arguments of each call of Maven. */
  List<String> builds() throws IOException {
    Path calls = top.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  Outcome start(String... arguments) throws IOException, InterruptedException {
    return start(Map.of(), arguments);
  }

  Outcome start(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return startAs(top.resolve("lkjagent"), top, environment, arguments);
  }

  Outcome startQuietly(Map<String, String> environment) {
    try {
      return start(environment);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Outcome startAs(
      Path command, Path workingFolder, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(command.toString()));
    words.addAll(List.of(arguments));
    Path out = Files.createTempFile(tools, "out", null);
    Path err = Files.createTempFile(tools, "err", null);
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(workingFolder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().put("HOME", top.toString());
    builder.environment().put("LKJAGENT_JDKS", jdks.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException("the launcher hangs: " + Files.readString(err));
    }
    return new Outcome(
        process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  /** The JDKs from 17 in the usual folder of Linux, each once, and the one that runs this test. */
  static List<Path> jdksOfThisMachine() throws IOException {
    TreeSet<Path> found = new TreeSet<>();
    found.add(Path.of(System.getProperty("java.home")).toRealPath());
    Path folder = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> homes = Files.newDirectoryStream(folder)) {
        for (Path home : homes) {
          Path release = home.resolve("release");
          if (Files.isExecutable(home.resolve("bin/javac"))
              && Files.exists(release)
              && Files.readString(release).matches("(?s).*JAVA_VERSION=\"(1[7-9]|[2-9]\\d).*")) {
            found.add(home.toRealPath());
          }
        }
      }
    }
    return List.copyOf(found);
  }

  private static Path findTool(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(name + " is not in PATH"));
  }

  private static void program(Path file, String body) throws IOException {
    Files.writeString(file, "#!/usr/bin/env bash\n" + body);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
