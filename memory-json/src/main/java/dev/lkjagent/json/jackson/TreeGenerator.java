package dev.lkjagent.json.jackson;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.ErrorReportConfiguration;
import com.fasterxml.jackson.core.JsonGenerationException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.base.GeneratorBase;
import com.fasterxml.jackson.core.io.ContentReference;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.JsonWriteContext;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.BufferRecycler;
import dev.lkjagent.memory.PoolExhaustedException;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Builds a tree as if it were writing a JSON text. */
final class TreeGenerator extends GeneratorBase {
  private final OwnedTree tree;

  /** The container that is open, or none. */
  private long parent = ObjectTree.NO_NODE;

  TreeGenerator(OwnedTree tree, @Nullable ObjectCodec codec) {
    super(JsonGenerator.Feature.collectDefaults(), codec, freshContext());
    this.tree = tree;
  }

  private static IOContext freshContext() {
    return new IOContext(
        StreamReadConstraints.defaults(),
        StreamWriteConstraints.defaults(),
        ErrorReportConfiguration.defaults(),
        new BufferRecycler(),
        ContentReference.unknown(),
        false);
  }

  /** Adds a node where the value at hand belongs. */
  private long add(int kind, String what) throws IOException {
    _verifyValueWrite(what);
    long node;
    if (parent == ObjectTree.NO_NODE) {
      if (tree.root() != ObjectTree.NO_NODE) {
        throw new JsonGenerationException("a tree holds one value; can't " + what, this);
      }
      node = tree.createRoot(kind);
    } else if (_writeContext.inObject()) {
      byte[] name = encode(_writeContext.getCurrentName());
      node = tree.add(parent, kind, name, 0, name.length);
    } else {
      node = tree.add(parent, kind);
    }
    if (node < 0) {
      throw exhausted(Status.of(node));
    }
    return node;
  }

  private void text(int kind, byte[] bytes, int from, int length, String what) throws IOException {
    Status status = tree.setText(add(kind, what), bytes, from, length);
    if (status != Status.OK) {
      throw exhausted(status);
    }
  }

  private PoolExhaustedException exhausted(Status status) {
    return new PoolExhaustedException(
        status,
        "no room for the value in the tree: "
            + status.meaning()
            + "; raise PoolSpec.nodes or the"
            + " tiers, or the budget of scope \""
            + tree.scope().name()
            + "\"");
  }

