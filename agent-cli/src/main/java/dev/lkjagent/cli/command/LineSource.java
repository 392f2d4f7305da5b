package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** Where the lines of a conversation come from. */
interface LineSource extends AutoCloseable {
  /** The next line, null at the end. */
  @Nullable String next(String prompt) throws IOException;

  @Override
  void close() throws IOException;

  /** A person's keyboard, with history and completion, or whatever is piped in. */
  static LineSource of(Terminal terminal) throws IOException {
    return terminal.isTypedInto() ? new Keyboard() : new Piped(terminal);
  }

  /** Lines without anybody who would see a prompt. */
  record Piped(Terminal terminal) implements LineSource {
    @Override
    public @Nullable String next(String prompt) throws IOException {
      return terminal.input().readLine();
    }

    @Override
    public void close() {}
  }

  /** JLine, through the commands that every Unix has: no native library is loaded. */
  final class Keyboard implements LineSource {
    private final org.jline.terminal.Terminal terminal;
    private final LineReader reader;

    Keyboard() throws IOException {
      terminal = TerminalBuilder.builder().system(true).provider("exec").dumb(true).build();
      Path history = StoreOption.home().resolve("chat.history");
      reader =
          LineReaderBuilder.builder()
              .terminal(terminal)
              .completer(
                  new StringsCompleter(
                      Conversation.COMMANDS.stream().map(command -> command[0]).toList()))
              .variable(LineReader.HISTORY_FILE, history)
              .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
              .build();
    }

    @Override
    public @Nullable String next(String prompt) {
      try {
        return reader.readLine(prompt);
      } catch (UserInterruptException | EndOfFileException end) {
        return null;
      }
    }

    @Override
    public void close() throws IOException {
      terminal.close();
    }
  }
}
