/**
 * A fake of an OpenAI-compatible server, on loopback and in process, for tests of whatever calls
 * one.
 *
 * <p>A {@link dev.lkjagent.testkit.server.FakeOpenAiServer} gives the answers that a test queued,
 * in order: a {@link dev.lkjagent.testkit.server.FakeAnswer} may be a proper reply, streamed or not
 * as the request asks, an error, or any bytes at all, cut and held back wherever the test wants. It
 * keeps every {@link dev.lkjagent.testkit.server.FakeRequest} with a list of what the published
 * description of the protocol would object to.
 *
 * <p>Nothing here sleeps: a test holds an answer back with a latch, and lets it go.
 */
@NullMarked
package dev.lkjagent.testkit.server;

import org.jspecify.annotations.NullMarked;
