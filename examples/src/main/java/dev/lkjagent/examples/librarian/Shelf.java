package dev.lkjagent.examples.librarian;

import dev.lkjagent.examples.shared.Texts;
import dev.lkjagent.runtime.action.ActionResult;
import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.action.Param;
import dev.lkjagent.runtime.action.Tool;
import dev.lkjagent.runtime.fault.FaultCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The librarian's tools. The texts are read and checked when the shelf is made, so that a folder
 * that can't be used is found out before the first cycle; a long one is read in parts.
 */
public final class Shelf {
  private static final int PART_CHARS = 1200;
  private static final long MAX_TEXT_BYTES = 256 << 10;
  private static final int MAX_PARTS = 400;
  private static final List<String> EXAMPLES =
      List.of("bees", "bridge", "clock", "glacier", "lighthouse", "press", "salt", "weaver");

  private final Map<String, String> parts = new LinkedHashMap<>();

  /** The texts of a folder, or the example's. */
  Shelf(@Nullable Path folder) throws IOException {
    Map<String, String> texts =
        folder == null
            ? Texts.beside(Shelf.class, ".md", EXAMPLES)
            : Texts.of(folder, MAX_TEXT_BYTES, ".md", ".txt");
    texts.forEach(this::add);
    if (folder != null && parts.size() > MAX_PARTS) {
      throw Texts.refused(folder, "its texts make more than " + MAX_PARTS + " parts; take fewer");
    }
  }

  private void add(String name, String text) {
    int number = 1;
    for (String part : Texts.parts(text, PART_CHARS)) {
      parts.put(number == 1 ? name : name + " part " + number, part);
      number++;
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
