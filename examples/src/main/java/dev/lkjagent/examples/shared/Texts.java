package dev.lkjagent.examples.shared;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Texts by the names of their files: of a folder of the user's, or brought along by a sample. */
public final class Texts {
  private Texts() {}

  /**
   * Reads texts that lie beside a class.
   *
   * @param owner the class
   * @param ending how the names of the files end, such as {@code .txt}
   * @param names the names without it
   * @return texts by name, in that order
   * @throws IOException if one is missing
   */
  public static Map<String, String> beside(Class<?> owner, String ending, List<String> names)
      throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String each : names) {
      String name = each + ending;
      try (InputStream in = owner.getResourceAsStream(name)) {
        if (in == null) {
          throw new IOException("the text " + name + " is missing from the program");
        }
        texts.put(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return texts;
  }

  /**
   * Reads the texts of a folder, and refuses it, with the file and the reason, if it holds none or
   * one that is no text.
   *
   * @param folder the folder
   * @param maxBytes how long a text may be
   * @param endings how the names of texts end, such as {@code .txt}; other files are left out
   * @return texts by name, in the order of names
   * @throws IOException if the folder can't be used
   */
  public static Map<String, String> of(Path folder, long maxBytes, String... endings)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw refused(folder, Files.exists(folder) ? "it is no folder" : "there is no such folder");
    }
    Map<String, String> texts = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = file.getFileName().toString();
        if (Stream.of(endings).anyMatch(name.toLowerCase(Locale.ROOT)::endsWith)) {
          texts.put(name, read(file, maxBytes));
        }
      }
    }
    if (texts.isEmpty()) {
      throw refused(folder, "it holds no " + String.join(" or ", endings) + " file");
    }
    return texts;
  }

  private static String read(Path file, long maxBytes) throws IOException {
    long size = Files.size(file);
    if (size > maxBytes) {
      throw refused(file, "it has " + size + " bytes, and may have at most " + maxBytes + " bytes");
    }
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString();
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

  /**
   * Says that a file or folder can't be used.
   *
   * @param path which
   * @param why the reason, and what to do
   * @return the exception to throw
   */
  public static FileSystemException refused(Path path, String why) {
    return new FileSystemException(path.toString(), null, why);
  }

  /**
   * Cuts a text at the ends of paragraphs, and a paragraph that is longer than a part at a blank.
   *
   * @param text the text
   * @param maxChars how long a part is, about
   * @return its parts, none of them empty
   */
  public static List<String> parts(String text, int maxChars) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (String paragraph : text.strip().split("\n\\s*\n")) {
      String rest = paragraph.strip();
      if (part.length() > 0 && part.length() + rest.length() > maxChars) {
        end(part, parts);
      }
      while (rest.length() > maxChars) {
        int cut = Math.max(rest.lastIndexOf(' ', maxChars), maxChars / 2);
        end(part.append(rest, 0, cut), parts);
        rest = rest.substring(cut).strip();
      }
      part.append(part.length() == 0 ? "" : "\n\n").append(rest);
    }
    end(part, parts);
    return parts;
  }

  private static void end(StringBuilder part, List<String> parts) {
    if (part.length() > 0) {
      parts.add(part.toString());
      part.setLength(0);
    }
  }
}
