package io.agentdb.sync.web.openapi;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.RequestBody;
import java.util.Locale;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.method.HandlerMethod;

/** The kinds share one controller: what its operations are called, say and take is each kind's own. */
final class KindOperations implements OperationCustomizer {

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        Class<?> type = ResolvableType.forClass(method.getBeanType()).getSuperType().getGeneric(0).resolve();
        if (type != null && MemoryRecord.class.isAssignableFrom(type)
                && method.getMethod().getDeclaringClass() != method.getBeanType()) {
            String kind = type.getSimpleName();
            operation.setOperationId(method.getMethod().getName() + kind);
            operation.setSummary(operation.getSummary().replace("a record", (kind.startsWith("E") ? "an " : "a ")
                    + kind.toLowerCase(Locale.ROOT)));
            describe(operation.getRequestBody(), AnnotatedElementUtils.hasAnnotation(method.getMethod(),
                    PatchMapping.class) ? BodyModels.patch(kind) : BodyModels.whole(kind));
        }
        if (operation.getParameters() != null) {
            operation.getParameters().stream().filter(one -> one.getName().equals("kind") && "path".equals(one.getIn()))
                    .forEach(one -> one.setSchema(kinds()));
        }
        return operation;
    }

    private static StringSchema kinds() {
        StringSchema names = new StringSchema();
        Kind.ALL.forEach(kind -> names.addEnumItem(kind.name()));
        return names;
    }

    private static void describe(RequestBody body, String model) {
        if (body != null) {
            Schema<?> schema = new Schema<>().$ref(Components.COMPONENTS_SCHEMAS_REF + model);
            Content content = new Content();
            body.getContent().keySet().forEach(type -> content.addMediaType(type, new MediaType().schema(schema)));
            body.setContent(content);
        }
    }
}
