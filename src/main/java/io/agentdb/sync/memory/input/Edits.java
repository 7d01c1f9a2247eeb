package io.agentdb.sync.memory.input;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Shape;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What a caller's JSON makes of a record: pure functions from values to values. They throw {@link InvalidInput}. */
public final class Edits {

    private Edits() {
    }

    /** A new record. What it leaves out of its times is now. */
    public static <T extends MemoryRecord> T created(Shape<T> shape, ObjectNode body) {
        return created(shape, null, body);
    }

    /**
     * A record that takes another's place, or that is new under this id. Times that the body leaves out stay as they
     * were, so that repeating a write changes nothing.
     *
     * @param present null if there is none yet
     */
    public static <T extends MemoryRecord> T replaced(Shape<T> shape, UUID id, @Nullable T present, ObjectNode body) {
        if (present == null) {
            return created(shape, id, body);
        }
        ParsedFields draft = ParsedFields.read(shape.kind(), body);
        Content old = shape.content(present);
        Content content = draft.content(otherwise(column -> old.get(shape.kind().indexOf(column.name()))));
        return changed(shape, present, draft, content);
    }

    /**
     * The same of a content.
     *
     * @param present null if there is none yet
     */
    public static Content replaced(Kind kind, UUID id, @Nullable Content present, ObjectNode body) {
        return replacedContent(Shape.of(kind), id, present, body);
    }

    /** A record with some fields changed: RFC 7396. */
    public static <T extends MemoryRecord> T patched(Shape<T> shape, T present, ObjectNode body) {
        ParsedFields draft = ParsedFields.read(shape.kind(), body);
        return changed(shape, present, draft, draft.patch(shape.content(present)));
    }

    private static <T extends MemoryRecord> Content replacedContent(Shape<T> shape, UUID id, @Nullable Content present,
            ObjectNode body) {
        return shape.content(replaced(shape, id, present == null ? null : shape.item(id, present), body));
    }

    private static <T extends MemoryRecord> T created(Shape<T> shape, @Nullable UUID id, ObjectNode body) {
        ParsedFields draft = ParsedFields.read(shape.kind(), body);
        Instant now = Timestamps.now();
        Content content = draft.content(otherwise(column -> now));
        if (id != null && draft.id() != null && !draft.id().equals(id)) {
            throw new InvalidInput("id", "must be the path's " + id + ", but is " + draft.id());
        }
        return shape.item(identified(shape.kind(), id != null ? id : draft.id(), content), content);
    }

    /** The id that a record gets, where it has the given one or none. */
    public static UUID identified(Kind kind, @Nullable UUID given, Content content) {
        UUID own = kind.identityOf(content).orElse(given);
        if (given != null && !given.equals(own)) {
            throw new InvalidInput("id", "must be " + own + ", which follows from "
                    + (kind == Kind.SKILLS ? "the name" : "the ends and the relationship") + ", but is " + given);
        }
        return own == null ? Identity.newEpisode() : own;
    }

    private static <T extends MemoryRecord> T changed(Shape<T> shape, T present, ParsedFields draft, Content content) {
        Kind kind = shape.kind();
        if (draft.id() != null && !draft.id().equals(present.id())) {
            throw new IdentityFixed("id", "of a record cannot change from " + present.id() + " to " + draft.id());
        }
        kind.identityOf(content).filter(own -> !own.equals(present.id())).ifPresent(own -> {
            throw new IdentityFixed(kind == Kind.SKILLS ? "name" : "", (kind == Kind.SKILLS ? "is a skill's"
                    : "the ends and the relationship are an edge's") + " identity: create the other (its id is " + own
                    + ") and delete this one");
        });
        Object[] values = content.values().toArray();
        int updatedAt = kind.columns().stream().map(Column::name).toList().indexOf("updated_at");
        if (updatedAt >= 0) {
            values[updatedAt] = shape.content(present).get(updatedAt);
        }
        T item = shape.item(present.id(), Content.of(values));
        if (updatedAt < 0 || item.equals(present)) {
            return item;
        }
        values[updatedAt] = Timestamps.now();
        return shape.item(present.id(), Content.of(values));
    }

    /** The migrations' defaults, with times from the given source. */
    public static Function<Column, @Nullable Object> otherwise(Function<Column, @Nullable Object> time) {
        return column -> switch (column.name()) {
            case "ts", "created_at", "updated_at" -> time.apply(column);
            case "from_type", "to_type" -> "skill";
            default -> null;
        };
    }
}
