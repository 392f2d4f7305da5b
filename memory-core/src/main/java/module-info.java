/** The memory system: pools, strings, trees and their images. Needs nothing at run time. */
module dev.lkjagent.memory {
  requires static jdk.jfr;
  requires static org.jspecify;

  exports dev.lkjagent.memory;
  exports dev.lkjagent.memory.image;
  exports dev.lkjagent.memory.tree;
}
