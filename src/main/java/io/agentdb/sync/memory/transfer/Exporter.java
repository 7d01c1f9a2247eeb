package io.agentdb.sync.memory.transfer;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.store.Columns;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Everything as lines of JSON that {@link Importer#ndjson} reads back to the same content. Any thread; blocks for the
 * stream.
 */
@Component
public class Exporter {

    /** Rows that are in memory at a time. */
    private static final int FETCH = 100;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate snapshot;

    public Exporter(DataSource database, PlatformTransactionManager transactions) {
        this.jdbc = new JdbcTemplate(database);
        // Without it the driver would fetch whole tables.
        this.jdbc.setFetchSize(FETCH);
        this.snapshot = new TransactionTemplate(transactions);
        // All kinds as of one moment; a read-only transaction has no xid, so a slow reader does not hold back the feed.
        this.snapshot.setReadOnly(true);
        this.snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    }

    /** @param out flushed, but not closed here */
    public void ndjson(Collection<Kind> kinds, OutputStream out) throws IOException {
        try {
            snapshot.executeWithoutResult(status -> {
                for (Kind kind : Kind.ALL) {
                    if (kinds.contains(kind)) {
                        lines(Shape.of(kind), out);
                    }
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        out.flush();
    }

    private <T extends MemoryRecord> void lines(Shape<T> shape, OutputStream out) {
        var rows = Columns.rows(shape);
        jdbc.query(Columns.select(shape.kind()) + " order by id", row -> {
            try {
                out.write(JsonText.MAPPER.writeValueAsBytes(new Line(shape.kind().name(), rows.mapRow(row, 0))));
                out.write('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private record Line(String kind, @JsonUnwrapped MemoryRecord record) {
    }
}
