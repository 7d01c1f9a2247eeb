package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.memory.input.FieldNames;
import io.agentdb.sync.memory.input.ParsedFields;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Rows of AgentDB's own export: those of its table of episodes, with the embedding of each. One thread. */
final class ExportedRow {

    private static final Set<String> JSON = Set.of("tags", "metadata");

    private final Set<String> notes = new TreeSet<>();
    private long rows;
    private long embeddings;

    /** Whether the object is such a row: it does not say its kind, and its id is a row's number. */
    static boolean is(ObjectNode object) {
        return !object.has("kind") && object.path("id").isIntegralNumber();
    }

    /** As {@link SqliteRows} makes a record of the same row: under the same id, whichever way it comes. */
    Row read(RowOrigin source, ObjectNode row) {
        rows++;
        UUID id = id(row);
        row.remove("id");
        if (!row.path("embedding").isMissingNode() && !row.path("embedding").isNull()) {
            embeddings++;
        }
        byte[] vector = vector(row.remove("embedding"));
        for (String name : Set.copyOf(row.propertyNames())) {
            JsonNode value = row.get(name);
            if (FieldNames.column(Kind.EPISODES, name).isEmpty()) {
                if (!value.isNull() && notes.size() < ImportReport.MAX_ERRORS) {
                    notes.add(SafeText.text("episodes." + name, 100) + " is not carried over");
                }
                row.remove(name);
            } else if (value.isString() && value.stringValue().isEmpty()
                    && (JSON.contains(name) || name.equals("input"))
                    || name.equals("latency_ms") && value.isNumber() && value.doubleValue() == 0) {
                // AgentDB's ways to say that there is none.
                row.remove(name);
            }
        }
        Content content = ParsedFields.read(Kind.EPISODES, row).content(Importer::absent);
        return new Row(source, id, content, vector);
    }

    Set<String> notes() {
        return notes;
    }

    /** Null where there were no such rows. */
    @Nullable Long embeddings() {
        return rows == 0 ? null : embeddings;
    }

    /** Null of what is no array of numbers. */
    private static byte @Nullable [] vector(@Nullable JsonNode given) {
        if (given == null || !given.isArray() || given.size() > RowVectors.MOST_BYTES / Float.BYTES
                || !given.valueStream().allMatch(JsonNode::isNumber)) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(given.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        given.forEach(number -> bytes.putFloat((float) number.doubleValue()));
        return bytes.array();
    }

    private static UUID id(ObjectNode row) {
        StringBuilder text = new StringBuilder("episode");
        for (String column : SqliteQueries.EPISODE) {
            JsonNode value = row.path(column.equals("row") ? "id" : column);
            text.append('|').append(value.isMissingNode() ? "null" : value.isString() ? value.stringValue()
                    : value.toString());
        }
        return Identity.foreign(text.toString());
    }
}
