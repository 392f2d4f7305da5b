package dev.lkjagent.runtime.fault;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a run does about each kind of fault. Immutable. */
public final class FaultPolicies {
  /** Every code's default. */
  public static final FaultPolicies DEFAULT = new FaultPolicies(new EnumMap<>(FaultCode.class));

  private final Map<FaultCode, FaultPolicy> set;

  private FaultPolicies(Map<FaultCode, FaultPolicy> set) {
    this.set = set;
  }

  /**
   * The same with another policy for a code.
   *
   * @param code the kind of fault
   * @param policy what to do about it
   * @return a copy
   * @throws IllegalArgumentException if the code does not take the policy; the message names those
   *     that it takes
   */
  public FaultPolicies with(FaultCode code, FaultPolicy policy) {
    String problem = problem(code, policy);
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
    EnumMap<FaultCode, FaultPolicy> more = new EnumMap<>(FaultCode.class);
    more.putAll(set);
    more.put(code, policy);
    return new FaultPolicies(more);
  }

  /**
   * What is done about a fault.
   *
   * @param code its kind
   * @return the policy that was set, or the code's default
   */
  public FaultPolicy of(FaultCode code) {
    FaultPolicy policy = set.get(code);
    return policy == null ? code.defaultPolicy() : policy;
  }

  /**
   * Whether a fault that would let the run go on by default ends it.
   *
   * @param code its kind
   * @return true if {@link FaultPolicy#STOP} was set in the place of another policy
   */
  public boolean ends(FaultCode code) {
    return set.get(code) == FaultPolicy.STOP && code.defaultPolicy() != FaultPolicy.STOP;
  }

  /**
   * Why a code does not take a policy.
   *
   * @param code the kind of fault
   * @param policy what is to be done about it
   * @return what is wrong and what may be set instead, or null if it may be set
   */
  public static @Nullable String problem(FaultCode code, FaultPolicy policy) {
    Objects.requireNonNull(policy, "policy");
    if (code.policies().contains(policy)) {
      return null;
    }
    return code
        + " takes "
        + code.policies().stream().map(FaultPolicies::word).collect(Collectors.joining(" or "))
        + " only, not "
        + word(policy)
        + ": "
        + code.meaning();
  }

  /**
   * A policy as configurations write it.
   *
   * @param policy the policy
   * @return its name in lower case
   */
  public static String word(FaultPolicy policy) {
    return policy.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return set.toString();
  }
}
