package dev.lkjagent.json.lenient;

/**
 * Looks for the next occurrence of something from a position that only moves forward, and remembers
 * how far it has looked: however often it is asked, every byte is looked at once.
 */
final class Finder {
  /** The input has ended, and it does not occur. */
  static final int NEVER = -1;

  private final Source source;
  private int from;
  private int scanned;
  private int found;
  private int nameFrom;
  private int nameLength;

  Finder(Source source) {
    this.source = source;
  }

  void reset() {
    from = 0;
    scanned = 0;
    found = NEVER;
    nameLength = NEVER;
  }

  /**
   * The first position from {@code at} on where {@code what} stands; check for starvation first.
   */
  int next(String what, int at) {
    if (known(at)) {
      return found;
    }
    for (int i = scanned; ; i++) {
      if (source.at(i) == Source.END) {
        scanned = i;
        return NEVER;
      }
      if (source.known(i) == what.charAt(0)) {
        boolean here = source.startsWith(i, what);
        if (source.starved()) {
          scanned = i;
          return NEVER;
        }
        if (here) {
          return found(i);
        }
      }
    }
  }

  /** The first end tag from {@code at} on with the name that stands at {@code name}. */
  int nextEndTag(int name, int length, int at) {
    if (length != nameLength || !sameName(name, length)) {
      nameFrom = name;
      nameLength = length;
      from = 0;
      scanned = 0;
      found = NEVER;
    }
    if (known(at)) {
      return found;
    }
    for (int i = scanned; ; i++) {
      if (source.at(i) == Source.END) {
        scanned = i;
        return NEVER;
      }
      if (source.known(i) == '<') {
        boolean here = source.at(i + 1) == '/';
        for (int k = 0; k < length && here; k++) {
          here = NameTable.lower(source.at(i + 2 + k)) == NameTable.lower(source.known(name + k));
        }
        here = here && !Tags.isName(source.at(i + 2 + length));
        if (source.starved()) {
          scanned = i;
          return NEVER;
        }
        if (here) {
          return found(i);
        }
      }
    }
  }

  private boolean sameName(int name, int length) {
    for (int i = 0; i < length; i++) {
      if (source.known(nameFrom + i) != source.known(name + i)) {
        return false;
      }
    }
    return true;
  }

  private boolean known(int at) {
    if (found >= at && from <= at) {
      return true;
    }
    if (from > at || scanned < at || found >= 0) {
      from = at;
      scanned = at;
      found = NEVER;
    }
    return false;
  }

  private int found(int i) {
    found = i;
    scanned = i;
    return i;
  }
}
