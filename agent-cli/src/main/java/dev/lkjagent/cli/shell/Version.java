package dev.lkjagent.cli.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The versions of LKJAgent and of the Java that runs it. */
public final class Version implements IVersionProvider {
  /** Made by the command line. */
  public Version() {}

  /**
   * The version of LKJAgent.
   *
   * @return as in the artifacts
   */
  public static String lkjagent() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/dev/lkjagent/cli/build.properties")) {
      if (in == null) {
        return "unknown";
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "unknown");
  }

  /**
   * The version of Java, its maker and its place.
   *
   * @return for people
   */
  public static String java() {
    return "Java "
        + System.getProperty("java.version")
        + " ("
        + System.getProperty("java.vendor")
        + "), "
        + System.getProperty("java.home");
  }

  @Override
  public String[] getVersion() {
    return new String[] {"lkjagent " + lkjagent(), java()};
  }
}
