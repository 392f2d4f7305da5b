package dev.lkjagent.runtime.loop;

import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;

/** Keeps the prompts that another model is asked. */
record ListeningModel(Model model, StringBuilder prompts) implements Model {
  @Override
  public ModelCall start(ModelRequest request, ReplySink sink) {
    for (int i = 0; i < request.messageCount(); i++) {
      prompts.append(request.text(i)).append('\n');
    }
    return model.start(request, sink);
  }

  @Override
  public String description() {
    return model.description();
  }

  @Override
  public boolean isLanguageModel() {
    return model.isLanguageModel();
  }

  @Override
  public boolean takesTools() {
    return false;
  }

  @Override
  public void close() {
    model.close();
  }
}
