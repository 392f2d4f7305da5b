package dev.lkjagent.runtime.model;

import java.util.Objects;

/**
 * A model that hands everything on to another: what a model that watches or changes a few things
 * begins with. Closing it closes the other.
 *
 * <p>As safe for threads as the model behind it.
 */
public abstract class ForwardingModel implements Model {
  private final Model backing;

  /**
   * A model before another.
   *
   * @param backing what answers
   */
  protected ForwardingModel(Model backing) {
    this.backing = Objects.requireNonNull(backing, "backing");
  }

  @Override
  public ModelCall start(ModelRequest request, ReplySink sink) {
    return backing.start(request, sink);
  }

  @Override
  public String description() {
    return backing.description();
  }

  @Override
  public boolean isLanguageModel() {
    return backing.isLanguageModel();
  }

  @Override
  public boolean takesTools() {
    return backing.takesTools();
  }

  @Override
  public void close() {
    backing.close();
  }
}
