package dev.lkjagent.cli.shell;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Where agents of the user's own are found: jars and folders beside the program's. */
public final class ClassPath {
  private ClassPath() {}

  /**
   * Lets this thread, and those that it starts, find services in more places.
   *
   * @param path jars, folders of classes, and {@code FOLDER/*} for all jars of a folder, separated
   *     as Java does; empty for none
   * @throws CommandFailure if one of them is not there
   */
  @SuppressWarnings("resource") // as long as the process
  public static void extend(String path) {
    List<URL> places = new ArrayList<>();
    for (String part : path.split(File.pathSeparator, -1)) {
      if (part.endsWith("/*")) {
        jars(Path.of(part.substring(0, part.length() - 2)), places);
      } else if (!part.isBlank()) {
        add(Path.of(part), places);
      }
    }
    if (!places.isEmpty()) {
      Thread.currentThread()
          .setContextClassLoader(
              new URLClassLoader(places.toArray(new URL[0]), ClassPath.class.getClassLoader()));
    }
  }

  private static void jars(Path folder, List<URL> places) {
    if (!Files.isDirectory(folder)) {
      throw missing(folder);
    }
    try (Stream<Path> files = Files.list(folder)) {
      files.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(f -> add(f, places));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(Path place, List<URL> places) {
    if (!Files.exists(place)) {
      throw missing(place);
    }
    try {
      places.add(place.toUri().toURL());
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CommandFailure missing(Path place) {
    return new CommandFailure(
        ExitCode.INPUT,
        "the class path names " + place + ", which is not there.",
        "Check --class-path and the variable LKJAGENT_CLASSPATH.");
  }
}
