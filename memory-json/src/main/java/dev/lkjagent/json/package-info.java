/**
 * JSON (RFC 8259) into trees and back, without allocation.
 *
 * <p>The text is read where it lies in the pool. One pass over it, eight bytes at a time, writes
 * one number per value: its kind, where it stands and how long it is. Nothing is copied and nothing
 * is converted until somebody asks; so numbers and texts come out again byte for byte as they went
 * in.
 *
 * <p>A text is accepted exactly if it is JSON in UTF-8 within the {@link
 * dev.lkjagent.json.JsonLimits limits}. If it is not, the answer is a {@link
 * dev.lkjagent.json.JsonFault} with the byte at which no continuation could have saved the text.
 *
 * <p>Four types carry the daily work: a {@link dev.lkjagent.json.JsonReader} for texts that are
 * there as a whole, a {@link dev.lkjagent.json.JsonStream} for those that come in chunks, a {@link
 * dev.lkjagent.json.JsonWriter} for the way back, and a {@link dev.lkjagent.json.JsonNumbers} for
 * numbers.
 *
 * <pre>{@code
 * byte[] text = "{\"todo\":[\"read\",\"write\"]}".getBytes(UTF_8);
 * JsonReader reader = new JsonReader();
 * Path second = Path.of("todo[1]");
 * try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
 *     Document document = new Document(pool.root())) {
 *   if (reader.parse(text, document) == Status.OK) {
 *     System.out.println(document.textString(second.find(document)));
 *   } else {
 *     System.out.println(reader.faultMessage());
 *   }
 * }
 * }</pre>
 */
@NullMarked
package dev.lkjagent.json;

import org.jspecify.annotations.NullMarked;
