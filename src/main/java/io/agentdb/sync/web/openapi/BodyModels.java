package io.agentdb.sync.web.openapi;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.input.Edits;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What bodies are: a record to be written has other members than one that is read, and a patch of it others again. With
 * examples, which a test sends.
 */
final class BodyModels {

    private static final String EXAMPLES = "/openapi-examples.json";

    private BodyModels() {
    }

    /** The name of a whole record as it is sent. */
    static String whole(String kind) {
        return "New" + kind;
    }

    /** The name of a merge patch. */
    static String patch(String kind) {
        return kind + "Patch";
    }

    static void addTo(Components components) {
        ModelConverters.getInstance(true).readAll(InvalidInput.Flaw.class).forEach(components::addSchemas);
        for (Shape<?> shape : Shape.all()) {
            String kind = shape.type().getSimpleName();
            Schema<?> record = components.getSchemas().get(kind);
            components.addSchemas(whole(kind), sent(shape, record, false).description("To be written; without an id, it"
                    + " gets one. Times may also be seconds or milliseconds since 1970."));
            components.addSchemas(patch(kind), sent(shape, record, true).description("What is to change (RFC 7396):"
                    + " null removes, what is not named stays."));
        }
        components.addSchemas("PeerPatch", removable(components.getSchemas().get("PeerRequest")));
        examples().forEach((name, example) -> Objects.requireNonNull(components.getSchemas().get(name),
                () -> "there is no schema for the example " + name).setExample(example));
    }

    private static ObjectSchema sent(Shape<?> shape, Schema<?> record, boolean patch) {
        ObjectSchema sent = new ObjectSchema();
        sent.addProperty("id", member(record, "id", false));
        for (Column column : shape.kind().columns()) {
            String name = Shape.field(column);
            Schema<?> member = member(record, name, patch && !column.required());
            if (name.equals("fromId") || name.equals("toId")) {
                member.format(null).description("A UUID, or the name of a skill.");
            }
            sent.addProperty(name, member);
            if (!patch && column.required() && Edits.otherwise(time -> Instant.EPOCH).apply(column) == null) {
                sent.addRequiredItem(name);
            }
        }
        return sent;
    }

    /** Of what a peer has, all can be removed but its name and its address. */
    private static Schema<?> removable(Schema<?> whole) {
        ObjectSchema patch = new ObjectSchema();
        whole.getProperties().keySet().stream().filter(name -> !Boolean.TRUE.equals(
                ((Schema<?>) whole.getProperties().get(name)).getReadOnly())).forEach(name -> patch.addProperty(name,
                member(whole, name, !name.equals("name") && !name.equals("address"))));
        return patch.description("What is to change (RFC 7396): null removes, what is not named stays.");
    }

    private static Schema<?> member(Schema<?> record, String name, boolean removable) {
        Schema<?> shown = record.getProperties().get(name);
        Schema<?> member = new Schema<>().format(shown.getFormat()).description(shown.getDescription());
        member.setItems(shown.getItems());
        member.setAdditionalProperties(shown.getAdditionalProperties());
        if (shown.getTypes() != null) {
            shown.getTypes().forEach(member::addType);
            if (removable) {
                member.addType("null");
            }
        }
        return member;
    }

    private static Map<String, Object> examples() {
        try (InputStream in = BodyModels.class.getResourceAsStream(EXAMPLES)) {
            return new JsonMapper().readValue(in, new TypeReference<LinkedHashMap<String, Object>>() { });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
