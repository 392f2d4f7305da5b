package dev.lkjagent.testkit;

import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;

/** A model that is another one, for tests to change a method of. */
public class ForwardingModel implements Model {
  private final Model inner;

  public ForwardingModel(Model inner) {
    this.inner = inner;
  }

  @Override
  public ModelCall start(ModelRequest request, ReplySink sink) {
    return inner.start(request, sink);
  }

  @Override
  public String description() {
    return inner.description();
  }

  @Override
  public boolean isLanguageModel() {
    return inner.isLanguageModel();
  }

  @Override
  public boolean takesTools() {
    return inner.takesTools();
  }

  @Override
  public void close() {
    inner.close();
  }
}
