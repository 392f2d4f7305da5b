package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.fault.Fault;

/**
 * Takes the answer to a commit: exactly one of its methods is called, once per change, on a thread
 * of the store or, if the store is quick, on the caller's before {@link Store#commit} returns. It
 * must not block and must not call the store; posting to a mailbox is what it is for.
 */
public interface CommitListener {
  /**
   * The change is durable. It is the caller's again.
   *
   * @param change the change
   * @param version the agent's version now
   */
  void committed(Change change, long version);

  /**
   * The change was refused. It is the caller's again.
   *
   * @param change the change
   * @param fault why
   */
  void refused(Change change, Fault fault);
}
