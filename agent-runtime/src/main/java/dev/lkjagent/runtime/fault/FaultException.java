package dev.lkjagent.runtime.fault;

/** Carries a {@link Fault} out of a method that has no other way to answer. */
public final class FaultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Fault fault;

  /**
   * Wraps a fault.
   *
   * @param fault what went wrong
   */
  public FaultException(Fault fault) {
    super(fault.toString());
    this.fault = fault;
  }

  /**
   * Wraps a fault that another exception led to.
   *
   * @param fault what went wrong
   * @param cause the exception behind it
   */
  public FaultException(Fault fault, Throwable cause) {
    super(fault.toString(), cause);
    this.fault = fault;
  }

  /**
   * What went wrong.
   *
   * @return the fault
   */
  public Fault fault() {
    return fault;
  }
}
