package dev.lkjagent.json.jackson;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.Version;
import com.fasterxml.jackson.core.base.ParserMinimalBase;
import com.fasterxml.jackson.core.json.JsonReadContext;
import dev.lkjagent.json.JsonNumbers;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.Tape;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Walks over a tree as if it were a JSON text. */
final class TreeParser extends ParserMinimalBase {
  private final ObjectTree tree;
  private final JsonNumbers numbers = new JsonNumbers();
  private @Nullable ObjectCodec codec;
  private JsonReadContext context = JsonReadContext.createRootContext(null);

  /** The containers that are open. */
  private long[] open = new long[16];

  private int depth;

  /** The value at hand, or the one that the name at hand belongs to, or the next one at first. */
  private long node;

  private boolean begun;
  private boolean closed;
  private char @Nullable [] characters;

  TreeParser(ObjectTree tree, long node, @Nullable ObjectCodec codec) {
    super(StreamReadConstraints.defaults());
    this.tree = tree;
    this.node = node;
    this.codec = codec;
  }

  @Override
  public @Nullable JsonToken nextToken() throws IOException {
    characters = null;
    if (closed) {
      return null;
    }
    JsonToken token = advance();
    _currToken = token;
    return token;
  }

  private @Nullable JsonToken advance() throws IOException {
    if (!begun) {
      begun = true;
      return node == ObjectTree.NO_NODE ? null : value();
    }
    JsonToken last = _currToken;
    if (last == null) {
      return null;
    }
    if (last == JsonToken.FIELD_NAME) {
      return value();
    }
    if (last == JsonToken.START_OBJECT || last == JsonToken.START_ARRAY) {
      return next(tree.firstChild(node));
    }
    return depth == 0 ? null : next(tree.next(open[depth - 1], node));
  }

  /** The token for the next child, or for the end of the container if there is none. */
  private JsonToken next(long child) throws IOException {
    if (child == ObjectTree.NO_NODE) {
      node = open[--depth];
      JsonToken end = context.inObject() ? JsonToken.END_OBJECT : JsonToken.END_ARRAY;
      context = context.getParent();
      return end;
    }
    node = child;
    context.expectComma();
    if (context.inObject()) {
      context.setCurrentName(tree.nameString(child));
      return JsonToken.FIELD_NAME;
    }
    return value();
  }

  private JsonToken value() throws IOException {
    int kind = tree.kind(node);
    return switch (kind) {
      case Tape.OBJECT, Tape.ARRAY -> {
        if (depth == open.length) {
          open = Arrays.copyOf(open, 2 * depth);
        }
        open[depth++] = node;
        streamReadConstraints().validateNestingDepth(depth);
        context =
            kind == Tape.OBJECT
                ? context.createChildObjectContext(-1, -1)
                : context.createChildArrayContext(-1, -1);
        yield kind == Tape.OBJECT ? JsonToken.START_OBJECT : JsonToken.START_ARRAY;
      }
      case Tape.STRING -> JsonToken.VALUE_STRING;
      case Tape.NUMBER -> isInteger() ? JsonToken.VALUE_NUMBER_INT : JsonToken.VALUE_NUMBER_FLOAT;
      case Tape.TRUE -> JsonToken.VALUE_TRUE;
      case Tape.FALSE -> JsonToken.VALUE_FALSE;
      case Tape.NULL -> JsonToken.VALUE_NULL;
      default ->
          throw new JsonParseException(
              this, "the tree holds an XML node (kind " + kind + "), which Jackson can't read");
    };
  }

  private boolean isInteger() {
    int from = tree.textOffset(node);
    if (from < 0) {
      String whole = tree.textString(node);
      return whole.indexOf('.') < 0 && whole.indexOf('e') < 0 && whole.indexOf('E') < 0;
    }
    byte[] text = tree.textBytes(node);
    for (int i = from; i < from + tree.textLength(node); i++) {
      if (text[i] == '.' || (text[i] | 0x20) == 'e') {
        return false;
      }
    }
    return true;
  }

  @Override
  protected void _handleEOF() {
    // A tree is complete: there is no end in the middle of it.
  }

  @Override
  public @Nullable String currentName() {
    if (_currToken == JsonToken.START_OBJECT || _currToken == JsonToken.START_ARRAY) {
      return context.getParent().getCurrentName();
    }
    return context.getCurrentName();
  }

  @Override
  @Deprecated
  @SuppressWarnings("InlineMeSuggester")
  public @Nullable String getCurrentName() {
    return currentName();
  }

