/** What language models say, read as a tree. */
@NullMarked
package dev.lkjagent.json.lenient;

import org.jspecify.annotations.NullMarked;
