package io.agentdb.sync.web;

import io.agentdb.sync.memory.Json;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Locale;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ResolvableType;

/** The OpenAPI description at {@code /v3/api-docs}. */
@Configuration(proxyBeanMethods = false)
class ApiDescription {

    static {
        SpringDocUtils.getConfig().replaceWithSchema(Json.class, new ObjectSchema().description("Any JSON object."));
    }

    @Bean
    OpenAPI openApi() {
        return new OpenAPI().info(new Info().title("AgentDB Sync Node").version("1")
                .description("An agent's memory in PostgreSQL, and its synchronization with other nodes. Every error"
                + " is an RFC 9457"
                        + " problem whose type begins with urn:agentdb:problem:.")
                .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
                .components(new Components().addSecuritySchemes("basic", login("basic"))
                        .addSecuritySchemes("bearer", login("bearer")))
                .addSecurityItem(new SecurityRequirement().addList("basic"))
                .addSecurityItem(new SecurityRequirement().addList("bearer"));
    }

    private static SecurityScheme login(String scheme) {
        return new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme(scheme);
    }

    /** The kinds share one controller: its operations get the kind's name and schema. */
    @Bean
    OperationCustomizer kinds() {
        return (operation, method) -> {
            operation.setResponses(withProblem(operation.getResponses()));
            if (MemoryController.class.isAssignableFrom(method.getBeanType())) {
                String kind = ResolvableType.forClass(MemoryController.class, method.getBeanType())
                        .getGeneric(0).toClass().getSimpleName();
                operation.setOperationId(method.getMethod().getName() + kind);
                operation.setSummary(operation.getSummary().replace("a record", (kind.matches("[EI].*") ? "an " : "a ")
                        + kind.toLowerCase(Locale.ROOT)));
                describeBody(operation.getRequestBody(), kind);
            }
            return operation;
        };
    }

    private static void describeBody(RequestBody body, String kind) {
        if (body != null) {
            Schema<?> schema = new Schema<>().$ref("#/components/schemas/" + kind);
            Content content = new Content();
            body.getContent().keySet().forEach(type -> content.addMediaType(type, new MediaType().schema(schema)));
            body.setContent(content);
        }
    }

    private static ApiResponses withProblem(ApiResponses responses) {
        Schema<?> problem = new ObjectSchema().addProperty("type", new Schema<>().type("string"))
                .addProperty("title", new Schema<>().type("string"))
                .addProperty("status", new Schema<>().type("integer"))
                .addProperty("detail", new Schema<>().type("string"));
        ApiResponses all = responses == null ? new ApiResponses() : responses;
        return all.addApiResponse("default", new ApiResponse().description("A problem").content(
                new Content().addMediaType("application/problem+json", new MediaType().schema(problem))));
    }
}
