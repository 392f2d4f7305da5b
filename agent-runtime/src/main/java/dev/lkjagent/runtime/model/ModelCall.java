package dev.lkjagent.runtime.model;

/** A reply under way. Both methods may be called from any thread, at any time, more than once. */
public interface ModelCall {
  /** A call that was complete when {@link Model#start} returned. */
  ModelCall COMPLETE =
      new ModelCall() {
        @Override
        public void cancel() {}

        @Override
        public void resume() {}

        @Override
        public String toString() {
          return "complete";
        }
      };

  /**
   * Gives up: the connection is closed, and the sink hears nothing more, neither {@code done} nor
   * {@code failed}, except for a call to it that is already under way on another thread.
   */
  void cancel();

  /**
   * Ends a pause that the sink asked for with {@link Demand#LATER}. Without one it does nothing.
   */
  void resume();
}
