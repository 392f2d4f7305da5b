/**
 * What language models say, read as a tree with a list of what had to be repaired.
 *
 * <p>{@link dev.lkjagent.json.lenient.LenientReader} reads a reply into a document, whole or in
 * chunks that may be split anywhere; {@link dev.lkjagent.json.lenient.ReplyForm} says which block
 * of the reply is wanted; {@link dev.lkjagent.json.lenient.Repairs} lists what was done to it, so
 * that the caller may refuse what it finds too bold. {@link
 * dev.lkjagent.json.lenient.LenientParser} is the same over plain arrays.
 *
 * <pre>{@code
 * byte[] reply = "Sure: <agent><next_state>thinking</next_state>".getBytes(UTF_8);
 * LenientReader reader = new LenientReader();
 * try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
 *     Document document = new Document(pool.root())) {
 *   if (reader.parse(ReplyForm.REPLY, reply, 0, reply.length, document) == Status.OK) {
 *     long state = document.find(document.root(), "next_state");
 *     System.out.println(document.textString(document.firstChild(state)));
 *   }
 *   System.out.println(reader.repairs().isEmpty() ? ", as it was" : ", after repairs");
 * }
 * }</pre>
 *
 * <p>How it works. {@code ReplyScanner} goes through what stands around the block and hands the
 * block to {@code JsonLenient} or {@code XmlLenient}. Both are machines of small steps: a step
 * looks at the {@code Source} first and writes to the {@code Sink} then. Looking past the bytes
 * that have come marks the source as starved; then the step is taken back and made again with the
 * next chunk. So no decision depends on where the input was split. What a step has looked through
 * (a long string, white space, the search for an end tag) is remembered in {@code StringEnd},
 * {@code Source} and {@code Finder}, so the whole is linear in the input. The sink writes repaired
 * JSON or XML text, which the nodes point into.
 */
@NullMarked
package dev.lkjagent.json.lenient;

import org.jspecify.annotations.NullMarked;
