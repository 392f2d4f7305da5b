package dev.lkjagent.json.xml;

import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;

/**
 * Turns XML trees into JSON trees and back.
 *
 * <p>The <b>typed</b> form loses nothing. An element is an object with exactly three members in
 * this order: {@code element}, its name; {@code attributes}, an object of strings; {@code
 * children}, an array of elements and of objects with one member {@code text}, {@code cdata} or
 * {@code comment}, or with the two members {@code instruction} and {@code data}. JSON that is not
 * of that form becomes elements called {@code json.object}, {@code json.array}, {@code
 * json.string}, {@code json.number}, {@code json.true}, {@code json.false} and {@code json.null},
 * with a member's name in the attribute {@code name}, and those become that JSON again.
 *
 * <p>The <b>simple</b> form is for people. An element without attributes and child elements is a
 * string; any other is an object with a member {@code @name} for each attribute, {@code #text} for
 * its text and one for each name of child elements, an array if the name is repeated. It drops
 * comments, instructions, the order of elements of different names, where in mixed content the text
 * stood, blank text beside elements, and that numbers, booleans and null were not strings.
 *
 * <p>What stands outside the root element is not mapped. {@code docs/xml-json-mapping.md} has all
 * rules and examples. A mapping is reused, and then allocates nothing; it is not safe for use by
 * several threads at once.
 */
public final class XmlMapping {
  /** Which mapping. */
  public enum Form {
    /** Reversible: kinds are marked, children are one ordered list. */
    TYPED,
    /** For people. */
    SIMPLE
  }

  private final MappingTarget target = new MappingTarget();
  private final TypedMapping typed = new TypedMapping(target);
  private final SimpleMapping simple = new SimpleMapping(target);

  /** Creates a mapping with buffers of its own. */
  public XmlMapping() {}

  /**
   * Turns an element into JSON.
   *
   * @param xml the tree that the element is in
   * @param element the element, often the root
   * @param json an empty tree, which stays empty if there is no room
   * @param form which mapping
   * @return {@link Status#OK}, {@link Status#WRONG_KIND} if there are nodes that no XML has, or why
   *     there is no room
   * @throws IllegalStateException if the target is not empty
   */
  public Status toJson(ObjectTree xml, long element, OwnedTree json, Form form) {
    target.begin(json);
    boolean done = form == Form.TYPED ? typed.toJson(xml, element) : simple.toJson(xml, element);
    return target.end(done);
  }

  /**
   * Turns a JSON value into an element.
   *
   * @param json the tree that the value is in
   * @param value the value, often the root
   * @param xml an empty tree, which stays empty if there is no room
   * @param form which mapping
   * @return {@link Status#OK}, {@link Status#WRONG_KIND} if there are nodes that no JSON has, or
   *     why there is no room
   * @throws IllegalStateException if the target is not empty
   */
  public Status toXml(ObjectTree json, long value, OwnedTree xml, Form form) {
    target.begin(xml);
    boolean done = form == Form.TYPED ? typed.toXml(json, value) : simple.toXml(json, value);
    return target.end(done);
  }
}
