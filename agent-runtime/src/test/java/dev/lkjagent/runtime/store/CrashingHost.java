package dev.lkjagent.runtime.store;

import static dev.lkjagent.runtime.store.StoreFaults.join;

import dev.lkjagent.runtime.fault.Fault;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A host in a process of its own, to be killed or stopped. It commits for a few agents without end
 * and writes each acknowledgement to its output at once, which its parent reads: a log outside the
 * store.
 *
 * <p>With a third argument it commits once per line that it reads, and is idle in between.
 *
 * <p>Each cycle of an agent consumes the message that was sent before it, replaces an entry and
 * adds one.
 */
final class CrashingHost {
  static final int AGENTS = 6;

  private final Store store;
  private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final boolean paced;

  private CrashingHost(Store store, boolean paced) {
    this.store = store;
    this.paced = paced;
  }

  /** Arguments: the file, the time of lease in milliseconds, and anything to be paced. */
  public static void main(String[] args) throws InterruptedException, IOException {
    SqliteOptions options =
        SqliteOptions.DEFAULT.withLeaseTime(Duration.ofMillis(Long.parseLong(args[1])));
    CrashingHost host =
        new CrashingHost(SqliteStore.open(Path.of(args[0]), options), args.length > 2);
    host.say("open");
    if (!host.paced) {
      for (int i = 0; i < AGENTS; i++) {
        host.next(host.begin("agent" + i));
      }
      host.ended.await();
      return;
    }
    Agents agent = host.begin("agent0");
    while (System.in.read() >= 0) {
      host.next(agent);
    }
  }

  private synchronized void say(String line) {
    try {
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Agents begin(String name) {
    Agents agent = new Agents(store, name);
    return agent.become(join(store.load(name)).orElseGet(() -> join(store.create(name, 0))));
  }

  private void next(Agents agent) {
    store
        .send(agent.name, "test", Bytes.utf8("for cycle " + (agent.cycle + 1)), agent.cycle)
        .whenComplete(
            (message, failure) -> {
              if (message == null) {
                say("refused " + StoreFaults.of(failure).code());
                ended.countDown();
              } else {
                say("sent " + agent.name + " " + message.id());
                commit(agent, message);
              }
            });
  }

  private void commit(Agents agent, Message message) {
    long cycle = agent.cycle + 1;
    agent.save("last", "cycle " + cycle).save("c" + cycle, "message " + message.id());
    agent.with(change -> change.consume(message.id()));
    store.commit(
        agent.next(true),
        new CommitListener() {
          @Override
          public void committed(Change change, long version) {
            agent.version = version;
            agent.cycle = cycle;
            say("committed " + agent.name + " " + version + " " + cycle);
            if (!paced) {
              next(agent);
            }
          }

          @Override
          public void refused(Change change, Fault fault) {
            say("refused " + fault.code());
            ended.countDown();
          }
        });
  }
}
