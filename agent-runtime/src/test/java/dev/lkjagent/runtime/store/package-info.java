/** Tests of the stores: one contract over all of them, and what each owes besides. */
@NullMarked
package dev.lkjagent.runtime.store;

import org.jspecify.annotations.NullMarked;
