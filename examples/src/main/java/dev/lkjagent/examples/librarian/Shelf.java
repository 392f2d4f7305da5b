package dev.lkjagent.examples.librarian;

import dev.lkjagent.runtime.action.ActionResult;
import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.action.Param;
import dev.lkjagent.runtime.action.Tool;
import dev.lkjagent.runtime.fault.FaultCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The texts that the librarian reads. They are read and checked when the shelf is made, so that a
 * folder that can't be used is found out before the first cycle. A long text is cut into parts at
 * the ends of paragraphs.
 */
public final class Shelf {
  private static final int PART_CHARS = 1200;
  private static final long MAX_TEXT_BYTES = 256 << 10;
  private static final int MAX_PARTS = 400;
  private static final List<String> EXAMPLES =
      List.of("bees", "bridge", "clock", "glacier", "lighthouse", "press", "salt", "weaver");

  private final Map<String, String> parts = new LinkedHashMap<>();

  private Shelf() {}

  static Shelf ofExamples() throws IOException {
    Shelf shelf = new Shelf();
    for (String name : EXAMPLES) {
      try (InputStream in = Shelf.class.getResourceAsStream(name + ".md")) {
        if (in == null) {
          throw new IOException("the example text " + name + ".md is missing from the program");
        }
        shelf.add(name + ".md", new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return shelf;
  }

  static Shelf of(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw refused(folder, Files.exists(folder) ? "it is no folder" : "there is no such folder");
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(Shelf::isText).sorted().toList();
    }
    Shelf shelf = new Shelf();
    for (Path file : files) {
      shelf.add(file.getFileName().toString(), read(file));
      if (shelf.parts.size() > MAX_PARTS) {
        throw refused(folder, "its texts make more than " + MAX_PARTS + " parts; take fewer");
      }
    }
    if (shelf.parts.isEmpty()) {
      throw refused(folder, "it holds no .md or .txt file");
    }
    return shelf;
  }

  private static boolean isText(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Files.isRegularFile(file) && (name.endsWith(".md") || name.endsWith(".txt"));
  }

  private static String read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_TEXT_BYTES) {
      throw refused(file, "it has " + size + " bytes, more than " + MAX_TEXT_BYTES + "; split it");
    }
    byte[] bytes = Files.readAllBytes(file);
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw refused(file, "it is not a text in UTF-8; leave it out");
    }
    if (text.indexOf('\0') >= 0) {
      throw refused(file, "it is binary, not a text; leave it out");
    }
    if (text.isBlank()) {
      throw refused(file, "it is empty; write something or leave it out");
    }
    return text;
  }

  private static FileSystemException refused(Path path, String why) {
    return new FileSystemException(path.toString(), null, why);
  }

  private void add(String name, String text) {
    int part = 1;
    StringBuilder gathered = new StringBuilder();
    for (String paragraph : text.strip().split("\n\\s*\n")) {
      String rest = paragraph.strip();
      if (gathered.length() > 0 && gathered.length() + rest.length() > PART_CHARS) {
        put(name, part++, gathered);
      }
      while (rest.length() > PART_CHARS) {
        int cut = Math.max(rest.lastIndexOf(' ', PART_CHARS), PART_CHARS / 2);
        put(name, part++, gathered.append(rest, 0, cut));
        rest = rest.substring(cut).strip();
      }
      gathered.append(gathered.length() == 0 ? "" : "\n\n").append(rest);
    }
    put(name, part, gathered);
  }

  private void put(String name, int part, StringBuilder gathered) {
    if (gathered.length() > 0) {
      parts.put(part == 1 ? name : name + " part " + part, gathered.toString());
      gathered.setLength(0);
    }
  }

  int size() {
    return parts.size();
  }

  /**
   * Lists the texts.
   *
   * @return a name per line
   */
  @Tool(value = "the names of all texts, one per line", effect = Effect.PURE)
  public String listTexts() {
    return String.join("\n", parts.keySet());
  }

  /**
   * Reads a text.
   *
   * @param name one of the names that {@link #listTexts} answers
   * @return the name, a line break, and the text
   */
  @Tool(value = "the text with a name", effect = Effect.PURE)
  public ActionResult readText(@Param("a name from list_texts") String name) {
    String text = parts.get(name.strip());
    return text == null
        ? ActionResult.failed(
            FaultCode.NOTHING_THERE.with("there is no text \"" + name + "\"; list_texts names all"))
        : ActionResult.done(name.strip() + "\n" + text);
  }
}
