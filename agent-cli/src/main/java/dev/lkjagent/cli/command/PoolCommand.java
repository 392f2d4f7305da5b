package dev.lkjagent.cli.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.cli.shell.CommandFailure;
import dev.lkjagent.cli.shell.ConfigOptions;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.memory.Footprint;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.loop.Assembly;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a pool takes. */
@Command(
    name = "pool",
    description = "Says what a pool reserves, to the byte, and how large a heap it needs.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  lkjagent pool",
      "  lkjagent pool \"16x64K, 256x8K, 4Kx512, 64Kx16; nodes=8K; names=1K\"",
      "  lkjagent pool --workers 4 --json",
      "",
      "A spec lists tiers as size x count, then nodes, documentNodes, names, indexEntries,",
      "scopes and ropes by name; K, M and G stand for 1024, its square and its cube. Without",
      "one, the pool of the configuration is meant. Nothing is reserved by this command."
    })
public final class PoolCommand implements Callable<Integer> {
  private static final long MIB = 1 << 20;

  /** What a process needs beside its pools: the program, its libraries and the store's caches. */
  private static final long BESIDE_BYTES = 48 * MIB;

  private final Terminal terminal;

  @Parameters(arity = "0..1", paramLabel = "SPEC", description = "The pool, in one line.")
  private @Nullable String text;

  @Mixin private final ConfigOptions config = new ConfigOptions();

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Advise for so many workers, each with a pool (default: as configured).")
  private @Nullable Integer workers;

  @Option(names = "--json", description = "Write one JSON object, for scripts.")
  private boolean json;

  /**
   * The command.
   *
   * @param terminal takes the table
   */
  public PoolCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Assembly assembly = new Assembly(config.load(System.getenv()));
    PoolSpec spec;
    try {
      spec = text == null ? assembly.pool() : PoolSpec.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "this is no pool: " + e.getMessage(),
          "A pool looks like \"16x64K, 256x8K, 4Kx512; nodes=8K\".",
          e);
    }
    int pools = workers == null ? assembly.config().host().workers() : workers;
    if (pools < 1) {
      throw new CommandFailure(ExitCode.USAGE, "--workers is " + pools + ".", "Take at least 1.");
    }
    Footprint footprint = spec.footprint();
    long heapMib = (heapBytes(footprint, pools) + MIB - 1) / MIB;
    if (json) {
      writeJson(spec, footprint, pools, heapMib);
    } else {
      write(spec, footprint, pools, heapMib);
    }
    return ExitCode.OK.number();
  }

  /** The pools, what stands beside them, and a quarter of that again as room for the collector. */
  static long heapBytes(Footprint footprint, int pools) {
    long kept =
        Math.addExact(Math.multiplyExact(footprint.totalBytes(), (long) pools), BESIDE_BYTES);
    return kept + kept / 4;
  }

  private void write(PoolSpec spec, Footprint footprint, int pools, long heapMib) {
    PrintWriter out = terminal.out();
    out.println(Paragraph.wrap(spec.toString(), "  ", terminal.columns()));
    out.println();
    out.println(
        terminal.bold(String.format(Locale.ROOT, "%12s %12s %16s", "slot", "count", "text")));
    for (PoolSpec.Tier tier : spec.tiers()) {
      out.println(
          String.format(
              Locale.ROOT,
              "%,10d B %,12d %,14d B",
              tier.slotBytes(),
              tier.count(),
              (long) tier.slotBytes() * tier.count()));
    }
    out.println();
    out.print(footprint);
    out.println();
    out.println(
        Paragraph.wrap(
            "advice: -Xmx"
                + heapMib
                + "m for "
                + InspectText.count(pools, "worker", "workers")
                + ": "
                + (pools == 1 ? "its pool" : "their pools")
                + ", 48 MiB beside, and a quarter for the collector; set it with"
                + " LKJAGENT_JAVA_OPTS=-Xmx"
                + heapMib
                + "m",
            "  ",
            terminal.columns()));
  }

  private void writeJson(PoolSpec spec, Footprint footprint, int pools, long heapMib) {
    ObjectNode root =
        JsonNodeFactory.instance
            .objectNode()
            .put("spec", spec.toString())
            .put("textBytes", footprint.textBytes())
            .put("textMetadataBytes", footprint.textMetadataBytes())
            .put("payloadBytes", footprint.payloadBytes())
            .put("overheadBytes", footprint.overheadBytes())
            .put("totalBytes", footprint.totalBytes())
            .put("workers", pools)
            .put("adviceHeapMib", heapMib);
    ObjectNode parts = root.putObject("parts");
    footprint.parts().forEach(part -> parts.put(part.name(), part.bytes()));
    terminal.out().println(root.toPrettyString());
  }
}
