package dev.lkjagent.memory.tree;

import dev.lkjagent.memory.Scope;

/** Opens the test parser to the tests of other packages. */
public final class TestDocuments {
  private TestDocuments() {}

  public static Document of(Scope scope, String json) {
    return Tapes.document(scope, json);
  }
}
