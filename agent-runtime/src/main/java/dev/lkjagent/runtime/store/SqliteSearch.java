package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.memory.TagSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A query as one expression of FTS5. Tags and terms consist of letters and digits (tags of {@code
 * _} too) and stand in quotes, so that nothing a user wrote can be an operator.
 */
final class SqliteSearch {
  private static final String MATCHES = "SELECT 1 FROM entry_text WHERE entry_text MATCH ?";

  private record Found(long id, double score) {}

  private final Sql sql;

  SqliteSearch(Sql sql) {
    this.sql = sql;
  }

  SearchPage search(long space, Query query) throws SQLException {
    TextQuery text = query.text() == null ? null : TextQuery.of(query.text());
    String expression = expression(space, query, text);
    if (expression == null) {
      return new SearchPage(List.of(), query.offset(), 0);
    }
    int total =
        (int)
            sql.number(
                "SELECT count(*) FROM (" + MATCHES + " LIMIT ?)", expression, SearchPage.COUNT_MAX);
    List<Hit> hits = new ArrayList<>();
    for (Found found : page(expression, query, text)) {
      sql.each(
          "SELECT tags, value, time FROM entry WHERE id = ?",
          row -> {
            Entry entry = SqliteRows.entry(row);
            String snippet = Snippets.of(entry.value().utf8(), text, query.snippetChars());
            hits.add(
                new Hit(entry.tags(), entry.value().size(), entry.time(), snippet, found.score));
          },
          found.id);
    }
    return new SearchPage(hits, query.offset(), total);
  }

  List<Entry> read(long space, Query query, long maxBytes) throws SQLException {
    TextQuery text = query.text() == null ? null : TextQuery.of(query.text());
    String expression = expression(space, query, text);
    List<Entry> entries = new ArrayList<>();
    if (expression == null) {
      return entries;
    }
    long bytes = 0;
    for (Found found : page(expression, query, text)) {
      bytes += sql.number("SELECT length(value) FROM entry WHERE id = ?", found.id);
      if (bytes > maxBytes) {
        break;
      }
      entries.addAll(
          sql.list(
              "SELECT tags, value, time FROM entry WHERE id = ?", SqliteRows::entry, found.id));
    }
    return entries;
  }

  private List<Found> page(String expression, Query query, @Nullable TextQuery text)
      throws SQLException {
    return text == null
        ? sql.list(
            "SELECT rowid FROM entry_text WHERE entry_text MATCH ? ORDER BY rowid DESC LIMIT ? OFFSET ?",
            row -> new Found(row.getLong(1), 0),
            expression,
            query.limit(),
            query.offset())
        : sql.list(
            "SELECT rowid, bm25(entry_text, 0.0, 1.0) AS score FROM entry_text WHERE entry_text MATCH ?"
                + " ORDER BY score, rowid DESC LIMIT ? OFFSET ?",
            row -> new Found(row.getLong(1), -row.getDouble(2)),
            expression,
            query.limit(),
            query.offset());
  }

  /** The expression, or null if nothing can match. */
  private static @Nullable String expression(long space, Query query, @Nullable TextQuery text) {
    if (space == 0 || text != null && text.phrases().isEmpty()) {
      return null;
    }
    List<String> conditions = new ArrayList<>();
    if (query.all() == null) {
      conditions.add("tags : \"" + token(space) + "\"");
    } else {
      conditions.add("tags : (" + tokens(space, query.all(), " AND ") + ")");
    }
    if (query.any() != null) {
      conditions.add("tags : (" + tokens(space, query.any(), " OR ") + ")");
    }
    if (text != null) {
      conditions.add(
          text.phrases().stream()
              .map(SqliteSearch::phrase)
              .collect(Collectors.joining(" AND ", "text : (", ")")));
    }
    String wanted =
        conditions.stream().map(c -> "(" + c + ")").collect(Collectors.joining(" AND "));
    return query.not() == null
        ? wanted
        : "(" + wanted + ") NOT (tags : (" + tokens(space, query.not(), " OR ") + "))";
  }

  private static String phrase(TextQuery.Phrase phrase) {
    String quoted = "\"" + String.join(" ", phrase.terms()) + "\"";
    return phrase.prefix() ? "(" + quoted + " *)" : quoted;
  }

  private static String tokens(long space, TagSet tags, String operator) {
    return tags.tags().stream()
        .map(tag -> "\"" + token(space) + "_" + tag + "\"")
        .collect(Collectors.joining(operator));
  }

  /** What stands for a space in the index. */
  private static String token(long space) {
    return space > 0 ? "s" + space : "x" + -space;
  }

  /** The tokens of an entry's tags, as they are indexed. */
  static String tagTokens(long space, String canonical) {
    StringBuilder tokens = new StringBuilder(token(space));
    for (String tag : canonical.split(",")) {
      tokens.append(' ').append(token(space)).append('_').append(tag);
    }
    return tokens.toString();
  }
}
