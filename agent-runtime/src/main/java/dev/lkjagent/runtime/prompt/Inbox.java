package dev.lkjagent.runtime.prompt;

import java.util.ArrayList;
import java.util.List;

/** The messages that an agent has not seen yet, oldest first, ready to be shown. */
public final class Inbox {
  /**
   * A message.
   *
   * @param id its number in the store
   * @param from who sent it
   * @param text what it says, UTF-8, as it was sent
   * @param shown the line that a prompt shows, escaped
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
  record Item(long id, String from, byte[] text, byte[] shown) {}

  private final List<Item> items = new ArrayList<>(2);
  private int shown = Integer.MAX_VALUE;

  /** Makes an empty inbox. */
  public Inbox() {}

  /**
   * Adds a message, unless it is there already.
   *
   * @param id its number in the store; numbers rise
   * @param from who sent it
   * @param text what it says, UTF-8
   */
  public void add(long id, String from, byte[] text) {
    if (items.isEmpty() || items.get(items.size() - 1).id < id) {
      items.add(new Item(id, from, text, Escaped.message(from, text)));
    }
  }

  /**
   * How many messages there are.
   *
   * @return their number
   */
  public int size() {
    return items.size();
  }

  /**
   * A message's number.
   *
   * @param index which, from 0
   * @return its number in the store
   */
  public long id(int index) {
    return items.get(index).id;
  }

  /**
   * Who sent a message.
   *
   * @param index which, from 0
   * @return the sender
   */
  public String from(int index) {
    return items.get(index).from;
  }

  /**
   * What a message says.
   *
   * @param index which, from 0
   * @return UTF-8, not to be changed
   */
  public byte[] text(int index) {
    return items.get(index).text;
  }

  /**
   * Limits what prompts show.
   *
   * @param count how many messages at most, the oldest ones
   */
  public void show(int count) {
    shown = count;
  }

  int shownCount() {
    return Math.min(shown, items.size());
  }

  byte[] shown(int index) {
    return items.get(index).shown;
  }

  /**
   * Forgets the oldest messages.
   *
   * @param count how many
   */
  public void dropFirst(int count) {
    items.subList(0, count).clear();
  }

  /** Forgets all messages. */
  public void clear() {
    items.clear();
  }
}
