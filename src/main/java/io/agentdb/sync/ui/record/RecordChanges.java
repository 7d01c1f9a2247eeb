package io.agentdb.sync.ui.record;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.input.Edits;
import io.agentdb.sync.memory.store.MemoryStore;
import io.agentdb.sync.replica.edit.RevisionEditor;
import io.agentdb.sync.review.conflict.ConflictResolution;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.ui.Form;
import io.agentdb.sync.ui.words.FieldText;
import io.agentdb.sync.web.problem.NotHere;
import io.agentdb.sync.web.problem.Refusal;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What somebody changes on a record's page: of the version that was looked at and of no other, and so that it can be
 * taken back. Thread-safe; blocks on the database.
 */
@Service
class RecordChanges {

    private final RevisionEditor records;
    private final MemoryStore store;
    private final UndoStore undo;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final JsonMapper json;

    RecordChanges(RevisionEditor records, MemoryStore store, UndoStore undo, JdbcClient jdbc,
            PlatformTransactionManager transactions, JsonMapper json) {
        this.records = records;
        this.store = store;
        this.undo = undo;
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.json = json;
    }

    /**
     * @param expected the version that was looked at
     * @return what takes it back
     * @throws Refusal 409 if the record is another version now
     */
    UUID delete(Kind kind, UUID id, String expected, String who) {
        return change(kind, id, expected, who, () -> store.delete(Shape.of(kind), id));
    }

    /**
     * Changes the fields that the form has, {@code v.name} each.
     *
     * @throws InvalidInput naming what is wrong with them
     * @throws Refusal as {@link #delete}
     */
    UUID edit(Kind kind, UUID id, Form form, String who) {
        ObjectNode patch = json.createObjectNode();
        for (Column column : kind.columns()) {
            String field = "v." + Shape.field(column);
            if (form.fields().containsKey(field)) {
                JsonNode value = FieldText.read(column, form.text(field));
                patch.set(Shape.field(column), value == null ? json.nullNode() : value);
            }
        }
        return change(kind, id, form.text("expected"), who, () -> patch(Shape.of(kind), id, patch));
    }

    /**
     * Puts back what was before.
     *
     * @return the record
     * @throws Refusal 409 if somebody has changed it since
     */
    Revision takeBack(UUID id) {
        UndoStore.Undoable change = undo.find(id).orElseThrow(() -> new NotHere(
                "This was taken back already, or is more than an hour ago."));
        Revision before = change.before();
        return alone(before.kind(), before.id(), () -> {
            if (!ConflictResolution.name(records.find(before.kind(), before.id())).equals(change.after())) {
                throw changed();
            }
            put(Shape.of(before.kind()), before);
            undo.remove(id);
            return before;
        });
    }

    private UUID change(Kind kind, UUID id, String expected, String who, Runnable what) {
        return alone(kind, id, () -> {
            Revision before = records.find(kind, id).filter(one -> !one.deleted()).orElseThrow(() -> new NotHere(
                    "There is no " + id + " among the " + kind + " any more."));
            if (!ConflictResolution.name(before).equals(expected)) {
                throw changed();
            }
            what.run();
            return undo.keep(before, ConflictResolution.name(records.find(kind, id)), who);
        });
    }

    /** As any other write, which the triggers make a version of, but that nobody else changes the record meanwhile. */
    private <R> R alone(Kind kind, UUID id, Supplier<R> work) {
        return Objects.requireNonNull(transaction.execute(status -> {
            jdbc.sql("select 1 from " + kind + " where id = :id for update").param("id", id).query(Integer.class)
                    .optional();
            return work.get();
        }), "no work gives nothing");
    }

    private <T extends MemoryRecord> void patch(Shape<T> shape, UUID id, ObjectNode patch) {
        store.write(shape, id, changing(present -> Edits.patched(shape, present, patch)));
    }

    private <T extends MemoryRecord> void put(Shape<T> shape, Revision before) {
        T item = shape.item(before.id(), before.fields());
        store.write(shape, before.id(), present -> item);
    }

    private static <T> UnaryOperator<@Nullable T> changing(UnaryOperator<T> change) {
        return present -> present == null ? null : change.apply(present);
    }

    private static Refusal changed() {
        return Refusal.of(HttpStatus.CONFLICT, "stale", "Somebody has changed the record meanwhile. Nothing of yours"
                + " was stored: look at it as it is now.", Map.of());
    }
}
