package io.agentdb.sync.memory.store;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.RuleBroken;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.listing.Filter;
import io.agentdb.sync.memory.listing.ListPage;
import io.agentdb.sync.postgres.Refused;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.data.jdbc.core.JdbcAggregateOperations;
import org.springframework.data.relational.core.conversion.DbActionExecutionException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The records in PostgreSQL. The database's triggers version every write.
 *
 * <p>Any thread; every call blocks for the database and is one transaction. What the database refuses is a
 * {@link InvalidInput}; where it cannot be reached, Spring's {@code DataAccessException} comes out and a retry may
 * help.
 */
@Component
public class MemoryStore {

    /**
     * One of several.
     *
     * @param change as that of {@link MemoryStore#write}
     */
    public record RecordChange<T extends MemoryRecord>(UUID id, UnaryOperator<@Nullable T> change) { }

    private static final String LOCKED = " for update";

    private final JdbcAggregateOperations aggregates;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    public MemoryStore(JdbcAggregateOperations aggregates, JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.aggregates = aggregates;
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
    }

    public <T extends MemoryRecord> Optional<T> find(Shape<T> shape, UUID id) {
        return select(shape, id, "");
    }

    /** Those of these that there are. */
    public <T extends MemoryRecord> List<T> find(Shape<T> shape, Collection<UUID> ids) {
        return ids.isEmpty() ? List.of() : jdbc.sql(Columns.select(shape.kind()) + " where id in (:ids)")
                .param("ids", ids).query(Columns.rows(shape)).list();
    }

    /** @throws RecordExists if there is a record of that id */
    public <T extends MemoryRecord> T create(Shape<T> shape, T item) {
        return refusing(shape, () -> {
            try {
                return transaction.execute(status -> inserted(shape, item));
            } catch (DuplicateKeyException e) {
                throw taken(shape, e) ? new RecordExists(shape.kind(), item.id()) : e;
            }
        });
    }

    /** All of them or, if one is refused, none. Of new ids. */
    public <T extends MemoryRecord> void createAll(Shape<T> shape, List<T> items) {
        refusing(shape, () -> transaction.execute(status -> {
            items.forEach(item -> inserted(shape, item));
            return true;
        }));
    }

    /**
     * Changes a record under its lock, so that of two changes at once neither is lost.
     *
     * @param change gets the record, null if there is none, and returns what it becomes; null to leave everything as it
     *     is. It may be called again after a race with another writer, so it must be pure.
     * @return what is there now, or empty if nothing is
     */
    public <T extends MemoryRecord> Optional<Written<T>> write(
            Shape<T> shape, UUID id, UnaryOperator<@Nullable T> change) {
        return again(shape, () -> written(shape, id, change));
    }

    /**
     * As {@link #write}, all of them or, if one is refused, none. They are locked in the order of their ids, as what
     * comes from peers is: else one of the two would be refused.
     *
     * @return what is there now, in that order, of those that there are
     */
    public <T extends MemoryRecord> List<Written<T>> writeAll(Shape<T> shape, List<RecordChange<T>> changes) {
        // As PostgreSQL orders them; UUID's own order takes the first bit for a sign.
        List<RecordChange<T>> ordered = changes.stream()
                .sorted(Comparator.comparing((RecordChange<T> one) -> one.id().toString())).toList();
        return again(shape, () -> ordered.stream()
                .flatMap(one -> written(shape, one.id(), one.change()).stream()).toList());
    }

    private <R> R again(Shape<?> shape, Supplier<R> write) {
        return refusing(shape, () -> {
            for (int attempt = 1; ; attempt++) {
                try {
                    return transaction.execute(status -> write.get());
                } catch (DuplicateKeyException e) {
                    // Somebody created it between our look and our insert: look again, now it is there to be locked.
                    if (attempt == 3 || !taken(shape, e)) {
                        throw e;
                    }
                }
            }
        });
    }

    /** @return false if there was none */
    public boolean delete(Shape<?> shape, UUID id) {
        return refusing(shape, () -> Boolean.TRUE.equals(transaction.execute(status -> {
            boolean found = select(shape, id, LOCKED).isPresent();
            if (found) {
                aggregates.deleteById(id, shape.type());
                if (select(shape, id, "").isPresent()) {
                    throw RuleBroken.kept(shape.kind());
                }
            }
            return found;
        })));
    }

    /** The records after a page's token, in the kind's order: newest episodes first, skills by name, edges by id. */
    public <T extends MemoryRecord> ListPage<T> list(Shape<T> shape, Filter filter, int limit, @Nullable Place after) {
        PageOrder order = PageOrder.of(shape.kind());
        JdbcClient.StatementSpec query = jdbc.sql(Columns.select(shape.kind()) + " where " + filter.condition()
                + (after == null ? "" : " and " + order.after()) + " order by " + order.by() + " limit :limit");
        query = query.params(filter.values()).param("limit", limit + 1);
        if (after != null) {
            query = query.param("id", after.id()).param("key", after.key());
        }
        List<T> rows = query.query(Columns.rows(shape)).list();
        return ListPage.of(rows, limit, last -> Place.after(shape.kind(), last));
    }

    private <T extends MemoryRecord> Optional<Written<T>> written(
            Shape<T> shape, UUID id, UnaryOperator<@Nullable T> change) {
        T present = select(shape, id, LOCKED).orElse(null);
        T next = change.apply(present);
        if (next == null) {
            return Optional.empty();
        }
        if (present == null) {
            return Optional.of(new Written<>(inserted(shape, next), true));
        }
        return Optional.of(new Written<>(next.equals(present) ? present : updated(shape, next), false));
    }

    /**
     * Looked for: a trigger of somebody's own may drop a row without an error, and the caller would be told of a record
     * that is not there.
     */
    private <T extends MemoryRecord> T inserted(Shape<T> shape, T item) {
        T inserted = aggregates.insert(item);
        if (select(shape, item.id(), "").isEmpty()) {
            throw RuleBroken.dropped(shape.kind());
        }
        return inserted;
    }

    /** An update makes a new row, also where nothing is new in it. */
    private <T extends MemoryRecord> T updated(Shape<T> shape, T item) {
        String before = writtenBy(shape, item.id());
        T updated = aggregates.update(item);
        if (writtenBy(shape, item.id()).equals(before)) {
            throw RuleBroken.dropped(shape.kind());
        }
        return updated;
    }

    private String writtenBy(Shape<?> shape, UUID id) {
        return jdbc.sql("select xmin::text from " + shape.kind() + " where id = :id").param("id", id)
                .query(String.class).optional().orElse("");
    }

    private <T extends MemoryRecord> Optional<T> select(Shape<T> shape, UUID id, String locking) {
        return jdbc.sql(Columns.select(shape.kind()) + " where id = :id" + locking)
                .param("id", id).query(Columns.rows(shape)).optional();
    }

    private static boolean taken(Shape<?> shape, DuplicateKeyException e) {
        return Refused.of(e).filter(refused -> refused.sameId(shape.kind().name())).isPresent();
    }

    private static <R> R refusing(Shape<?> shape, Supplier<R> write) {
        try {
            return write.get();
        } catch (DataAccessException | DbActionExecutionException e) {
            throw ConstraintMessages.explain(shape.kind(), e).<RuntimeException>map(refusal -> refusal).orElse(e);
        }
    }
}
