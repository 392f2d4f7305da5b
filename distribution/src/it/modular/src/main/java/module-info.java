module demo {
  requires dev.lkjagent.json;
}
