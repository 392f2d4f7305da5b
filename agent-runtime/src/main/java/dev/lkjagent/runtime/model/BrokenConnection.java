package dev.lkjagent.runtime.model;

import dev.lkjagent.runtime.config.LlmConfig;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;

/** Says why an exchange with a server ended without an answer, or in the middle of one. */
final class BrokenConnection {
  private BrokenConnection() {}

  /**
   * The fault behind an exception of the HTTP client.
   *
   * @param failure the exception
   * @param faults what speaks of the endpoint
   * @param timeouts how long was waited
   * @param status the answer's status; 0 if it had not begun
   * @param received how many bytes of its body came
   */
  static Fault fault(
      Throwable failure,
      AnswerFault faults,
      LlmConfig.Timeout timeouts,
      int status,
      long received) {
    Throwable cause = failure;
    boolean unresolved = false;
    while (cause.getCause() != null
        && (cause instanceof CompletionException
            || cause instanceof ConnectException
            || cause.getClass() == java.io.IOException.class)) {
      cause = cause.getCause();
      unresolved |= cause instanceof UnresolvedAddressException;
    }
    String says = cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
    if (failure instanceof HttpConnectTimeoutException
        || cause instanceof HttpConnectTimeoutException) {
      return faults.other(
          FaultCode.MODEL_TIMEOUT,
          "did not accept a connection within "
              + timeouts.connectMs()
              + " ms (llm.timeout.connect_ms)");
    }
    if (unresolved) {
      return faults.other(
          FaultCode.MODEL_UNREACHABLE, "has a host name that is not known; check llm.endpoint");
    }
    if (cause instanceof SSLException) {
      return faults.other(
          FaultCode.MODEL_UNREACHABLE,
          "could not be spoken to in TLS"
              + says
              + "; check that it speaks https, and its certificate");
    }
    if (cause instanceof ConnectException
        || cause instanceof ClosedChannelException && received == 0 && status == 0) {
      return faults.other(
          FaultCode.MODEL_UNREACHABLE,
          "refused the connection" + says + "; start the server, or set llm.endpoint");
    }
    if (cause instanceof ProtocolException
        || says.startsWith(" (Invalid")
        || says.contains("status line")) {
      return faults.other(
          FaultCode.MODEL_ANSWER_UNREADABLE, "does not speak HTTP as it should" + says);
    }
    String named = says.isEmpty() ? " (" + cause.getClass().getSimpleName() + ")" : says;
    String when = status == 0 ? "before it answered" : "after " + received + " bytes of its answer";
    return faults.other(FaultCode.MODEL_CUT_OFF, "broke the connection " + when + named);
  }
}
