/**
 * How the runtime is put together by Guice: a module per package, and {@link
 * dev.lkjagent.runtime.wiring.LkjAgentModule}, which installs them all.
 *
 * <p>Every port is an optional binding with a default, so that a module of one's own says {@code
 * OptionalBinder.newOptionalBinder(binder(), Store.class).setBinding().to(…)} and nothing else.
 * Actions and states are sets to which any module adds. Nothing outside of this package knows
 * Guice.
 */
@NullMarked
package dev.lkjagent.runtime.wiring;

import org.jspecify.annotations.NullMarked;
