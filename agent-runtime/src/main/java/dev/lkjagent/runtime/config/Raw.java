package dev.lkjagent.runtime.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A value as a source gave it, not yet checked, with the places of its key and of itself. */
sealed interface Raw {
  /** Where the value stands. */
  Origin at();

  /** What it is, for messages. */
  String kind();

  /** Members by name; each knows where its key stands. */
  record Members(Map<String, Member> byName, Origin at) implements Raw {
    @Override
    public String kind() {
      return "an object";
    }
  }

  record Member(Origin key, Raw value) {}

  record Items(List<Raw> items, Origin at) implements Raw {
    @Override
    public String kind() {
      return "an array";
    }
  }

  /** A string, a Long, a Double, a Boolean, or null, as JSON says. */
  record Scalar(@Nullable Object value, Origin at) implements Raw {
    @Override
    public String kind() {
      if (value == null) {
        return "null";
      }
      if (value instanceof String text) {
        return "the string \"" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "\"";
      }
      return value.toString();
    }
  }

  /** Text of a variable or a flag, which becomes whatever the key asks for. */
  record Text(String text, Origin at) implements Raw {
    @Override
    public String kind() {
      return "\"" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "\"";
    }
  }

  static Members empty() {
    return new Members(new LinkedHashMap<>(), Origin.DEFAULT);
  }

  /**
   * The upper value laid over the lower one: objects member by member, everything else replaced.
   */
  static Raw overlay(Raw lower, Raw upper) {
    if (!(lower instanceof Members below) || !(upper instanceof Members above)) {
      return upper;
    }
    Map<String, Member> merged = new LinkedHashMap<>(below.byName);
    above.byName.forEach(
        (name, member) -> {
          Member old = merged.get(name);
          merged.put(
              name,
              old == null ? member : new Member(member.key, overlay(old.value, member.value)));
        });
    return new Members(merged, above.at);
  }

  /** What the text of a variable or a flag says if it is JSON, and other values as they are. */
  static Raw opened(Raw raw) {
    if (!(raw instanceof Text text)) {
      return raw;
    }
    List<String> problems = new ArrayList<>();
    byte[] json = text.text.getBytes(StandardCharsets.UTF_8);
    Raw parsed = parse(json, at -> text.at, problems);
    return parsed == null || !problems.isEmpty() ? raw : parsed;
  }

  /** An object with one value at the end of a path. */
  static Members at(List<String> path, Raw value) {
    Raw inner = value;
    for (int i = path.size() - 1; i >= 0; i--) {
      Map<String, Member> members = new LinkedHashMap<>();
      members.put(path.get(i), new Member(value.at(), inner));
      inner = new Members(members, value.at());
    }
    return (Members) inner;
  }

  /**
   * Parses JSON.
   *
   * @param bytes the text in UTF-8
   * @param place makes an origin of a line and column
   * @param problems where malformed JSON and duplicate names are reported
   * @return the value, or null if there is none
   */
  static @Nullable Raw parse(
      byte[] bytes, Function<JsonLocation, Origin> place, List<String> problems) {
    try (JsonParser parser = new JsonFactory().createParser(bytes)) {
      if (parser.nextToken() == null) {
        problems.add(place.apply(parser.currentLocation()) + ": there is no JSON value");
        return null;
      }
      Raw read = new Reader(parser, place, problems).value("");
      if (parser.nextToken() != null) {
        problems.add(
            place.apply(parser.currentTokenLocation()) + ": text follows the end of the value");
      }
      return read;
    } catch (JsonProcessingException malformed) {
      JsonLocation at = malformed.getLocation();
      problems.add(
          place.apply(at == null ? JsonLocation.NA : at)
              + ": not JSON: "
              + malformed.getOriginalMessage());
      return null;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Recursion is bounded: Jackson refuses to nest deeper than its read constraints. */
  final class Reader {
    private final JsonParser parser;
    private final Function<JsonLocation, Origin> place;
    private final List<String> problems;

    private Reader(JsonParser parser, Function<JsonLocation, Origin> place, List<String> problems) {
      this.parser = parser;
      this.place = place;
      this.problems = problems;
    }

    private Raw value(String path) throws IOException {
      Origin at = place.apply(parser.currentTokenLocation());
      return switch (parser.currentToken()) {
        case START_OBJECT -> members(path, at);
        case START_ARRAY -> {
          List<Raw> items = new ArrayList<>();
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(path + "[" + items.size() + "]"));
          }
          yield new Items(items, at);
        }
        case VALUE_STRING -> new Scalar(parser.getText(), at);
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Scalar(number(), at);
        case VALUE_TRUE -> new Scalar(true, at);
        case VALUE_FALSE -> new Scalar(false, at);
        default -> new Scalar(null, at);
      };
    }

    private Object number() throws IOException {
      try {
        return Long.valueOf(parser.getText());
      } catch (NumberFormatException notWhole) {
        return Double.valueOf(parser.getText());
      }
    }

    private Raw members(String path, Origin at) throws IOException {
      Map<String, Member> members = new LinkedHashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        Origin key = place.apply(parser.currentTokenLocation());
        String full = path.isEmpty() ? name : path + "." + name;
        parser.nextToken();
        Member before = members.put(name, new Member(key, value(full)));
        if (before != null) {
          problems.add(key + ": " + full + " is set a second time; it was set at " + before.key);
        }
      }
      return new Members(members, at);
    }
  }
}
