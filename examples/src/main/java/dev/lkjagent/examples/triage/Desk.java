package dev.lkjagent.examples.triage;

import dev.lkjagent.examples.shared.Texts;
import dev.lkjagent.runtime.action.ActionResult;
import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.action.Param;
import dev.lkjagent.runtime.action.Tool;
import dev.lkjagent.runtime.fault.FaultCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the agents can do: read tickets, and give money back. */
public final class Desk {
  private static final List<String> EXAMPLES =
      List.of("t-101", "t-102", "t-103", "t-104", "t-105", "t-106");
  private static final int MOST = 12;
  private static final int MAX_BYTES = 2000;

  private final Map<String, String> tickets = new TreeMap<>();

  /** The tickets of a folder, or the example's. */
  Desk(@Nullable Path folder) throws IOException {
    Map<String, String> texts =
        folder == null
            ? Texts.beside(Desk.class, ".txt", EXAMPLES)
            : Texts.of(folder, MAX_BYTES, ".txt");
    texts.forEach((name, text) -> tickets.put(name.replace(".txt", ""), text.strip()));
    if (folder != null && tickets.size() > MOST) {
      throw Texts.refused(
          folder, "it holds " + tickets.size() + " .txt files, more than " + MOST + "; take fewer");
    }
  }

  /**
   * Lists the tickets.
   *
   * @return a name per line
   */
  @Tool(value = "the names of all tickets, one per line", effect = Effect.PURE)
  public String listTickets() {
    return String.join("\n", tickets.keySet());
  }

  /**
   * Reads a ticket.
   *
   * @param ticket its name
   * @return the name and the text
   */
  @Tool(value = "a ticket's text", effect = Effect.PURE)
  public ActionResult readTicket(@Param("a name from list_tickets") String ticket) {
    String text = tickets.get(ticket.strip());
    return text == null
        ? ActionResult.failed(FaultCode.NOTHING_THERE.with("there is no ticket " + ticket))
        : ActionResult.done(ticket.strip() + " | " + text);
  }

  /**
   * Gives money back. A real desk would call the payment service here, with the key of the call.
   *
   * @param ticket the ticket that asks for it
   * @return what was done
   */
  @Tool(
      value = "give the customer of a ticket their money back; can't be undone",
      effect = Effect.ONCE,
      needsApproval = true)
  public ActionResult refund(@Param("a ticket's name") String ticket) {
    return tickets.containsKey(ticket.strip())
        ? ActionResult.done("refunded " + ticket.strip())
        : ActionResult.failed(FaultCode.NOTHING_THERE.with("there is no ticket " + ticket));
  }
}
