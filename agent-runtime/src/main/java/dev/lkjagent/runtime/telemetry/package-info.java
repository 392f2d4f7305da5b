/**
 * What a runtime tells about itself while it works: a small port to metrics, and an implementation
 * for the flight recorder of the JDK.
 */
@NullMarked
package dev.lkjagent.runtime.telemetry;

import org.jspecify.annotations.NullMarked;
