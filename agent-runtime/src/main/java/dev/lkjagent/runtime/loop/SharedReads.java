package dev.lkjagent.runtime.loop;

import dev.lkjagent.runtime.journal.Decoder;
import dev.lkjagent.runtime.journal.Encoder;
import dev.lkjagent.runtime.memory.TagSet;
import dev.lkjagent.runtime.store.Bytes;
import dev.lkjagent.runtime.store.Entry;
import dev.lkjagent.runtime.store.Hit;
import dev.lkjagent.runtime.store.SearchPage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What an agent read from a space that it shares, as the journal keeps it: others write there too,
 * so no replay could find it out again.
 */
final class SharedReads {
  /** The name of these inputs in the journal. */
  static final String NAME = "shared read";

  private SharedReads() {}

  static Encoder encode(List<Entry> entries) {
    Encoder out = new Encoder();
    out.putVar(entries.size());
    for (Entry entry : entries) {
      byte[] value = entry.value().toArray();
      out.putText(entry.tags().canonical());
      out.putSized(value, 0, value.length);
      out.putLong(entry.time());
    }
    return out;
  }

  static Encoder encode(SearchPage page) {
    Encoder out = new Encoder();
    out.putVar(page.hits().size());
    out.putVar(page.offset());
    out.putVar(page.total());
    for (Hit hit : page.hits()) {
      out.putText(hit.tags().canonical());
      out.putVar(hit.sizeBytes());
      out.putLong(hit.time());
      out.putText(hit.snippet());
      out.putLong(Double.doubleToLongBits(hit.score()));
    }
    return out;
  }

  static List<Entry> entries(byte[] read) {
    Decoder in = new Decoder().open(read, 0, read.length);
    List<Entry> entries = new ArrayList<>();
    for (long left = in.number(); left > 0 && !in.failed(); left--) {
      TagSet tags = new TagSet(text(in, read));
      int from = in.range();
      Bytes value = Bytes.copyOf(read, from, in.at());
      entries.add(new Entry(tags, value, fixed(in, read)));
    }
    return entries;
  }

  static SearchPage page(byte[] read) {
    Decoder in = new Decoder().open(read, 0, read.length);
    long left = in.number();
    int offset = (int) in.number();
    int total = (int) in.number();
    List<Hit> hits = new ArrayList<>();
    for (; left > 0 && !in.failed(); left--) {
      TagSet tags = new TagSet(text(in, read));
      int size = (int) in.number();
      long time = fixed(in, read);
      String snippet = text(in, read);
      hits.add(new Hit(tags, size, time, snippet, Double.longBitsToDouble(fixed(in, read))));
    }
    return new SearchPage(hits, offset, total);
  }

  private static String text(Decoder in, byte[] read) {
    int from = in.range();
    return new String(read, from, in.at() - from, StandardCharsets.UTF_8);
  }

  private static long fixed(Decoder in, byte[] read) {
    int at = in.skip(Long.BYTES);
    long value = 0;
    for (int i = Long.BYTES - 1; i >= 0 && !in.failed(); i--) {
      value = value << 8 | read[at + i] & 0xFF;
    }
    return value;
  }
}
