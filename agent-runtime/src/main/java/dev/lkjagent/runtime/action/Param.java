package dev.lkjagent.runtime.action;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes a parameter of a {@link Tool}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Param {
  /**
   * What the parameter means, for the model.
   *
   * @return a few words
   */
  String value() default "";

  /**
   * The name that the model uses.
   *
   * @return the parameter's own name, unless given
   */
  String name() default "";

  /**
   * Whether the model must give it.
   *
   * @return true, unless given; an absent one is null, or 0 or false
   */
  boolean required() default true;
}
