/**
 * What several samples use and what is no part of any: texts of a folder, words of a sentence, what
 * the process has used, a second Java process.
 */
@NullMarked
package dev.lkjagent.examples.shared;

import org.jspecify.annotations.NullMarked;