  @Override
  public void overrideCurrentName(String name) {
    JsonReadContext named =
        _currToken == JsonToken.START_OBJECT || _currToken == JsonToken.START_ARRAY
            ? context.getParent()
            : context;
    try {
      named.setCurrentName(name);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public @Nullable String getText() {
    if (_currToken == null) {
      return null;
    }
    return switch (_currToken) {
      case FIELD_NAME -> context.getCurrentName();
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> tree.textString(node);
      default -> _currToken.asString();
    };
  }

  @Override
  public char[] getTextCharacters() {
    char[] chars = characters;
    if (chars == null) {
      String text = getText();
      chars = text == null ? new char[0] : text.toCharArray();
      characters = chars;
    }
    return chars;
  }

  @Override
  public boolean hasTextCharacters() {
    return false;
  }

  @Override
  public int getTextLength() {
    return getTextCharacters().length;
  }

  @Override
  public int getTextOffset() {
    return 0;
  }

  @Override
  public byte[] getBinaryValue(Base64Variant variant) throws IOException {
    if (_currToken != JsonToken.VALUE_STRING) {
      throw new JsonParseException(this, "only a string can hold binary data, not " + _currToken);
    }
    try {
      return variant.decode(tree.textString(node));
    } catch (IllegalArgumentException e) {
      throw new JsonParseException(this, e.getMessage(), e);
    }
  }

  private String number() throws IOException {
    if (_currToken != JsonToken.VALUE_NUMBER_INT && _currToken != JsonToken.VALUE_NUMBER_FLOAT) {
      throw new JsonParseException(this, "not a number but " + _currToken);
    }
    return tree.textString(node);
  }

  @Override
  public NumberType getNumberType() throws IOException {
    number();
    if (_currToken == JsonToken.VALUE_NUMBER_FLOAT) {
      return NumberType.DOUBLE;
    }
    if (!isLong()) {
      return NumberType.BIG_INTEGER;
    }
    long value = JsonNumbers.toLong(tree, node);
    return value == (int) value ? NumberType.INT : NumberType.LONG;
  }

  private boolean isLong() {
    int from = tree.textOffset(node);
    return from >= 0 && JsonNumbers.isLong(tree.textBytes(node), from, tree.textLength(node));
  }

  @Override
  public Number getNumberValue() throws IOException {
    return switch (getNumberType()) {
      case INT -> getIntValue();
      case LONG -> getLongValue();
      case BIG_INTEGER -> getBigIntegerValue();
      default -> getDoubleValue();
    };
  }

  @Override
  public int getIntValue() throws IOException {
    long value = getLongValue();
    if (value != (int) value) {
      reportOverflowInt(number());
    }
    return (int) value;
  }

  @Override
  public long getLongValue() throws IOException {
    String text = number();
    if (isLong()) {
      return JsonNumbers.toLong(tree, node);
    }
    BigInteger whole = getBigIntegerValue();
    if (whole.bitLength() > 63) {
      reportOverflowLong(text);
    }
    return whole.longValue();
  }

  @Override
  public BigInteger getBigIntegerValue() throws IOException {
    String text = number();
    if (_currToken == JsonToken.VALUE_NUMBER_INT) {
      streamReadConstraints().validateIntegerLength(text.length());
      return new BigInteger(text);
    }
    BigDecimal value = getDecimalValue();
    streamReadConstraints().validateBigIntegerScale(value.scale());
    return value.toBigInteger();
  }

  @Override
  public float getFloatValue() throws IOException {
    return Float.parseFloat(number());
  }

  @Override
  public double getDoubleValue() throws IOException {
    number();
    return numbers.toDouble(tree, node);
  }

  @Override
  public BigDecimal getDecimalValue() throws IOException {
    String text = number();
    streamReadConstraints().validateFPLength(text.length());
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new JsonParseException(this, "the exponent of " + text + " is out of range", e);
    }
  }

  @Override
  public JsonStreamContext getParsingContext() {
    return context;
  }

  @Override
  public @Nullable ObjectCodec getCodec() {
    return codec;
  }

  @Override
  public void setCodec(@Nullable ObjectCodec newCodec) {
    codec = newCodec;
  }

  @Override
  public StreamReadConstraints streamReadConstraints() {
    return StreamReadConstraints.defaults();
  }

  @Override
  public Version version() {
    return Version.unknownVersion();
  }

  @Override
  public JsonLocation currentLocation() {
    return JsonLocation.NA;
  }

  @Override
  public JsonLocation currentTokenLocation() {
    return JsonLocation.NA;
  }

  @Override
  @Deprecated
  @SuppressWarnings("InlineMeSuggester")
  public JsonLocation getCurrentLocation() {
    return JsonLocation.NA;
  }

  @Override
  @Deprecated
  @SuppressWarnings("InlineMeSuggester")
  public JsonLocation getTokenLocation() {
    return JsonLocation.NA;
  }

  @Override
  public void close() {
    closed = true;
    _currToken = null;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }
}
