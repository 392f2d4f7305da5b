package dev.lkjagent.runtime.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The one place where a key of the configuration is described. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /**
   * The default, as it would be written in a file; strings without their quotes. A section may name
   * defaults of its keys that differ from what its record says.
   *
   * @return the default
   */
  String value() default "";

  /**
   * What the key does, in one or two sentences of Markdown.
   *
   * @return the documentation
   */
  String doc();

  /**
   * The smallest number allowed.
   *
   * @return a lower bound
   */
  long min() default 0;

  /**
   * The largest number allowed.
   *
   * @return an upper bound
   */
  long max() default Long.MAX_VALUE;

  /**
   * The words allowed.
   *
   * @return the words; empty if any text will do
   */
  String[] oneOf() default {};
}
