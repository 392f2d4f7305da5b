package dev.lkjagent.examples.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lkjagent.examples.Started;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A conversation at a pseudo terminal, with the keys that a person presses. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the script of other systems is another program")
class KeyboardTest {
  /** As a terminal sends it that was switched to its application mode, as JLine does. */
  private static final String UP = "\u001bOA";

  /** After so long a chat is ended, so that what waits for it sees its end. */
  private static final int PATIENCE_SECONDS = 300;

  private static final String ENTER = "\r";
  private static final String CTRL_C = "\u0003";
  private static final String CTRL_D = "\u0004";

  @TempDir Path folder;

  @BeforeAll
  static void needsAPseudoTerminal() throws Exception {
    boolean usable;
    try {
      Process tried =
          new ProcessBuilder("script", "-qec", "tty && stty cols 80", "/dev/null")
              .redirectErrorStream(true)
              .start();
      tried.getOutputStream().close();
      tried.getInputStream().readAllBytes();
      usable = tried.waitFor() == 0;
    } catch (IOException e) {
      usable = false;
    }
    assumeTrue(usable, "this system has no script that makes a pseudo terminal");
  }

  /** A chat on a terminal of 80 columns. */
  private final class Keyboard implements AutoCloseable {
    private final Process process;
    private final InputStream screen;
    private final OutputStream keys;
    private final StringBuilder seen = new StringBuilder();
    private int looked;

    Keyboard() throws IOException {
      List<String> java = new ArrayList<>(Started.withDefaultInterrupts());
      java.addAll(Started.javaCommand("chat", "--store", folder.resolve("chat.db").toString()));
      java.addAll(
          java.indexOf("-cp"), List.of("-Dlkjagent.terminals=out,err,in", "-Duser.home=" + folder));
      String command = "stty rows 24 cols 80; exec '" + String.join("' '", java) + "'";
      ProcessBuilder builder =
          new ProcessBuilder("script", "-qec", command, "/dev/null").redirectErrorStream(true);
      builder.environment().put("TERM", "xterm");
      builder.environment().put("SHELL", "/bin/sh");
      process = builder.start();
      screen = process.getInputStream();
      keys = process.getOutputStream();
      CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS).execute(this::close);
    }

    Keyboard press(String text) throws IOException {
      keys.write(text.getBytes(UTF_8));
      keys.flush();
      return this;
    }

    /** Waits until a text appears behind all that was waited for before. */
    Keyboard see(String text) throws IOException {
      byte[] more = new byte[8192];
      while (true) {
        String plain = seen.toString();
        int at = plain.indexOf(text, looked);
        if (at >= 0) {
          looked = at + text.length();
          return this;
        }
        int count = screen.read(more);
        assertThat(count).as("%s is not shown; the screen: %s", text, seen).isPositive();
        seen.append(new String(more, 0, count, UTF_8));
      }
    }

    int end() throws IOException, InterruptedException {
      seen.append(new String(screen.readAllBytes(), UTF_8));
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Test
  void arrowUpBringsBackWhatWasSaidAndTabCompletesCommands() throws Exception {
    try (Keyboard chat = new Keyboard()) {
      chat.see("/help helps").see("> ");
      chat.press("My boat is called Varn." + ENTER).see("I will remember that.").see("> ");
      chat.press("Who painted the chapel?" + ENTER).see("not told me that.").see("> ");
      chat.press(UP).see("Who painted the chapel?");
      chat.press(UP + ENTER).see("I will remember that.").see("> ");
      chat.press("/me\t" + ENTER).see("My boat is called Varn.").see("> ");
      assertThat(chat.press(CTRL_D).end()).isZero();
      assertThat(chat.seen).doesNotContain("There is no /me", "\tat ");
    }
    try (Keyboard again = new Keyboard()) {
      again.see("> ").press(UP).see("/memory").press(UP + ENTER).see("I will remember that.");
      again.see("> ");
      assertThat(again.press(CTRL_C).end()).isZero();
    }
  }

  @Test
  void interruptingALineEndsTheConversationAndSendsNothing() throws Exception {
    try (Keyboard chat = new Keyboard()) {
      chat.see("> ").press("My secret is").see("My secret is");
      assertThat(chat.press(CTRL_C).end()).isZero();
      assertThat(chat.seen).doesNotContain("remember", "\tat ");
    }
    Started look = Started.with("inspect", "chat", "--store", folder.resolve("chat.db").toString());
    assertThat(look.out()).contains("after cycle 0", "0 messages");
  }
}
