package dev.lkjagent.cli.command;

import dev.lkjagent.runtime.config.LlmConfig;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.model.HttpModel;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.Role;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Examines an OpenAI-compatible endpoint with the client that agents use: whether it is there,
 * which models it offers and, if asked to, whether it replies, streams, counts tokens, and calls
 * tools.
 */
final class EndpointExamination {
  private static final String SUBJECT = "endpoint";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int NAMES_SHOWN = 8;
  private static final int REPLY_TOKENS = 64;
  private static final String TOOL =
      "[{\"type\":\"function\",\"function\":{\"name\":\"look\",\"description\":\"Looks.\","
          + "\"parameters\":{\"type\":\"object\",\"properties\":{}}}}]";

  private final Settings settings;

  /** The user's settings of the model, with others in the place of some. */
  interface Settings {
    LlmConfig with(Map<String, String> others);
  }

  EndpointExamination(Settings settings) {
    this.settings = settings;
  }

  List<Finding> examine(boolean ask) {
    List<Finding> findings = new ArrayList<>();
    String chosen;
    try (HttpModel model = new HttpModel(settings.with(Map.of()), System::getenv)) {
      chosen = offered(model, findings);
    } catch (FaultException e) {
      return List.of(broken(SUBJECT, e.fault()));
    }
    if (ask) {
      tryReplies(chosen, findings);
    }
    return findings;
  }

  private HttpModel open(Map<String, String> others, String key, String value) {
    Map<String, String> all = new HashMap<>(others);
    all.put(key, value);
    return new HttpModel(settings.with(all), System::getenv);
  }

  /** Tells what the endpoint offers; answers the model to ask, empty for the server's choice. */
  private String offered(HttpModel endpoint, List<Finding> findings) {
    String model = settings.with(Map.of()).model();
    @Nullable List<String> names = endpoint.offered(PATIENCE).orElse(null);
    if (names == null) {
      findings.add(
          Finding.warning(
              SUBJECT,
              "there, but it does not list its models",
              "Nothing is wrong if it answers with --try."));
      return model;
    }
    String offer =
        names.size() <= NAMES_SHOWN
            ? String.join(", ", names)
            : String.join(", ", names.subList(0, NAMES_SHOWN))
                + " and "
                + (names.size() - NAMES_SHOWN)
                + " more";
    if (!model.isEmpty() && !names.contains(model)) {
      findings.add(
          Finding.broken(
              SUBJECT,
              "there, but it offers no model named " + model,
              names.isEmpty() ? "It offers none at all: load one." : "It offers " + offer + "."));
    } else if (names.isEmpty()) {
      findings.add(Finding.warning(SUBJECT, "there, but it offers no model", "Load one."));
    } else {
      findings.add(Finding.ok(SUBJECT, "there; offers " + offer));
    }
    return !model.isEmpty() || names.isEmpty() ? model : names.get(0);
  }

  private void tryReplies(String model, List<Finding> findings) {
    Map<String, String> others = model.isEmpty() ? Map.of() : Map.of("llm.model", model);
    TriedReply reply = TriedReply.of(open(others, "llm.stream", "false"), request("Say yes."));
    findings.add(
        reply.fault() != null
            ? notReplied("reply", reply.fault())
            : Finding.ok(
                "reply",
                reply.counted()
                    ? "answers; it counts tokens"
                    : "answers; it does not count tokens, so they are estimated"));
    if (reply.fault() != null && reply.fault().code() != FaultCode.MODEL_ANSWER_EMPTY) {
      return;
    }
    TriedReply streamed = TriedReply.of(open(others, "llm.stream", "true"), request("Say yes."));
    findings.add(streams(streamed));
    byte[] tools = TOOL.getBytes(StandardCharsets.UTF_8);
    findings.add(
        callsTools(
            TriedReply.of(
                open(others, "llm.tools", "true"),
                request("Look now.").tools(tools, 0, tools.length))));
  }

  private static ModelRequest request(String text) {
    return new ModelRequest().maxReplyTokens(REPLY_TOKENS).begin(Role.USER).append(text).end();
  }

  private static Finding streams(TriedReply reply) {
    if (reply.fault() != null) {
      return notReplied("stream", reply.fault());
    }
    return reply.streamed()
        ? Finding.ok(
            "stream",
            reply.counted()
                ? "streams; counts tokens there too"
                : "streams; does not count tokens there")
        : Finding.warning(
            "stream", "does not stream", "Replies are read whole: set llm.stream to false.");
  }

  private static Finding callsTools(TriedReply reply) {
    Fault fault = reply.fault();
    if (fault != null && fault.code() == FaultCode.MODEL_REQUEST_REFUSED) {
      return Finding.warning(
          "tools",
          "does not take tools: " + sentences(fault)[0],
          "The prompt offers them anyway: set llm.tools to false.");
    }
    if (fault != null) {
      return notReplied("tools", fault);
    }
    return reply.calledTool()
        ? Finding.ok("tools", "calls tools")
        : Finding.warning(
            "tools",
            "takes tools, but called none when asked to",
            "The prompt offers them anyway; if it ignores them, set llm.tools to false.");
  }

  private static Finding notReplied(String subject, Fault fault) {
    String[] says = sentences(fault);
    return fault.code() == FaultCode.MODEL_ANSWER_EMPTY
        ? Finding.warning(subject, says[0], says[1])
        : broken(subject, fault);
  }

  private static Finding broken(String subject, Fault fault) {
    String[] says = sentences(fault);
    return Finding.broken(subject, says[0], says[1]);
  }

  /** What is wrong and the way out, which a fault's message keeps apart by its last semicolon. */
  private static String[] sentences(Fault fault) {
    String message = fault.message();
    int end = message.lastIndexOf("; ");
    return end < 0
        ? new String[] {message, "Look into the server's log."}
        : new String[] {
          message.substring(0, end),
          Character.toUpperCase(message.charAt(end + 2)) + message.substring(end + 3) + "."
        };
  }
}
