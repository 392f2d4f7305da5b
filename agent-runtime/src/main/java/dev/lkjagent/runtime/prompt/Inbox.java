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
   * @param time when it was sent, in milliseconds since the epoch
   * @param shown the line that a prompt shows, escaped
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
  record Item(long id, String from, byte[] text, long time, byte[] shown) {}

  private final List<Item> items = new ArrayList<>(2);
  private int shown = Integer.MAX_VALUE;
  private int held;

  /** Makes an empty inbox. */
  public Inbox() {}

  /**
   * Adds a message in its place, unless it is there already. It never comes before those that are
   * {@linkplain #hold held}.
   *
   * @param id its number in the store
   * @param from who sent it
   * @param text what it says, UTF-8
   * @param time when it was sent, in milliseconds since the epoch
   */
  public void add(long id, String from, byte[] text, long time) {
    int place = items.size();
    while (place > held && items.get(place - 1).id > id) {
      place--;
    }
    for (Item item : items) {
      if (item.id == id) {
        return;
      }
    }
    items.add(place, new Item(id, from, text, time, Escaped.message(from, text)));
  }

  /**
   * Keeps the oldest messages where they are, because a prompt shows them.
   *
   * @param count how many; 0 when that is over
   */
  public void hold(int count) {
    held = count;
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
   * When a message was sent.
   *
   * @param index which, from 0
   * @return milliseconds since the epoch
   */
  public long time(int index) {
    return items.get(index).time;
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

  /**
   * The line that prompts show of a message.
   *
   * @param index which, from 0
   * @return UTF-8, not to be changed
   */
  public byte[] shown(int index) {
    return items.get(index).shown;
  }

  /**
   * Forgets the oldest messages.
   *
   * @param count how many
   */
  public void dropFirst(int count) {
    items.subList(0, count).clear();
    held = 0;
  }

  /** Forgets all messages. */
  public void clear() {
    items.clear();
    held = 0;
  }
}
