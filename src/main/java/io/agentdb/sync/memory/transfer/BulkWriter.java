package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.RuleBroken;
import io.agentdb.sync.memory.store.ConstraintMessages;
import io.agentdb.sync.memory.transfer.ImportCounts.Result;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Writes rows of one import: batches of one statement and one transaction each. One thread; blocks for the database. A
 * failure of the database itself comes out; what was written before stays, and importing again is safe.
 */
final class BulkWriter implements RowSink {

    private static final int MAX_ROWS = 500;
    // Characters; so that a batch of the largest records fits in memory.
    private static final int MAX_CHARS = 4 << 20;
    private static final int ATTEMPTS = 5;

    private final JdbcClient jdbc;
    private final TransactionOperations transaction;
    private final boolean replace;
    private final ImportCounts tally;
    private final RowVectors.Intake vectors;
    private final List<Row> rows = new ArrayList<>();
    private final Set<UUID> ids = new HashSet<>();
    /** Of the rows that wait. */
    private Kind kind = Kind.EPISODES;
    private long chars;

    /**
     * @param replace whether a row takes the place of a record that is here or was deleted here; otherwise that stays
     *     as it is
     */
    BulkWriter(JdbcClient jdbc, TransactionOperations transaction, boolean replace, ImportCounts tally,
            RowVectors.Intake vectors) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.replace = replace;
        this.tally = tally;
        this.vectors = vectors;
    }

    @Override
    public void add(Kind of, Row row) {
        // A statement cannot write a record twice, and the later row must win.
        if (of != kind || rows.size() == MAX_ROWS || chars > MAX_CHARS || ids.contains(row.id())) {
            flush();
            kind = of;
        }
        rows.add(row);
        ids.add(row.id());
        chars += row.vector() == null ? 0 : row.vector().length;
        for (Object value : row.content().values()) {
            chars += value instanceof String text ? text.length() : 16;
        }
    }

    @Override
    public void failed(RowOrigin source, Kind of, InvalidInput error) {
        tally.failed(source, of, error);
    }

    @Override
    public void merged(Kind of) {
        tally.count(of, Result.MERGED, 1);
    }

    /** Rows that are not written yet. */
    int waiting() {
        return rows.size();
    }

    /** The number of the first of them; the greatest there is if there is none. */
    long oldest() {
        return rows.isEmpty() ? Long.MAX_VALUE : rows.get(0).source().row();
    }

    void flush() {
        if (!rows.isEmpty()) {
            write(rows);
            rows.clear();
            ids.clear();
            chars = 0;
        }
    }

    /** By halves, where the database refuses some: then a bad row costs few statements, and only it fails. */
    private void write(List<Row> batch) {
        try {
            BulkUpsert.UpsertCounts outcome = attempt(batch);
            tally.count(kind, Result.CREATED, outcome.created());
            tally.count(kind, Result.UPDATED, outcome.updated());
            tally.count(kind, Result.DELETED_HERE, outcome.buried());
            tally.count(kind, Result.UNCHANGED,
                    batch.size() - outcome.created() - outcome.updated() - outcome.buried());
            if (outcome.created() + outcome.updated() > 0) {
                tally.brought(kind, batch);
            }
            vectors.take(kind, batch.stream().filter(row -> row.vector() != null)
                    .map(row -> new RowVectors.Vector(row.id(), row.content(), row.vector())).toList());
        } catch (RuleBroken refusal) {
            split(batch, refusal);
        } catch (DataAccessException e) {
            split(batch, ConstraintMessages.explain(kind, e).orElseThrow(() -> e));
        }
    }

    private void split(List<Row> batch, InvalidInput refusal) {
        if (batch.size() == 1) {
            tally.failed(batch.get(0).source(), kind, refusal);
        } else {
            write(batch.subList(0, batch.size() / 2));
            write(batch.subList(batch.size() / 2, batch.size()));
        }
    }

    private BulkUpsert.UpsertCounts attempt(List<Row> batch) {
        for (int attempt = 1; ; attempt++) {
            try {
                return transaction.execute(status -> BulkUpsert.write(jdbc, kind, batch, replace));
            } catch (TransientDataAccessException e) {
                // A deadlock with another writer, say: the transaction is undone, so it can be run again.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
