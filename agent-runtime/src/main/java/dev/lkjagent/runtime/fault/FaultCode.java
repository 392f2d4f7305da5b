package dev.lkjagent.runtime.fault;

import static dev.lkjagent.runtime.fault.FaultPolicy.PAGE;
import static dev.lkjagent.runtime.fault.FaultPolicy.RETRY;
import static dev.lkjagent.runtime.fault.FaultPolicy.STOP;
import static dev.lkjagent.runtime.fault.FaultPolicy.TELL_MODEL;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * The kinds of fault. Names are stable: they stand in journals, logs, metrics and prompts, and a
 * code that was released is never renamed or given another meaning.
 */
public enum FaultCode {
  /** No connection to the model's endpoint. */
  MODEL_UNREACHABLE(RETRY, "the model's endpoint could not be connected to"),
  /** The endpoint took too long to connect, to begin, to go on, or to end. */
  MODEL_TIMEOUT(RETRY, "the model's endpoint was silent for longer than the time-out"),
  /** The endpoint asks for fewer requests. */
  MODEL_RATE_LIMITED(RETRY, "the model's endpoint limits the rate of requests"),
  /** The endpoint reports a failure of its own. */
  MODEL_SERVER_ERROR(RETRY, "the model's endpoint failed on its side"),
  /** The connection broke before the reply was complete. */
  MODEL_CUT_OFF(RETRY, "the connection ended before the reply was complete"),
  /** The answer is not one of a chat-completions endpoint. */
  MODEL_ANSWER_UNREADABLE(RETRY, "the answer is not one of a chat-completions endpoint"),
  /** The answer has the right form and nothing in it. */
  MODEL_ANSWER_EMPTY(RETRY, "the answer holds neither text nor a tool call"),
  /** The key is missing or was not accepted. */
  MODEL_UNAUTHORIZED(STOP, "the endpoint did not accept the API key"),
  /** The endpoint does not accept the request and would not if it were repeated. */
  MODEL_REQUEST_REFUSED(STOP, "the endpoint refuses the request"),
  /** The endpoint withheld the reply by a content filter. */
  MODEL_FILTERED(TELL_MODEL, "the endpoint withheld the reply by its content filter"),
  /** The prompt does not fit the model's context. */
  CONTEXT_TOO_LONG(PAGE, "the prompt is longer than the model's context"),
  /** The request is larger than the limit that was configured for it. */
  REQUEST_TOO_LARGE(PAGE, "the request is larger than llm.limits.max_request_bytes"),
  /** The reply is larger than the limit that was configured for it. */
  REPLY_TOO_LARGE(TELL_MODEL, "the reply is larger than llm.limits.max_reply_bytes"),
  /** A script model has no entry left. */
  SCRIPT_EXHAUSTED(STOP, "the script has no reply left"),
  /** A replay model has no recording of this prompt. */
  REPLAY_MISS(STOP, "no recording exists for this prompt"),
  /** A rule set failed or wrote nothing. */
  RULES_FAILED(STOP, "the rule set failed"),
  /** A recording could not be written. */
  RECORDING_FAILED(STOP, "the recording could not be written"),

  /** The reply holds no agent block. */
  REPLY_WITHOUT_BLOCK(TELL_MODEL, "the reply holds no agent block"),
  /** The agent block could not be parsed. */
  REPLY_MALFORMED(TELL_MODEL, "the agent block of the reply is malformed"),
  /** The reply ended inside the agent block. */
  REPLY_TRUNCATED(TELL_MODEL, "the reply ends inside its agent block"),
  /** The next state that the reply names does not exist. */
  UNKNOWN_STATE(TELL_MODEL, "the reply names a state that does not exist"),
  /** The action that the reply names does not exist. */
  UNKNOWN_ACTION(TELL_MODEL, "the reply names an action that does not exist"),
  /** An action lacks a field that it needs. */
  MISSING_VALUE(TELL_MODEL, "the action lacks a field that it needs"),
  /** An action's field has a value that it does not take. */
  INVALID_VALUE(TELL_MODEL, "the action does not take this value"),
  /** No tag is left of what was given. */
  NO_TAGS(TELL_MODEL, "no tag is left after normalisation"),
  /** Nothing carries these tags. */
  NOTHING_THERE(TELL_MODEL, "nothing carries these tags"),
  /** A value is larger than what may be stored. */
  VALUE_TOO_LARGE(TELL_MODEL, "the value is larger than the limit"),
  /** More actions in one reply than the limit. */
  TOO_MANY_ACTIONS(TELL_MODEL, "the reply asks for more actions than the limit"),
  /** An action ran and failed. */
  ACTION_FAILED(TELL_MODEL, "the action failed"),
  /** An action did not end in time. */
  ACTION_TIMEOUT(TELL_MODEL, "the action did not end in time"),
  /** A crash left it open whether an action with an outside effect happened. */
  OUTCOME_UNKNOWN(TELL_MODEL, "it is not known whether the action took effect"),
  /** A person denied an action. */
  APPROVAL_DENIED(TELL_MODEL, "a person denied the action"),
  /** The agent repeats itself. */
  REPEATED_ACTION(STOP, "the agent repeats the same actions"),

