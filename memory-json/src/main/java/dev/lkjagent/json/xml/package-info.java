/**
 * XML: well-formed documents without a document type declaration, read into trees and written back.
 *
 * <p>The package follows the XML 1.0 recommendation, fifth edition; production numbers in comments
 * refer to it. What it leaves out, it refuses with a code of its own: document type declarations,
 * entities other than the five predefined ones, and encodings other than UTF-8. Nothing outside the
 * given bytes is ever opened.
 *
 * <h2>How a document is kept</h2>
 *
 * An element is a name followed by a node whose children are, in this order, its attributes and its
 * content. Texts are slices of the source; a slice whose meaning differs from its bytes
 * (references, carriage returns, white space in attributes) is of a kind that says so and is
 * translated when it is read. Namespace prefixes are kept as they are written.
 *
 * <p>When neither comments nor processing instructions are kept, the document's first node is the
 * root element's name and the second is the root element. Otherwise those that stand before the
 * root element come first, as its siblings, and those after it follow.
 *
 * <h2>The types to know</h2>
 *
 * A {@link dev.lkjagent.json.xml.XmlReader} for documents that are there as a whole, an {@link
 * dev.lkjagent.json.xml.XmlStream} for those that come in pieces, an {@link
 * dev.lkjagent.json.xml.XmlWriter} for the way back, and an {@link
 * dev.lkjagent.json.xml.XmlMapping} between XML and JSON.
 *
 * <pre>{@code
 * byte[] text = "<user id='7'><name>Ada</name></user>".getBytes(UTF_8);
 * try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
 *     Document xml = new Document(pool.root());
 *     OwnedTree json = new OwnedTree(pool.root())) {
 *   new XmlReader().parseOrThrow(text, xml);
 *   new XmlMapping().toJson(xml, xml.root(), json, XmlMapping.Form.SIMPLE);
 *   System.out.println(new String(new JsonWriter().toBytes(json, json.root()), UTF_8));
 * }
 * }</pre>
 */
@NullMarked
package dev.lkjagent.json.xml;

import org.jspecify.annotations.NullMarked;
