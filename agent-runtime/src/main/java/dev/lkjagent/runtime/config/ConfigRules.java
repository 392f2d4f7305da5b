package dev.lkjagent.runtime.config;

import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultPolicies;
import dev.lkjagent.runtime.fault.FaultPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What must hold between several values, or in the text of one. */
final class ConfigRules {
  private static final Pattern VARIABLE_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");
  private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
  private static final Pattern USER_INFO = Pattern.compile("://[^/?#\\s]*@");

  /** Members of a request that the program writes itself. */
  private static final Set<String> OWN_MEMBERS =
      Set.of("model", "messages", "stream", "stream_options", "tools", "temperature", "max_tokens");

  private final List<EffectiveSetting> settings;
  private final List<String> problems;

  private ConfigRules(List<EffectiveSetting> settings, List<String> problems) {
    this.settings = settings;
    this.problems = problems;
  }

  static void check(Config config, List<EffectiveSetting> settings, List<String> problems) {
    ConfigRules rules = new ConfigRules(settings, problems);
    rules.version(config.version());
    rules.endpoint(config.llm());
    rules.agent(config.agent());
    rules.pool(config.pool(), config.agent().budget());
  }

  private void version(String version) {
    if (!version.matches("1(\\.[0-9]+)*")) {
      wrong("version", "is \"" + version + "\"; this program understands version 1");
    }
  }

  private void endpoint(LlmConfig llm) {
    if (USER_INFO.matcher(llm.endpoint()).find()) {
      wrong("llm.endpoint", "contains a user or password (not shown); use llm.api_key_env");
    }
    // The values below may be a key that was put into the wrong place, and are not shown.
    if (!llm.apiKeyEnv().isEmpty() && !VARIABLE_NAME.matcher(llm.apiKeyEnv()).matches()) {
      wrong(
          "llm.api_key_env",
          "is not the name of an environment variable (not shown); it names the"
              + " variable that holds the key, not the key");
    }
    if (!HEADER_NAME.matcher(llm.apiKeyHeader()).matches()) {
      wrong(
          "llm.api_key_header",
          "is not the name of an HTTP header (not shown); the key itself comes from"
              + " the variable that llm.api_key_env names");
    }
    for (String member : llm.body().keySet()) {
      if (OWN_MEMBERS.contains(member)) {
        wrong(
            "llm.body." + member, "is written by the program; set the key of llm that governs it");
      }
    }
    if (llm.retry().basePauseMs() > llm.retry().maxPauseMs()) {
      wrong(
          "llm.retry.base_pause_ms",
          "is "
              + llm.retry().basePauseMs()
              + ", more than llm.retry.max_pause_ms ("
              + llm.retry().maxPauseMs()
              + ")");
    }
  }

  private void agent(AgentConfig agent) {
    log("thinking_log", agent.thinkingLog());
    log("evaluation_log", agent.evaluationLog());
    log("execution_log", agent.executionLog());
    agent.faults().policy().forEach(this::policy);
    int paging = agent.pagingLimit().maxTokens();
    int hard = agent.hardLimit().maxTokens();
    if (agent.pagingLimit().enable() && agent.hardLimit().enable() && paging > hard) {
      wrong(
          "agent.paging_limit.max_tokens",
          "is "
              + paging
              + ", more than agent.hard_limit.max_tokens ("
              + hard
              + "): paging would begin too late");
    }
    agent
        .state()
        .forEach(
            (state, tree) -> {
              if (!(tree instanceof java.util.Map)) {
                wrong("agent.state." + state, "must be an object such as {\"prompt\": {…}}");
              }
            });
  }

  private void policy(String code, String policy) {
    String path = "agent.faults.policy." + code;
    FaultCode known = named(FaultCode.values(), code);
    FaultPolicy wanted = named(FaultPolicy.values(), policy.toUpperCase(Locale.ROOT));
    if (known == null) {
      List<String> codes =
          Arrays.stream(FaultCode.values()).map(c -> c.name().toLowerCase(Locale.ROOT)).toList();
      String meant = Schema.closest(code, codes);
      wrong(
          path,
          "names no kind of fault"
              + (meant == null
                  ? "; docs/configuration.md lists them"
                  : "; did you mean " + meant.toUpperCase(Locale.ROOT) + "?"));
    } else if (wanted == null || !FaultPolicies.word(wanted).equals(policy)) {
      wrong(
          path,
          "is \""
              + policy
              + "\" and must be one of "
              + Arrays.stream(FaultPolicy.values())
                  .map(FaultPolicies::word)
                  .collect(Collectors.joining(", ")));
    } else {
      String problem = FaultPolicies.problem(known, wanted);
      if (problem != null) {
        wrong(path, "is refused: " + problem);
      }
    }
  }

  private static <E extends Enum<E>> @Nullable E named(E[] all, String name) {
    for (E one : all) {
      if (one.name().equals(name)) {
        return one;
      }
    }
    return null;
  }

  private void log(String name, AgentConfig.MemoryLog log) {
    if (!log.keyPrefix().matches("[a-z0-9_]{1,100}")) {
      wrong(
          "agent." + name + ".key_prefix",
          "is \"" + log.keyPrefix() + "\"; take lower-case letters, digits and underscores");
    }
  }

  private void pool(PoolConfig pool, AgentConfig.Budget budget) {
    if (pool.tiers().isEmpty()) {
      wrong("pool.tiers", "is empty; a pool needs at least one size of slots");
    }
    int before = 0;
    long slots = 0;
    for (PoolConfig.Tier tier : pool.tiers()) {
      if (tier.bytes() <= before) {
        wrong(
            "pool.tiers", "has " + tier.bytes() + " bytes after " + before + "; sizes must ascend");
      }
      before = tier.bytes();
      slots += tier.count();
    }
    if (slots > 16_777_215) {
      wrong("pool.tiers", "has " + slots + " slots; a pool takes at most 16777215");
    }
    for (String size : budget.slots().keySet()) {
      if (pool.tiers().stream().noneMatch(tier -> String.valueOf(tier.bytes()).equals(size))) {
        wrong("agent.budget.slots." + size, "names no size of pool.tiers");
      }
    }
  }

  private void wrong(String path, String says) {
    Origin origin =
        settings.stream()
            .filter(s -> s.path().equals(path) || s.path().startsWith(path + "."))
            .findFirst()
            .map(EffectiveSetting::origin)
            .orElse(Origin.DEFAULT);
    problems.add(origin + ": " + path + " " + says);
  }
}
