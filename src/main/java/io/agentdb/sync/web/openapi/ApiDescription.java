package io.agentdb.sync.web.openapi;

import io.agentdb.sync.memory.Json;
import io.agentdb.sync.memory.MemoryRecord;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;

/** The OpenAPI description at {@code /v3/api-docs}. */
@Configuration(proxyBeanMethods = false)
public class ApiDescription {

    static {
        SpringDocUtils.getConfig()
                .replaceWithSchema(Json.class, new Schema<>().description("An object or an array; another value comes"
                        + " as its JSON in a text."))
                .replaceWithSchema(JsonNode.class, new Schema<>().description("Any JSON value."))
                // As one of three, generated clients could not tell which: what it is, is said beside it.
                .replaceWithSchema(MemoryRecord.class, new ObjectSchema().additionalProperties(true)
                        .description("The whole record: an Episode, a Skill or an Edge, as its kind says."));
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

    @Bean
    ModelConverter recordModels() {
        return new RecordModels();
    }

    @Bean
    OperationCustomizer describedAnswers() {
        return new DescribedAnswers();
    }

    @Bean
    OperationCustomizer kindOperations() {
        return new KindOperations();
    }

    @Bean
    OpenApiCustomizer models() {
        return api -> {
            ProblemModel.addTo(api.getComponents());
            BodyModels.addTo(api);
        };
    }
}
