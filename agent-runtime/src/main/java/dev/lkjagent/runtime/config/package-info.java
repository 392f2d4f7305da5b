/**
 * The configuration: what can be set, from where, and what is in effect.
 *
 * <p>Every key is a component of a record below {@link dev.lkjagent.runtime.config.Config}, and its
 * {@link dev.lkjagent.runtime.config.Setting} holds its default, its range and its documentation,
 * so that code, messages and {@code docs/configuration.md} cannot disagree. Java's {@code
 * maxTokens} is {@code max_tokens} in a file.
 *
 * <p>A {@link dev.lkjagent.runtime.config.ConfigLoader} lays the sources over one another (built-in
 * defaults, then a file, then environment variables, then flags), checks every value where it
 * stands, and binds the result once. What came from where stays known: {@link
 * dev.lkjagent.runtime.config.LoadedConfig#settings}.
 *
 * <p>Secrets are not configuration: a key names the environment variable or the file that holds
 * one.
 */
@NullMarked
package dev.lkjagent.runtime.config;

import org.jspecify.annotations.NullMarked;
