package dev.lkjagent.json.lenient;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.junit.jupiter.api.Test;

/** However a reply is split into chunks, the same comes out. */
class ChunkingTest {
  private static final int SMALL = 90;

  private final Lenient whole = new Lenient();
  private final Lenient split = new Lenient();

  @Test
  void everySplitOfASmallReplyReadsAsOnePiece() throws Exception {
    int compared = 0;
    for (String input : replies()) {
      byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
      if (bytes.length > SMALL) {
        continue;
      }
      for (ReplyForm form : ReplyForm.values()) {
        whole.read(form, bytes);
        for (int cut = 0; cut <= bytes.length; cut++) {
          compare(form, input, bytes, new int[] {cut, bytes.length});
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(10_000);
  }

  @Test
  void everyReplyReadsTheSameByteByByte() throws Exception {
    for (String input : replies()) {
      byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
      int[] cuts = new int[bytes.length + 1];
      for (int i = 0; i < bytes.length; i++) {
        cuts[i] = i + 1;
      }
      cuts[bytes.length] = bytes.length;
      for (ReplyForm form : ReplyForm.values()) {
        whole.read(form, bytes);
        compare(form, input, bytes, cuts);
      }
    }
  }

  private static Collection<String> replies() throws Exception {
    return Corpora.replies();
  }

  private void compare(ReplyForm form, String input, byte[] bytes, int[] cuts) {
    LenientParser.Progress progress = split.read(form, bytes, cuts);
    String what = form + " of " + input + " cut at " + cuts[0];
    LenientParser left = whole.parser();
    LenientParser right = split.parser();
    assertThat(right.fault()).as(what).isEqualTo(left.fault());
    if (progress == LenientParser.Progress.COMPLETE) {
      if (!split.tree().equals(whole.tree())) {
        assertThat(split.tree()).as(what).isEqualTo(whole.tree());
      }
      assertThat(right.used()).as(what).isEqualTo(left.used());
    }
    String repairs = right.repairs().toString();
    if (!repairs.equals(left.repairs().toString())) {
      assertThat(repairs).as(what).isEqualTo(left.repairs().toString());
    }
  }
}
