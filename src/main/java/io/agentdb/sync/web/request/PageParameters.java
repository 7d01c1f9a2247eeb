package io.agentdb.sync.web.request;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes the parameters that every list has. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Parameter(name = "limit", in = ParameterIn.QUERY, description = "Records per page, from 1 to 500.",
        schema = @Schema(type = "integer", minimum = "1", maximum = "500", defaultValue = "50"))
@Parameter(name = "cursor", in = ParameterIn.QUERY, description = "\"next\" of the page before.",
        schema = @Schema(type = "string"))
public @interface PageParameters {
}
