package dev.lkjagent.runtime.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code llm}: the model that answers prompts.
 *
 * @param endpoint which model, by scheme
 * @param model the model's name at the endpoint
 * @param temperature the sampling temperature
 * @param maxReplyTokens the limit of a reply's length
 * @param stream whether replies are streamed
 * @param tools whether tools are offered in the endpoint's own form
 * @param systemRole the role of the instructions
 * @param apiKeyEnv the variable that holds the key
 * @param apiKeyFile the file that holds the key
 * @param apiKeyHeader the header that carries the key
 * @param body more members of the request
 * @param timeout the time-outs
 * @param retry the repetition of failed calls
 * @param limits the limits of size
 */
public record LlmConfig(
    @Setting(
            value = "rules:embedded",
            doc =
                "`http://…` or `https://…` (an OpenAI-compatible chat-completions endpoint; `…/v1` is"
                    + " completed), `rules:NAME`, `script:FILE`, `replay:DIR`, `record:DIR+ENDPOINT`."
                    + " The default needs no network and is not a language model.")
        String endpoint,
    @Setting(doc = "The model's name at the endpoint. Empty leaves the choice to the server.")
        String model,
    @Setting(
            value = "0.7",
            max = 2,
            doc = "Sampling temperature, 0 to 2. It is left out if the endpoint refuses it.")
        double temperature,
    @Setting(value = "0", doc = "The most tokens a reply may have; 0 leaves it to the endpoint.")
        int maxReplyTokens,
    @Setting(
            value = "true",
            doc = "Read replies while they are written, and stop reading at the end of the block.")
        boolean stream,
    @Setting(value = "true", doc = "Offer tools in the endpoint's own form besides the prompt.")
        boolean tools,
    @Setting(
            value = "system",
            oneOf = {"system", "developer", "user"},
            doc = "The role under which instructions are sent.")
        String systemRole,
    @Setting(
            value = "LKJAGENT_API_KEY",
            doc =
                "The name of the environment variable that holds the endpoint's key. No key is sent if"
                    + " it is not set. The key itself never stands in a configuration.")
        String apiKeyEnv,
    @Setting(doc = "A file that holds the key; it goes before the variable.") String apiKeyFile,
    @Setting(
            value = "Authorization",
            doc =
                "The header that carries the key: `Authorization` (with `Bearer`), or another such as"
                    + " `api-key` (the key alone).")
        String apiKeyHeader,
    @Setting(
            value = "{}",
            doc =
                "More members of the request's JSON, for what is particular to a server. Any keys.")
        Map<String, Object> body,
    @Setting(doc = "How long to wait for the endpoint.") Timeout timeout,
    @Setting(doc = "How failed calls are repeated, as long as no text has arrived.") Retry retry,
    @Setting(doc = "How much may be sent and received.") Limits limits) {

  /**
   * Copies what could be changed from outside.
   *
   * @param endpoint which model, by scheme
   * @param model the model's name at the endpoint
   * @param temperature the sampling temperature
   * @param maxReplyTokens the limit of a reply's length
   * @param stream whether replies are streamed
   * @param tools whether tools are offered in the endpoint's own form
   * @param systemRole the role of the instructions
   * @param apiKeyEnv the variable that holds the key
   * @param apiKeyFile the file that holds the key
   * @param apiKeyHeader the header that carries the key
   * @param body more members of the request
   * @param timeout the time-outs
   * @param retry the repetition of failed calls
   * @param limits the limits of size
   */
  public LlmConfig {
    body = Collections.unmodifiableMap(new LinkedHashMap<>(body));
  }

  /**
   * The same settings for another endpoint.
   *
   * @param other the endpoint
   * @return a copy
   */
  public LlmConfig withEndpoint(String other) {
    return new LlmConfig(
        other,
        model,
        temperature,
        maxReplyTokens,
        stream,
        tools,
        systemRole,
        apiKeyEnv,
        apiKeyFile,
        apiKeyHeader,
        body,
        timeout,
        retry,
        limits);
  }

  /**
   * {@code llm.timeout}: how long to wait.
   *
   * @param connectMs for the connection
   * @param firstByteMs for the first byte of the answer
   * @param silenceMs between two pieces of the answer
   * @param totalMs for the whole answer
   */
  public record Timeout(
      @Setting(value = "5000", min = 1, max = 3_600_000, doc = "For the connection.") int connectMs,
      @Setting(
              value = "120000",
              min = 1,
              max = 86_400_000,
              doc = "From the request to the answer's first byte: loading and reading the prompt.")
          int firstByteMs,
      @Setting(
              value = "60000",
              min = 1,
              max = 86_400_000,
              doc = "Between two pieces of an answer. Keep-alive comments count as pieces.")
          int silenceMs,
      @Setting(value = "600000", min = 1, max = 86_400_000, doc = "For one attempt in all.")
          int totalMs) {}

  /**
   * {@code llm.retry}: how failed calls are repeated.
   *
   * @param maxAttempts attempts in all
   * @param basePauseMs the first pause
   * @param maxPauseMs the longest pause
   */
  public record Retry(
      @Setting(value = "4", min = 1, max = 100, doc = "Attempts in all; 1 never repeats.")
          int maxAttempts,
      @Setting(
              value = "500",
              max = 3_600_000,
              doc = "The first pause; it doubles with each attempt, half of it random.")
          int basePauseMs,
      @Setting(
              value = "60000",
              max = 3_600_000,
              doc =
                  "The longest pause. A server that asks for a longer one (`Retry-After`) ends the"
                      + " attempts.")
          int maxPauseMs) {}

  /**
   * {@code llm.limits}: how much may be sent and received.
   *
   * @param maxRequestBytes the request's body
   * @param maxAnswerBytes the answer's body, decompressed
   * @param maxReplyBytes text and reasoning in it
   * @param drainBytes what is read after the end of the block
   * @param drainMs how long it is read
   */
  public record Limits(
      @Setting(value = "8388608", min = 1024, max = 1_073_741_824, doc = "The request's body.")
          int maxRequestBytes,
      @Setting(
              value = "33554432",
              min = 1024,
              max = 1_073_741_824,
              doc = "The answer's body with all that surrounds the text, decompressed.")
          int maxAnswerBytes,
      @Setting(
              value = "1048576",
              min = 256,
              max = 1_073_741_824,
              doc = "The text and the reasoning of one reply.")
          int maxReplyBytes,
      @Setting(
              value = "65536",
              max = 1_073_741_824,
              doc = "What is still read after the block's end, to learn the `usage`.")
          int drainBytes,
      @Setting(value = "2000", max = 3_600_000, doc = "How long it is still read.") int drainMs) {}
}