  private byte[] encode(String text) throws IOException {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] exact = new byte[bytes.remaining()];
      bytes.get(exact);
      return exact;
    } catch (CharacterCodingException e) {
      throw new JsonGenerationException(
          "the text holds half of a surrogate pair, which UTF-8 can't carry", e, this);
    }
  }

  @Override
  protected void _verifyValueWrite(String what) throws IOException {
    if (_writeContext.writeValue() == JsonWriteContext.STATUS_EXPECT_NAME) {
      throw new JsonGenerationException("can't " + what + ": expecting a name", this);
    }
  }

  @Override
  public void writeStartArray() throws IOException {
    parent = add(Tape.ARRAY, "start an array");
    _writeContext = _writeContext.createChildArrayContext();
  }

  @Override
  public void writeStartObject() throws IOException {
    parent = add(Tape.OBJECT, "start an object");
    _writeContext = _writeContext.createChildObjectContext();
  }

  @Override
  public void writeStartArray(@Nullable Object forValue) throws IOException {
    writeStartArray();
  }

  @Override
  public void writeStartArray(@Nullable Object forValue, int size) throws IOException {
    writeStartArray();
  }

  @Override
  public void writeStartObject(@Nullable Object forValue) throws IOException {
    writeStartObject();
  }

  @Override
  public void writeStartObject(@Nullable Object forValue, int size) throws IOException {
    writeStartObject();
  }

  @Override
  public void writeEndArray() throws IOException {
    if (!_writeContext.inArray()) {
      throw new JsonGenerationException("no array is open", this);
    }
    end();
  }

  @Override
  public void writeEndObject() throws IOException {
    if (!_writeContext.inObject()) {
      throw new JsonGenerationException("no object is open", this);
    }
    end();
  }

  private void end() {
    _writeContext = _writeContext.getParent();
    parent = tree.parent(parent);
  }

  @Override
  public void writeFieldName(String name) throws IOException {
    if (_writeContext.writeFieldName(name) == JsonWriteContext.STATUS_EXPECT_VALUE) {
      throw new JsonGenerationException("can't write a name, expecting a value", this);
    }
  }

  @Override
  public void writeString(@Nullable String text) throws IOException {
    if (text == null) {
      writeNull();
      return;
    }
    byte[] bytes = encode(text);
    text(Tape.STRING, bytes, 0, bytes.length, WRITE_STRING);
  }

  @Override
  public void writeString(char[] text, int offset, int length) throws IOException {
    writeString(new String(text, offset, length));
  }

  @Override
  public void writeUTF8String(byte[] text, int offset, int length) throws IOException {
    // Through a string, which replaces what is not UTF-8: nothing else may get into a tree.
    writeString(new String(text, offset, length, StandardCharsets.UTF_8));
  }

  @Override
  public void writeRawUTF8String(byte[] text, int offset, int length) {
    _reportUnsupportedOperation();
  }

  @Override
  public void writeRaw(String text) {
    _reportUnsupportedOperation();
  }

  @Override
  public void writeRaw(String text, int offset, int length) {
    _reportUnsupportedOperation();
  }

  @Override
  public void writeRaw(char[] text, int offset, int length) {
    _reportUnsupportedOperation();
  }

  @Override
  public void writeRaw(char c) {
    _reportUnsupportedOperation();
  }

  @Override
  public void writeRawValue(String text) {
    _reportUnsupportedOperation();
  }

  @Override
  public void writeRawValue(String text, int offset, int length) {
    _reportUnsupportedOperation();
  }

  @Override
  public void writeRawValue(char[] text, int offset, int length) {
    _reportUnsupportedOperation();
  }

  @Override
  public void writeBinary(Base64Variant variant, byte[] data, int offset, int length)
      throws IOException {
    byte[] exact = new byte[length];
    System.arraycopy(data, offset, exact, 0, length);
    writeString(variant.encode(exact));
  }

  private void number(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    text(_cfgNumbersAsStrings ? Tape.STRING : Tape.NUMBER, bytes, 0, bytes.length, WRITE_NUMBER);
  }

  @Override
  public void writeNumber(int value) throws IOException {
    number(Integer.toString(value));
  }

  @Override
  public void writeNumber(long value) throws IOException {
    number(Long.toString(value));
  }

  @Override
  public void writeNumber(@Nullable BigInteger value) throws IOException {
    if (value == null) {
      writeNull();
    } else {
      number(value.toString());
    }
  }

  @Override
  public void writeNumber(double value) throws IOException {
    floating(Double.toString(value), Double.isFinite(value));
  }

  @Override
  public void writeNumber(float value) throws IOException {
    floating(Float.toString(value), Float.isFinite(value));
  }

  private void floating(String text, boolean finite) throws IOException {
    if (finite) {
      number(text);
    } else if (isEnabled(JsonWriteFeature.WRITE_NAN_AS_STRINGS.mappedFeature())) {
      writeString(text);
    } else {
      throw new JsonGenerationException(text + " is not a JSON number", this);
    }
  }

  @Override
  public void writeNumber(@Nullable BigDecimal value) throws IOException {
    if (value == null) {
      writeNull();
    } else {
      number(
          isEnabled(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
              ? _asString(value)
              : value.toString());
    }
  }

  @Override
  public void writeNumber(String text) throws IOException {
    if (!text.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?")) {
      throw new JsonGenerationException("not a JSON number: " + text, this);
    }
    number(text);
  }

  @Override
  public void writeBoolean(boolean value) throws IOException {
    add(value ? Tape.TRUE : Tape.FALSE, WRITE_BOOLEAN);
  }

  @Override
  public void writeNull() throws IOException {
    add(Tape.NULL, WRITE_NULL);
  }

  @Override
  public void flush() {
    // Nothing waits: nodes are made at once.
  }

  @Override
  protected void _releaseBuffers() {
    // There are none.
  }
}
