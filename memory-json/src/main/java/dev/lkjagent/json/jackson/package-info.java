/**
 * A bridge to Jackson, for those whose data are records, objects or {@code JsonNode}s.
 *
 * <p>Jackson reads a tree as if it were a JSON text, and writes into one as if it were a file; no
 * text is made in between. Jackson is an optional dependency: only this package needs {@code
 * jackson-databind}.
 */
@NullMarked
package dev.lkjagent.json.jackson;

import org.jspecify.annotations.NullMarked;