  /** The agent's memory budget is used up. */
  BUDGET_EXHAUSTED(PAGE, "the agent's memory budget is used up"),
  /** The prompt does not fit although everything that may leave it has left. */
  PROMPT_TOO_LARGE(STOP, "the prompt exceeds the hard limit although nothing is left to page out"),
  /** The limit of cycles is reached. */
  LIMIT_CYCLES(STOP, "the limit of cycles is reached"),
  /** The limit of wall time is reached. */
  LIMIT_TIME(STOP, "the limit of wall time is reached"),
  /** The limit of tokens is reached. */
  LIMIT_TOKENS(STOP, "the limit of tokens is reached"),
  /** Too many faults in a row. */
  LIMIT_FAULTS(STOP, "too many faults in a row"),

  /** The store holds a newer version of the agent than the one this cycle began from. */
  STORE_CONFLICT(STOP, "another host has committed for this agent"),
  /** The store is leased to another host. */
  STORE_LEASED(STOP, "the store is in use by another host"),
  /**
   * The store cannot be reached or written at the moment. A commit that was answered so may have
   * been applied, so it is not tried again: the run ends, and a resumed one begins with a look.
   */
  STORE_UNAVAILABLE(STOP, "the store cannot be read or written"),
  /** The disk under the store is full; a run can be resumed when somebody has made room. */
  STORE_FULL(STOP, "the disk under the store is full"),
  /** The store's file is damaged. */
  STORE_CORRUPT(STOP, "the store's file is damaged"),
  /** The store's file was deleted or replaced under the run. */
  STORE_DELETED(STOP, "the store's file was deleted or replaced under the run"),
  /** The store's file was written by a newer version of this program. */
  STORE_NEWER(STOP, "the store's file was written by a newer version"),
  /** The store's file was written by an older version, and may not be brought up to date. */
  STORE_OLDER(STOP, "the store's file was written by an older version and opened to look only"),
  /** The store's file is not one of a store. */
  STORE_FOREIGN(STOP, "the file is not a store"),
  /** The store's file may not be written. */
  STORE_READ_ONLY(STOP, "the store's file may not be written"),
  /** The store's driver is not on the class path. */
  STORE_DRIVER_MISSING(STOP, "the store's driver is not on the class path"),
  /** The store refused a change for another reason. */
  STORE_REFUSED(STOP, "the store refused the change"),
  /** Another agent has this name. */
  AGENT_NAME_TAKEN(STOP, "another agent has this name"),
  /** No agent has this name. */
  NO_SUCH_AGENT(STOP, "no agent has this name"),
  /** The agent cannot go to this cycle: it was not reached, or was rewound or trimmed. */
  NO_SUCH_CYCLE(STOP, "the agent has no such cycle"),

  /** A replay took another course than the journal. */
  REPLAY_DIVERGED(STOP, "the replay differs from the journal"),
  /** The configuration is wrong. */
  CONFIG_INVALID(STOP, "the configuration is wrong"),
  /** The run was cancelled from outside. */
  CANCELLED(STOP, "the run was cancelled"),
  /** A defect of this program or of code that it was given. */
  INTERNAL(STOP, "a defect in the program");

  private final FaultPolicy policy;
  private final String meaning;

  FaultCode(FaultPolicy policy, String meaning) {
    this.policy = policy;
    this.meaning = meaning;
  }

  /**
   * What a run does about it unless {@link FaultPolicies} say otherwise; {@code Limits} say how
   * often it applies.
   *
   * @return the policy
   */
  public FaultPolicy defaultPolicy() {
    return policy;
  }

  /**
   * The policies that may be set. What the model failed with may be tried again or told, what the
   * agent did wrong may end the run; but where going on would mean to go on with something that is
   * not so (a commit that was not made, a reply that nobody gave), the run ends.
   *
   * @return at least the default
   */
  public Set<FaultPolicy> policies() {
    return switch (this) {
      case MODEL_UNAUTHORIZED, MODEL_REQUEST_REFUSED, MODEL_FILTERED, REPLY_TOO_LARGE ->
          EnumSet.of(RETRY, TELL_MODEL, STOP);
      case REPEATED_ACTION -> EnumSet.of(TELL_MODEL, STOP);
      default -> policy == RETRY ? EnumSet.of(RETRY, TELL_MODEL, STOP) : EnumSet.of(policy, STOP);
    };
  }

  /**
   * The code's meaning in half a sentence without a full stop.
   *
   * @return the meaning
   */
  public String meaning() {
    return meaning;
  }

  /**
   * A fault of this kind.
   *
   * @param message what happened, where, and the way out
   * @return the fault, without offset and detail
   */
  public Fault with(String message) {
    return new Fault(this, Objects.requireNonNull(message, "message"), Fault.NO_OFFSET, null);
  }
}
