package dev.lkjagent.memory;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * What a pool tells the JDK's flight recorder. Until a recorder is started in the process nothing
 * is loaded and nothing allocated; without the module {@code jdk.jfr} nothing is told.
 */
final class FlightEvents {
  private static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private FlightEvents() {}

  static boolean on() {
    return PRESENT && FlightRecorder.isInitialized();
  }

  static void exhausted(int pool, String what, String limitedBy, String message) {
    Exhausted event = new Exhausted();
    if (event.shouldCommit()) {
      event.pool = pool;
      event.what = what;
      event.limitedBy = limitedBy;
      event.message = message;
      event.commit();
    }
  }

  static void promoted(int pool, int fromBytes, int toBytes) {
    Promoted event = new Promoted();
    if (event.shouldCommit()) {
      event.pool = pool;
      event.fromBytes = fromBytes;
      event.toBytes = toBytes;
      event.commit();
    }
  }

  static void leaked(int pool, LeakReport.Leak leak) {
    Leaked event = new Leaked();
    if (event.shouldCommit()) {
      event.pool = pool;
      event.scope = leak.scope();
      event.what = leak.what();
      event.count = leak.count();
      event.bytes = leak.bytes();
      event.commit();
    }
  }

  @Name("dev.lkjagent.memory.Exhausted")
  @Label("Memory Exhausted")
  @Category("LKJAgent")
  @Description("A tier, the nodes or a budget refused a request for the first time")
  static final class Exhausted extends Event {
    @Label("Pool")
    int pool;

    @Label("What")
    String what = "";

    @Label("Limited By")
    String limitedBy = "";

    @Label("Message")
    String message = "";
  }

  @Name("dev.lkjagent.memory.Promoted")
  @Label("Text Promoted")
  @Category("LKJAgent")
  @Description("A text outgrew its slot and moved to a larger one")
  @StackTrace(false)
  static final class Promoted extends Event {
    @Label("Pool")
    int pool;

    @Label("From")
    @DataAmount
    int fromBytes;

    @Label("To")
    @DataAmount
    int toBytes;
  }

  @Name("dev.lkjagent.memory.Leaked")
  @Label("Memory Leaked")
  @Category("LKJAgent")
  @Description("Something was not returned before its pool was closed")
  @StackTrace(false)
  static final class Leaked extends Event {
    @Label("Pool")
    int pool;

    @Label("Scope")
    String scope = "";

    @Label("What")
    String what = "";

    @Label("Count")
    int count;

    @Label("Bytes")
    @DataAmount
    long bytes;
  }
}
