package dev.lkjagent.examples.badmodel;

import java.nio.charset.StandardCharsets;

/** A way to answer wrongly; every reply means to note something about its cycle. */
@SuppressWarnings("ImmutableEnumChecker") // nobody writes to the replies
enum Mistake {
  NONE("no mistake, for comparison", agent("thinking", note("one"))),
  TALK(
      "thoughts, talk and a fence around the block",
      "<think>maybe <agent></think>Sure!\n```xml\n"
          + agent("thinking", note("two"))
          + "\n```\nDone."),
  JSON(
      "JSON in the place of XML",
      "{\"agent\":{\"next_state\":\"thinking\",\"action\":{\"type\":\"memory_add\","
          + "\"tags\":[\"n\"],\"value\":\"three\"}}}"),
  SLOPPY_JSON(
      "JSON as in a program: comments, single quotes, commas",
      "{'agent': {next_state: 'thinking', // so\n 'action': {'type': 'memory_add', 'tags': 'n',"
          + " 'value': 'four',},}}"),
  NOT_ESCAPED("< and & as they are", agent("thinking", note("a < b && c"))),
  NOT_CLOSED(
      "a closing tag is missing",
      "<agent><next_state>thinking</next_state><action><type>memory_add</type><tags>n</tags>"
          + "<value>six</action></agent>"),
  CUT_OFF("the reply ends in the middle", agent("thinking", note("seven")).substring(0, 90)),
  PROSE("no block at all", "I have noted it for you. Anything else?"),
  SILENCE("only white space", " \n"),
  NOT_UTF8("bytes that are no text", agent("thinking", note("ten\u0000"))),
  NO_SUCH_STATE("a state that does not exist", agent("celebrating", note("eleven"))),
  NO_SUCH_ACTION(
      "an action that does not exist",
      agent("thinking", "<action><type>remember</type><value>x</value></action>" + note("twelve"))),
  NO_TAGS(
      "an action without the tags it needs",
      agent("thinking", "<action><type>memory_add</type><value>x</value></action>")),
  NOTHING_THERE(
      "removes what is not there",
      agent("thinking", "<action><type>memory_remove</type><tags>unicorn</tags></action>")),
  TOO_MANY("40 actions in one reply", agent("thinking", note("fifteen").repeat(40))),
  ENDLESS("a megabyte of talk", "and so on ".repeat(1 << 17));

  final String says;
  final byte[] reply;

  Mistake(String says, String reply) {
    this.says = says;
    byte[] bytes = reply.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = bytes[i] == 0 ? (byte) 0xFF : bytes[i];
    }
    this.reply = bytes;
  }

  private static String agent(String state, String actions) {
    return "<agent><next_state>" + state + "</next_state>" + actions + "</agent>";
  }

  private static String note(String value) {
    return "<action><type>memory_add</type><tags>n</tags><value>" + value + "</value></action>";
  }
}
