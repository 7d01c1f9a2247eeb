package io.agentdb.sync.memory.store;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.RuleBroken;
import io.agentdb.sync.memory.listing.Filter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Deletes several records, each with a tombstone, or none. Any thread; blocks for the database. What the database
 * refuses is an {@link InvalidInput}.
 */
@Component
public class BulkDelete {

    /** At once: each deletion reaches every node, and nobody looks through more before. */
    public static final int MOST = 1_000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    public BulkDelete(JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
    }

    public long count(Kind kind, Filter filter) {
        return jdbc.sql("select count(*) from " + kind + " where " + filter.condition()).params(filter.values())
                .query(Long.class).single();
    }

    /** @return those that were there */
    public List<UUID> delete(Kind kind, Collection<UUID> ids) {
        return refusing(kind, () -> {
            List<UUID> found = locked(kind, new Filter("id in (:ids)", Map.of("ids", ids)), ids.size());
            delete(kind, found);
            return found;
        });
    }

    /**
     * @param expected how many the caller means, at most {@value #MOST}
     * @return how many match, which is another number if nothing was deleted; counted up to one more than were expected
     */
    public int delete(Kind kind, Filter filter, int expected) {
        return refusing(kind, () -> {
            List<UUID> found = locked(kind, filter, expected + 1);
            if (found.size() == expected) {
                delete(kind, found);
            }
            return found.size();
        });
    }

    /** In the order of the ids, in which what comes from peers is locked as well: else one of the two is refused. */
    private List<UUID> locked(Kind kind, Filter filter, int most) {
        return jdbc.sql("select id from " + kind + " where " + filter.condition()
                + " order by id limit :most for update")
                .params(filter.values()).param("most", most).query(UUID.class).list();
    }

    private void delete(Kind kind, List<UUID> found) {
        if (!found.isEmpty()) {
            int deleted = jdbc.sql("delete from " + kind + " where id in (:ids)").param("ids", found).update();
            if (deleted < found.size()) {
                throw RuleBroken.kept(kind);
            }
        }
    }

    private <T> T refusing(Kind kind, Supplier<T> work) {
        try {
            return transaction.execute(status -> work.get());
        } catch (DataAccessException e) {
            throw ConstraintMessages.explain(kind, e).<RuntimeException>map(refusal -> refusal).orElse(e);
        }
    }
}
