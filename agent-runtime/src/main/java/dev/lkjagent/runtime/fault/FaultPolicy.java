package dev.lkjagent.runtime.fault;

/**
 * What a run does about a fault; each {@link FaultCode} has one, in whose place {@link
 * FaultPolicies} may put another.
 */
public enum FaultPolicy {
  /** Try the same thing again after a pause that grows, as often as the limits allow; then stop. */
  RETRY,

  /** Go on; the next prompt shows the fault to the model. */
  TELL_MODEL,

  /** Make room: enter the state paging, then try once more. */
  PAGE,

  /**
   * End the run in an orderly way; it can be resumed when the cause is gone. A cycle with a reply
   * is completed and committed first, so that the model sees the fault when the run is resumed.
   */
  STOP
}
