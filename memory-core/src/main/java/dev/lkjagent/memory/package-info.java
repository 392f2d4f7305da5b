/**
 * Memory that is reserved once and handed out in fixed sizes: the pool, its tiers, budgets and
 * handles.
 *
 * <p>Four types carry the daily work. A {@link dev.lkjagent.memory.PoolSpec} says how much there
 * is; a {@link dev.lkjagent.memory.MemoryPool} reserves it at once; a {@link
 * dev.lkjagent.memory.Scope} is an account from which slots are taken, with limits of its own and a
 * guaranteed way back; a {@link dev.lkjagent.memory.PooledString} is text in a slot.
 *
 * <pre>{@code
 * try (MemoryPool pool = MemoryPool.open(PoolSpec.DEFAULT);
 *     Scope agent = pool.root().open("librarian", Budget.builder().bytes(1 << 20).build())) {
 *   PooledString note = new PooledString(agent);
 *   note.set("read chapter one");
 *   note.append(", then chapter two");
 *   System.out.println(note);
 * }
 * }</pre>
 *
 * Leaving the scope returns the slot of {@code note}, also after a failure; using the note
 * afterwards is refused, because its handle carries the generation of a slot that has moved on.
 */
@NullMarked
package dev.lkjagent.memory;

import org.jspecify.annotations.NullMarked;
