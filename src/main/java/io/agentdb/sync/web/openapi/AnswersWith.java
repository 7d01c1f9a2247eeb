package io.agentdb.sync.web.openapi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The statuses with which an operation answers, besides those that follow from what it takes. Without one below 300 it
 * is 200, or 204 of an operation that returns nothing.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface AnswersWith {

    int[] value();
}
