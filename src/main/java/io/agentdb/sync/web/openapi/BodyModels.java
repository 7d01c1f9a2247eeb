package io.agentdb.sync.web.openapi;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.input.Edits;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
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

    static void addTo(OpenAPI api) {
        Components components = api.getComponents();
        ModelConverters.getInstance(true).readAll(InvalidInput.Flaw.class).forEach(components::addSchemas);
        for (Shape<?> shape : Shape.all()) {
            String kind = shape.type().getSimpleName();
            Schema<?> record = schema(components, kind);
            components.addSchemas(whole(kind), sent(shape, record, false).description("To be written; without an id, it"
                    + " gets one. Times may also be seconds or milliseconds since 1970."));
            components.addSchemas(patch(kind), sent(shape, record, true).description("What is to change (RFC 7396):"
                    + " null removes, what is not named stays."));
        }
        components.addSchemas("PeerPatch", removable(schema(components, "PeerRequest")));
        bodies(api).forEach(name -> mayBeLeftOut(schema(components, name)));
        examples().forEach((name, example) -> schema(components, name).setExample(example));
    }

    private static Schema<?> schema(Components components, String name) {
        return Objects.requireNonNull(components.getSchemas().get(name), () -> "there is no schema " + name);
    }

    private static Set<String> bodies(OpenAPI api) {
        return api.getPaths().values().stream().flatMap(path -> path.readOperations().stream())
                .map(Operation::getRequestBody).filter(Objects::nonNull)
                .flatMap(body -> body.getContent().values().stream()).map(content -> content.getSchema().get$ref())
                .filter(Objects::nonNull).map(ref -> ref.substring(Components.COMPONENTS_SCHEMAS_REF.length()))
                .collect(Collectors.toSet());
    }

    /**
     * Null is as good as nothing, and says to generators that an empty list is not: clients would else send one for
     * each that was not set, and ask for no kinds where all are meant.
     */
    private static void mayBeLeftOut(Schema<?> body) {
        body.getProperties().forEach((name, member) -> {
            boolean many = member.getItems() != null || member.getAdditionalProperties() != null;
            if (many && (body.getRequired() == null || !body.getRequired().contains(name))) {
                member.addType("null");
            }
        });
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
        whole.getProperties().forEach((name, member) -> {
            if (!Boolean.TRUE.equals(member.getReadOnly())) {
                patch.addProperty(name, member(whole, name, !name.equals("name") && !name.equals("address")));
            }
        });
        return patch.description("What is to change (RFC 7396): null removes, what is not named stays.");
    }

    private static Schema<?> member(Schema<?> record, String name, boolean removable) {
        Schema<?> shown = Objects.requireNonNull(record.getProperties().get(name), () -> "no member " + name);
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
