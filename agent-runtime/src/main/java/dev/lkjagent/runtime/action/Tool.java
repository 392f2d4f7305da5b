package dev.lkjagent.runtime.action;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method that an agent may call. Its parameters are bound from the JSON object that the
 * model writes; what it answers is shown to the model, a text as it is and anything else as JSON. A
 * parameter of type {@link ActionCall} gets the call.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Tool {
  /**
   * What it does, for the model.
   *
   * @return a sentence
   */
  String value();

  /**
   * The name that replies use.
   *
   * @return the method's name with underscores, unless given
   */
  String name() default "";

  /**
   * What it does to the world outside.
   *
   * @return {@link Effect#ONCE}, unless given
   */
  Effect effect() default Effect.ONCE;

  /**
   * Whether a person must approve each call.
   *
   * @return false, unless given
   */
  boolean needsApproval() default false;
}
