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
        ParsedFields draft = ParsedFields.read(shape.kind(), body);
        Content content = created(draft);
        return shape.item(identified(shape.kind(), draft.id(), content), content);
    }

    /** As {@link #replaced(Kind, UUID, Content, ObjectNode)}. */
    public static <T extends MemoryRecord> T replaced(Shape<T> shape, UUID id, @Nullable T present, ObjectNode body) {
        return shape.item(id, replaced(shape.kind(), id, present == null ? null : shape.content(present), body));
    }

    /**
     * A record that takes another's place, or that is new under this id. Times that the body leaves out stay as they
     * were, so that repeating a write changes nothing.
     *
     * @param present null if there is none yet
     */
    public static Content replaced(Kind kind, UUID id, @Nullable Content present, ObjectNode body) {
        ParsedFields draft = ParsedFields.read(kind, body);
        if (present != null) {
            return changed(id, present, draft,
                    draft.content(otherwise(column -> present.get(kind.indexOf(column.name())))));
        }
        Content content = created(draft);
        if (draft.id() != null && !draft.id().equals(id)) {
            throw new InvalidInput("id", "must be the path's " + id + ", but is " + draft.id());
        }
        identified(kind, id, content);
        return content;
    }

    /** A record with some fields changed: RFC 7396. */
    public static <T extends MemoryRecord> T patched(Shape<T> shape, T present, ObjectNode body) {
        ParsedFields draft = ParsedFields.read(shape.kind(), body);
        Content before = shape.content(present);
        return shape.item(present.id(), changed(present.id(), before, draft, draft.patch(before)));
    }

    private static Content created(ParsedFields draft) {
        Instant now = Timestamps.now();
        return draft.content(otherwise(column -> now));
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

    private static Content changed(UUID id, Content present, ParsedFields draft, Content content) {
        Kind kind = draft.kind();
        if (draft.id() != null && !draft.id().equals(id)) {
            throw new IdentityFixed("id", "of a record cannot change from " + id + " to " + draft.id());
        }
        kind.identityOf(content).filter(own -> !own.equals(id)).ifPresent(own -> {
            throw new IdentityFixed(kind == Kind.SKILLS ? "name" : "", (kind == Kind.SKILLS ? "is a skill's"
                    : "the ends and the relationship are an edge's") + " identity: create the other (its id is " + own
                    + ") and delete this one");
        });
        int updatedAt = kind.columns().stream().map(Column::name).toList().indexOf("updated_at");
        if (updatedAt < 0) {
            return content;
        }
        Content asBefore = with(content, updatedAt, present.get(updatedAt));
        // As records: of JSON, the value counts and not the text.
        boolean same = Shape.of(kind).item(id, asBefore).equals(Shape.of(kind).item(id, present));
        return same ? asBefore : with(content, updatedAt, Timestamps.now());
    }

    private static Content with(Content content, int column, @Nullable Object value) {
        Object[] values = content.values().toArray();
        values[column] = value;
        return Content.of(values);
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
