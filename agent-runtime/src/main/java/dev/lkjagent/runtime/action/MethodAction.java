package dev.lkjagent.runtime.action;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.runtime.fault.FaultCode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A method as an action: arguments are bound from the JSON object in {@code value}. */
final class MethodAction implements Action {
  private final Object target;
  private final Method method;
  private final Tool tool;
  private final ObjectMapper mapper;
  private final String name;
  private final Parameter[] parameters;
  private final String schema;

  MethodAction(Object target, Method method, Tool tool, ObjectMapper mapper) {
    this.target = target;
    this.method = method;
    this.tool = tool;
    this.mapper = mapper;
    name = tool.name().isEmpty() ? underscored(method.getName()) : tool.name();
    parameters = method.getParameters();
    schema = schema();
  }

  private static String underscored(String camel) {
    return camel.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return tool.value();
  }

  @Override
  public String parametersSchema() {
    return schema;
  }

  @Override
  public Effect effect() {
    return tool.effect();
  }

  @Override
  public boolean needsApproval() {
    return tool.needsApproval();
  }

  private String schema() {
    ObjectNode root = mapper.createObjectNode().put("type", "object");
    ObjectNode properties = root.putObject("properties");
    ArrayNode required = root.putArray("required");
    for (Parameter parameter : parameters) {
      if (parameter.getType() == ActionCall.class) {
        continue;
      }
      ObjectNode property = describe(mapper.constructType(parameter.getParameterizedType()), 0);
      Param param = parameter.getAnnotation(Param.class);
      if (param != null && !param.value().isEmpty()) {
        property.put("description", param.value());
      }
      properties.set(nameOf(parameter), property);
      if (param == null || param.required()) {
        required.add(nameOf(parameter));
      }
    }
    return root.toString();
  }

  private ObjectNode describe(JavaType type, int depth) {
    ObjectNode node = mapper.createObjectNode();
    Class<?> raw = type.getRawClass();
    if (raw.isEnum()) {
      ArrayNode values = node.put("type", "string").putArray("enum");
      for (Object constant : raw.getEnumConstants()) {
        values.add(mapper.convertValue(constant, JsonNode.class));
      }
    } else if (CharSequence.class.isAssignableFrom(raw)
        || raw == char.class
        || raw == Character.class) {
      node.put("type", "string");
    } else if (raw == boolean.class || raw == Boolean.class) {
      node.put("type", "boolean");
    } else if (raw == double.class
        || raw == float.class
        || raw == Double.class
        || raw == Float.class) {
      node.put("type", "number");
    } else if (raw.isPrimitive() || Number.class.isAssignableFrom(raw)) {
      node.put("type", raw == java.math.BigDecimal.class ? "number" : "integer");
    } else if (raw.isArray() || Collection.class.isAssignableFrom(raw)) {
      node.put("type", "array").set("items", describe(type.getContentType(), depth + 1));
    } else {
      node.put("type", "object");
      if (raw.isRecord() && depth < 4) {
        ObjectNode properties = node.putObject("properties");
        for (var component : raw.getRecordComponents()) {
          JavaType inner = mapper.constructType(component.getGenericType());
          properties.set(component.getName(), describe(inner, depth + 1));
        }
      }
    }
    return node;
  }

  private static String nameOf(Parameter parameter) {
    Param param = parameter.getAnnotation(Param.class);
    return param == null || param.name().isEmpty() ? parameter.getName() : param.name();
  }

  @Override
  public ActionResult run(ActionCall call) throws Exception {
    @Nullable Object[] arguments = new @Nullable Object[parameters.length];
    String problem = bind(call, arguments);
    if (problem != null) {
      return ActionResult.failed(
          FaultCode.INVALID_VALUE.with(
              name + ": " + problem + "; value must be a JSON object like " + schema));
    }
    try {
      Object answer = method.invoke(target, arguments);
      if (answer instanceof ActionResult result) {
        return result;
      }
      return ActionResult.done(
          answer == null
              ? "done"
              : answer instanceof CharSequence text
                  ? text.toString()
                  : mapper.writeValueAsString(answer));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Fills the arguments; answers what is wrong with the value, or null. */
  private @Nullable String bind(ActionCall call, @Nullable Object[] arguments) {
    JsonNode given;
    try {
      given = call.value().isBlank() ? mapper.createObjectNode() : mapper.readTree(call.value());
    } catch (JsonProcessingException e) {
      if (asText() < 0) {
        return "the value is not JSON (" + e.getOriginalMessage() + ")";
      }
      given = mapper.createObjectNode().put(nameOf(parameters[asText()]), call.value());
    }
    if (!given.isObject()) {
      if (asText() < 0) {
        return "the value is a JSON " + given.getNodeType().name().toLowerCase(Locale.ROOT);
      }
      String text = given.isTextual() ? given.textValue() : call.value();
      given = mapper.createObjectNode().put(nameOf(parameters[asText()]), text);
    }
    for (int i = 0; i < parameters.length; i++) {
      if (parameters[i].getType() == ActionCall.class) {
        arguments[i] = call;
        continue;
      }
      JsonNode value = given.get(nameOf(parameters[i]));
      Param param = parameters[i].getAnnotation(Param.class);
      boolean required = param == null || param.required();
      if ((value == null || value.isNull()) && required) {
        return "the parameter " + nameOf(parameters[i]) + " is missing";
      }
      try {
        arguments[i] =
            mapper.convertValue(
                value == null ? mapper.nullNode() : value,
                mapper.constructType(parameters[i].getParameterizedType()));
      } catch (IllegalArgumentException e) {
        return "the parameter " + nameOf(parameters[i]) + " does not take " + value;
      }
    }
    return null;
  }

  /** The one text parameter to which a plain text can be bound, or -1. */
  private int asText() {
    int found = -1;
    for (int i = 0; i < parameters.length; i++) {
      if (parameters[i].getType() != ActionCall.class) {
        if (found >= 0 || parameters[i].getType() != String.class) {
          return -1;
        }
        found = i;
      }
    }
    return found;
  }
}
