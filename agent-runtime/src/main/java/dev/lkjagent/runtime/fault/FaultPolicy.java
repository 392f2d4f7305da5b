package dev.lkjagent.runtime.fault;

/** What a run does about a fault; each {@link FaultCode} has one. */
public enum FaultPolicy {
  /** Try the same thing again after a pause that grows, as often as the limits allow; then stop. */
  RETRY,

  /** Go on; the next prompt shows the fault to the model. */
  TELL_MODEL,

  /** Make room: enter the state paging, then try once more. */
  PAGE,

  /** End the run in an orderly way; it can be resumed when the cause is gone. */
  STOP
}
