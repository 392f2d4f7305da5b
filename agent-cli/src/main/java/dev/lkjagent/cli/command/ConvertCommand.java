package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.CommandFailure;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Failures;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.json.JsonWriter;
import dev.lkjagent.json.xml.XmlEscapes;
import dev.lkjagent.json.xml.XmlMapping;
import dev.lkjagent.json.xml.XmlStyle;
import dev.lkjagent.json.xml.XmlWriter;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Turns JSON into XML, XML into JSON, and replies into either. */
@Command(
    name = "convert",
    description = "Turns JSON into XML and back, and replies of a model into either.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  lkjagent convert feed.xml",
      "  lkjagent convert --typed --from xml --to json < feed.xml",
      "  lkjagent convert --from reply --to json --pretty reply.txt",
      "  lkjagent convert --batch < rows.jsonl",
      "",
      "With --batch each line of the input is {\"id\":…,\"input\":\"…\"} or",
      "{\"id\":…,\"chunks\":[\"…\",…]}, read as a reply (\"form\":\"json\" or \"xml\" decides",
      "what is looked for), and becomes {\"id\":…,\"output\":…,\"repairs\":[…]} or",
      "{\"id\":…,\"error\":{…}}.",
      "Ends with 0 if everything was accepted, with 1 if not."
    })
public final class ConvertCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--from",
      paramLabel = "FORM",
      description = "json, xml or reply (default: as the name or the first sign tells).")
  private @Nullable TextForm from;

  @Option(
      names = "--to",
      paramLabel = "FORM",
      description = "json or xml (default: the other one; json for a reply).")
  private @Nullable TextForm to;

  @Option(
      names = "--typed",
      description = "The mapping that loses nothing, instead of the one for people.")
  private boolean typed;

  @Option(names = "--pretty", description = "Indent the result.")
  private boolean pretty;

  @Option(
      names = "--encode",
      description =
          "Write what XML can't carry as _xHHHH_, and read it back from XML that becomes JSON.")
  private boolean encode;

  @Option(names = "--batch", description = "Read JSON lines, each with a reply.")
  private boolean batch;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "The file (default: the standard input).")
  private @Nullable Path file;

  /**
   * The command.
   *
   * @param terminal takes the result
   */
  public ConvertCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (to == TextForm.REPLY) {
      throw new CommandFailure(
          ExitCode.USAGE, "a reply cannot be written", "Use --to json or --to xml.");
    }
    if (batch && encode) {
      throw new CommandFailure(
          ExitCode.USAGE, "a batch writes no XML", "Leave out --encode or --batch.");
    }
    if (batch) {
      return (batch() ? ExitCode.OK : ExitCode.NO).number();
    }
    byte[] text = input();
    TextForm source =
        from == null ? TextForm.guess(file == null ? "" : file.toString(), text) : from;
    try (TextReading reading = new TextReading(true)) {
      TextReading.Result result = reading.read(source, text);
      if (!result.accepted()) {
        String code = result.code() == null ? result.status().name() : result.code();
        Verdict verdict = Verdict.rejected(code, text, result.offset(), result.message());
        terminal.err().println(terminal.red("error:") + " " + verdict.detail().replace("\t", " "));
        return ExitCode.NO.number();
      }
      boolean wantsXml = to == null ? source == TextForm.JSON : to == TextForm.XML;
      byte[] written = write(reading.document(), source, wantsXml, reading.emptyTree());
      terminal.out().println(new String(written, StandardCharsets.UTF_8).stripTrailing());
      terminal.out().flush();
    }
    return ExitCode.OK.number();
  }

  private XmlMapping.Form form() {
    return typed ? XmlMapping.Form.TYPED : XmlMapping.Form.SIMPLE;
  }

  private byte[] write(Document document, TextForm source, boolean wantsXml, OwnedTree mapped) {
    boolean xml = document.kind(document.root()) == Tape.ELEMENT;
    ObjectTree tree = document;
    if (xml != wantsXml) {
      XmlMapping mapping = new XmlMapping();
      Status status =
          xml
              ? mapping.toJson(document, document.root(), mapped, form())
              : mapping.toXml(document, document.root(), mapped, form());
      if (status == Status.OK && encode && source == TextForm.XML) {
        status = new XmlEscapes().decode(mapped);
      }
      if (status != Status.OK) {
        throw new CommandFailure(
            ExitCode.NO,
            "the tree cannot be mapped: " + status.meaning(),
            "A larger text needs a larger heap: raise -Xmx.");
      }
      tree = mapped;
    }
    if (!wantsXml) {
      return (pretty ? JsonWriter.pretty(2) : new JsonWriter()).toBytes(tree, tree.root());
    }
    // What was read as XML, XML can carry: its own sequences stay as they are.
    XmlStyle style = pretty ? XmlStyle.PRETTY : XmlStyle.COMPACT;
    XmlWriter writer = new XmlWriter(style.withEncode(encode && source != TextForm.XML));
    try {
      return writer.toBytes(tree, tree.root());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          ExitCode.NO,
          "the tree cannot be written as XML: " + e.getMessage(),
          "Use --encode, here and on the way back.",
          e);
    }
  }

  private boolean batch() {
    try (ConvertBatch rows = new ConvertBatch(terminal.out(), form());
        InputStream in = file == null ? System.in : Files.newInputStream(file)) {
      return rows.run(in);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private byte[] input() {
    try {
      return file == null ? System.in.readAllBytes() : Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private CommandFailure unreadable(IOException e) {
    return new CommandFailure(
        ExitCode.INPUT,
        "the input " + (file == null ? "" : file + " ") + Failures.reason(e) + ".",
        "Check its name and that it may be read.",
        e);
  }
}
