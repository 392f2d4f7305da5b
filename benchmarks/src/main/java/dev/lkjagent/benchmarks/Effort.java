package dev.lkjagent.benchmarks;

/** How much is measured. */
enum Effort {
  /** What the documentation quotes. */
  FULL(2, 200, 200, "full: two forks of 200 rounds to warm up and 200 that count"),

  /** A few minutes. */
  QUICK(1, 100, 100, "quick: one fork of 100 rounds to warm up and 100 that count"),

  /** Whether it runs at all; the figures say nothing. */
  SMOKE(1, 2, 4, "smoke: hardly anything was compiled; the figures say nothing");

  final int forks;
  final int warmUpRounds;
  final int rounds;
  final String description;

  Effort(int forks, int warmUpRounds, int rounds, String description) {
    this.forks = forks;
    this.warmUpRounds = warmUpRounds;
    this.rounds = rounds;
    this.description = description;
  }
}
