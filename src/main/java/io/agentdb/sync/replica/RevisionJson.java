package io.agentdb.sync.replica;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.JsonLimits;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.revision.History;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.revision.Revision.Unreadable;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.RawValue;

/**
 * A version for people and for logs: its content and its version columns, as JSON. What is written is read back
 * exactly.
 */
public final class RevisionJson {

    /**
     * A history is one level deeper here than where it was read, and {@code jsonb} writes the smallest double with 340
     * digits.
     */
    private static final JsonMapper JSON = JsonMapper.builder(JsonLimits.stored(History.DEPTH + 1))
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private RevisionJson() {
    }

    public static String of(Revision revision) {
        Unreadable why = revision.unreadable();
        return JSON.writeValueAsString(why == null ? readable(revision) : unreadable(revision, why));
    }

    /** Of the rest nothing is known; without it, releases that know of none such leave it alone. */
    private static Map<String, Object> unreadable(Revision revision, Unreadable why) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", revision.id().toString());
        json.put("actor", revision.version().dot().actor().name());
        json.put("counter", revision.version().dot().counter());
        json.put("xid", revision.version().dot().xid());
        json.put("unreadable", why.reason());
        json.put("record", why.record());
        return json;
    }

    private static Map<String, Object> readable(Revision revision) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", revision.id().toString());
        json.put("deleted", revision.deleted());
        if (!revision.deleted()) {
            json.put("content", content(revision.kind(), revision));
            if (revision.fields().unknown() != null) {
                json.put("unknownFields", revision.fields().unknown());
            }
        }
        json.put("actor", revision.version().dot().actor().name());
        json.put("counter", revision.version().dot().counter());
        json.put("xid", revision.version().dot().xid());
        json.put("context", ContextJson.map(revision.version().context()));
        json.put("hlc", revision.version().hlc());
        json.put("choice", revision.version().choice());
        if (revision.history().fieldTimes() != null) {
            json.put("fieldTimes", new RawValue(revision.history().fieldTimes()));
        }
        if (revision.history().tallies() != null) {
            json.put("tallies", new RawValue(revision.history().tallies()));
        }
        return json;
    }

    /** @throws IllegalArgumentException if {@link #of} has not written it for this kind */
    public static Revision parse(Kind kind, String json) {
        try {
            JsonNode node = JSON.readTree(json);
            Dot dot = new Dot(new Actor(node.required("actor").stringValue()), node.required("counter").longValue(),
                    node.required("xid").longValue());
            if (node.has("unreadable")) {
                return Revision.unreadable(kind, UUID.fromString(node.required("id").stringValue()), dot,
                        new Unreadable(node.required("unreadable").stringValue(),
                                node.path("record").stringValue(null)));
            }
            TreeMap<Actor, Long> context = new TreeMap<>();
            node.required("context").properties().forEach(
                    entry -> context.put(new Actor(entry.getKey()), entry.getValue().longValue()));
            // What was logged by earlier releases has neither choices nor histories.
            Version version = new Version(dot, new VersionVector(context), node.required("hlc").longValue(),
                    node.path("choice").booleanValue(false));
            return new Revision(kind, UUID.fromString(node.required("id").stringValue()), version,
                    node.required("deleted").booleanValue() ? null
                    : content(kind, node.required("content"), node.path("unknownFields").stringValue(null)),
                            History.of(text(node.path("fieldTimes")), text(node.path("tallies"))));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a logged version of " + kind + ": " + e.getOriginalMessage(), e);
        }
    }

    private static @Nullable String text(JsonNode node) {
        return node.isMissingNode() ? null : node.toString();
    }

    private static Map<String, Object> content(Kind kind, Revision revision) {
        Map<String, Object> content = new LinkedHashMap<>();
        for (int i = 0; i < kind.columns().size(); i++) {
            Object value = revision.fields().get(i);
            if (value != null) {
                content.put(kind.columns().get(i).name(), readable(kind.columns().get(i), value));
            }
        }
        return content;
    }

    private static Content content(Kind kind, JsonNode fields, @Nullable String unknown) {
        List<@Nullable Object> values = new ArrayList<>(kind.columns().size());
        for (Column column : kind.columns()) {
            JsonNode field = fields.path(column.name());
            values.add(field.isMissingNode() ? null : value(column, field));
        }
        return new Content(values, unknown);
    }

    private static Object readable(Column column, Object value) {
        return switch (column.type()) {
            case UUID, TIMESTAMP -> value.toString();
            // As a number it would lose its sign in jsonb.
            case DOUBLE -> value.equals(-0.0) ? "-0.0" : value;
            default -> value;
        };
    }

    private static Object value(Column column, JsonNode field) {
        return switch (column.type()) {
            // JSON stands in a string: written as it is, the log's jsonb could change the order of its keys.
            case TEXT, JSON -> field.stringValue();
            case LONG -> field.longValue();
            case DOUBLE -> Double.valueOf(field.asString());
            case BOOLEAN -> field.booleanValue();
            case UUID -> UUID.fromString(field.stringValue());
            case TIMESTAMP -> Instant.parse(field.stringValue());
            case TEXT_ARRAY -> field.valueStream().map(JsonNode::stringValue).toList();
        };
    }
}
