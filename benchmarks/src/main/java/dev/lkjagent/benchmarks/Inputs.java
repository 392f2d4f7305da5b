package dev.lkjagent.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * The documents that are read and written: those of the folder in the property {@code
 * lkjagent.conformance} where it is there, else made up ones of the same shape and size.
 */
final class Inputs {
  private Inputs() {}

  static boolean real() {
    return Files.isDirectory(folder());
  }

  private static Path folder() {
    return Path.of(
        System.getProperty("lkjagent.conformance", "../shared/conformance"), "documents");
  }

  static byte[] document(String name) {
    Path file = folder().resolve(name);
    if (!Files.exists(file)) {
      return madeUp(name).getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + file, e);
    }
  }

  /** A document as a file, for programs that are told where to find it. */
  static Path file(String name) throws IOException {
    Path file = folder().resolve(name);
    if (!Files.exists(file)) {
      file = Files.createTempFile("made-up-", name);
      file.toFile().deleteOnExit();
      Files.write(file, document(name));
    }
    return file;
  }

  private static String madeUp(String name) {
    Random random = new Random(name.hashCode());
    return switch (name) {
      case "chat.json" -> chat(random);
      case "memory.json" -> memory(random, 100_000);
      case "twitter.json" -> records(random, 630_000, 30);
      case "citm_catalog.json" -> records(random, 1_700_000, 4);
      case "canada.json" -> numbers(random, 2_200_000);
      case "agent.xml" ->
          "<agent>\n  <next_state>evaluating</next_state>\n  <action>\n    <type>storage_save</type>\n"
              + "    <tags>summary,step_17,memory,paging</tags>\n    <value>"
              + words(random, 100)
              + " 5 &lt; 10</value>\n  </action>\n  <reasoning>"
              + words(random, 30)
              + "</reasoning>\n</agent>";
      case "twitter.xml" -> elements(random, 1_300_000);
      default -> throw new IllegalArgumentException("no document is called " + name);
    };
  }

  private static String words(Random random, int count) {
    String[] words = {"memory", "agent", "the", "of", "pool", "a", "letter", "attic", "über", "日本"};
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : " ").append(words[random.nextInt(words.length)]);
    }
    return text.toString();
  }

  private static String chat(Random random) {
    return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1720000000,\"model\":\"m\","
        + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
        + words(random, 180)
        + "\\n\"},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":900,"
        + "\"completion_tokens\":200,\"total_tokens\":1100}}";
  }

  private static String memory(Random random, int size) {
    StringBuilder json = new StringBuilder("{\"working_memory\":{");
    for (int i = 0; json.length() < size; i++) {
      json.append(i == 0 ? "" : ",").append("\"entry_").append(i).append("\":\"");
      json.append(words(random, 40)).append('"');
    }
    return json.append("},\"state\":\"thinking\"}").toString();
  }

  private static String records(Random random, int size, int wordsEach) {
    StringBuilder json = new StringBuilder("{\"statuses\":[\n");
    for (int i = 0; json.length() < size; i++) {
      json.append(i == 0 ? "" : ",\n").append("  {\n    \"id\": ").append(random.nextInt());
      json.append(",\n    \"text\": \"").append(words(random, wordsEach)).append('"');
      json.append(",\n    \"truncated\": false,\n    \"user\": {\"id\": ")
          .append(random.nextInt(999));
      json.append(", \"name\": \"").append(words(random, 2)).append("\", \"url\": null},\n");
      json.append("    \"counts\": [1, 2, ").append(random.nextInt(99)).append("]\n  }");
    }
    return json.append("]}").toString();
  }

  private static String numbers(Random random, int size) {
    StringBuilder json = new StringBuilder("{\"coordinates\":[[");
    for (int i = 0; json.length() < size; i++) {
      json.append(i == 0 ? "" : ",").append('[').append(-random.nextDouble() * 180).append(',');
      json.append(random.nextDouble() * 90).append(']');
    }
    return json.append("]]}").toString();
  }

  private static String elements(Random random, int size) {
    StringBuilder xml = new StringBuilder("<statuses>\n");
    while (xml.length() < size) {
      xml.append("  <status><id>").append(random.nextInt(99_999)).append("</id><text>");
      xml.append(words(random, 20)).append("</text><user><name>").append(words(random, 2));
      xml.append("</name><verified>false</verified></user></status>\n");
    }
    return xml.append("</statuses>").toString();
  }

  /** A document with many short attributes. */
  static byte[] attributes() {
    Random random = new Random(5);
    StringBuilder xml = new StringBuilder("<catalog>\n");
    for (int i = 0; i < 1500; i++) {
      xml.append("  <item id=\"i").append(i).append("\" price=\"").append(random.nextInt(9999));
      xml.append("\" currency=\"EUR\" stock=\"").append(random.nextInt(99)).append("\" name=\"");
      xml.append(words(random, 3)).append("\" rating=\"").append(random.nextInt(5));
      xml.append("\" visible=\"true\"/>\n");
    }
    return xml.append("</catalog>").toString().getBytes(StandardCharsets.UTF_8);
  }
}
