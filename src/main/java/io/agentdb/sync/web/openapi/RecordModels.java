package io.agentdb.sync.web.openapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.type.TypeFactory;
import io.agentdb.sync.memory.Json;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says of each of our records which members are always there, and which texts they may be. */
final class RecordModels implements ModelConverter {

    private static final String OURS = "io.agentdb.sync.";

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Schema resolve(AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        Schema<?> schema = chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
        Class<?> raw = TypeFactory.defaultInstance().constructType(type.getType()).getRawClass();
        if (schema != null && raw.isRecord() && raw.getName().startsWith(OURS)) {
            Schema<?> model = schema.get$ref() == null ? schema : context.getDefinedModels()
                    .get(schema.get$ref().substring(Components.COMPONENTS_SCHEMAS_REF.length()));
            if (model != null && model.getProperties() != null) {
                describe(raw, model.getProperties(), model);
            }
        }
        return schema;
    }

    @SuppressWarnings("rawtypes")
    private static void describe(Class<?> type, Map<String, Schema> properties, Schema<?> model) {
        for (RecordComponent component : type.getRecordComponents()) {
            Schema<?> property = properties.get(component.getName());
            if (property == null) {
                continue;
            }
            boolean absent = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            JsonInclude written = component.getAccessor().getAnnotation(JsonInclude.class);
            boolean told = written != null && written.value() == JsonInclude.Include.ALWAYS;
            if ((!absent || told) && !isRequired(model, component.getName())) {
                model.addRequiredItem(component.getName());
            }
            if (absent && told) {
                property.addType("null");
            }
            if (component.getType() == Json.class) {
                // It would be an object, and may be an array.
                property.setTypes(null);
                property.setType(null);
            }
            words(type, component, property);
        }
    }

    private static boolean isRequired(Schema<?> model, String name) {
        return model.getRequired() != null && model.getRequired().contains(name);
    }

    private static void words(Class<?> type, RecordComponent component, Schema<?> property) {
        List<String> words = Vocabulary.of(type.getSimpleName(), component.getName());
        Schema<?> text = property.getItems() == null ? property : property.getItems();
        if (!words.isEmpty() && text.getEnum() == null) {
            setWords(text, words);
        }
    }

    @SuppressWarnings("unchecked")
    private static void setWords(Schema<?> text, List<String> words) {
        ((Schema<Object>) text).setEnum(List.copyOf(words));
    }
}
