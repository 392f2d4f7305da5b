package dev.lkjagent.runtime.model;

import dev.lkjagent.runtime.config.LlmConfig;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Opens the model that {@code llm.endpoint} names by its scheme. */
public final class Models {
  private static final String SCHEMES =
      "http://HOST/…, https://HOST/…, rules:NAME, script:FILE, replay:DIR, record:DIR+ENDPOINT";

  /** The plus sign before the endpoint that is recorded; a directory's name may hold others. */
  private static final Pattern RECORDED =
      Pattern.compile("\\+(?=(https?|rules|script|replay|record):)", Pattern.CASE_INSENSITIVE);

  private Models() {}

  /**
   * Opens the model that a configuration names, with the process's environment.
   *
   * @param config the configuration of the model
   * @return an open model; to be closed by the caller
   * @throws FaultException of code {@link FaultCode#CONFIG_INVALID} if there is no such model
   */
  public static Model of(LlmConfig config) {
    return of(config.endpoint(), config, System::getenv);
  }

  /**
   * Opens a model.
   *
   * @param endpoint which one, by scheme; goes before the configuration's
   * @param config everything else about it
   * @param environment looks up an environment variable, for the key
   * @return an open model; to be closed by the caller
   * @throws FaultException of code {@link FaultCode#CONFIG_INVALID} if there is no such model
   */
  public static Model of(
      String endpoint, LlmConfig config, UnaryOperator<@Nullable String> environment) {
    int colon = endpoint.indexOf(':');
    String scheme = colon < 0 ? "" : endpoint.substring(0, colon).toLowerCase(Locale.ROOT);
    String rest = endpoint.substring(colon + 1);
    return switch (scheme) {
      case "http", "https" -> new HttpModel(config.withEndpoint(endpoint), environment);
      case "rules" -> new RulesModel(ruleSet(rest));
      case "script" -> new ScriptModel(Script.read(Path.of(rest)));
      case "replay" -> ReplayModel.open(Path.of(rest));
      case "record" -> {
        Matcher plus = RECORDED.matcher(rest);
        if (!plus.find() || plus.start() == 0) {
          throw invalid("\"record:" + rest + "\" is not of the form record:DIR+ENDPOINT");
        }
        Path directory = Path.of(rest.substring(0, plus.start()));
        yield new RecordingModel(directory, of(rest.substring(plus.end()), config, environment));
      }
      default ->
          throw invalid(
              (scheme.isEmpty()
                      ? "the endpoint has no scheme"
                      : "the scheme \"" + scheme + "\" is unknown")
                  + "; known are "
                  + SCHEMES);
    };
  }

  /**
   * The rule sets that {@link ServiceLoader} finds.
   *
   * @return one of each kind, in no order
   */
  public static List<RuleSet> ruleSets() {
    List<RuleSet> found = new ArrayList<>();
    ServiceLoader.load(RuleSet.class).forEach(found::add);
    return found;
  }

  private static RuleSet ruleSet(String name) {
    List<RuleSet> found = ruleSets();
    for (RuleSet set : found) {
      if (set.name().equals(name)) {
        return set;
      }
    }
    String known = String.join(", ", found.stream().map(RuleSet::name).sorted().toList());
    throw invalid("no rule set is named \"" + name + "\"; found are " + known);
  }

  private static FaultException invalid(String says) {
    return FaultCode.CONFIG_INVALID.with("llm.endpoint: " + says).asException();
  }
}
