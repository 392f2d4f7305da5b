/**
 * JSON and XML, as standards have them and as language models write them, over the memory system.
 */
module dev.lkjagent.json {
  requires transitive dev.lkjagent.memory;
  requires static com.fasterxml.jackson.databind;
  requires static org.jspecify;

  exports dev.lkjagent.json;
  exports dev.lkjagent.json.jackson;
  exports dev.lkjagent.json.lenient;
  exports dev.lkjagent.json.xml;
}
