package io.agentdb.sync.memory.transfer;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.listing.Filter;
import io.agentdb.sync.memory.store.Columns;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
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

    private final NamedParameterJdbcTemplate jdbc;
    private final TransactionTemplate snapshot;

    public Exporter(DataSource database, PlatformTransactionManager transactions) {
        JdbcTemplate rows = new JdbcTemplate(database);
        // Without it the driver would fetch whole tables.
        rows.setFetchSize(FETCH);
        this.jdbc = new NamedParameterJdbcTemplate(rows);
        this.snapshot = new TransactionTemplate(transactions);
        // All kinds as of one moment; a read-only transaction has no xid, so a slow reader does not hold back the feed.
        this.snapshot.setReadOnly(true);
        this.snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    }

    /** @param out flushed, but not closed here */
    public void ndjson(Collection<Kind> kinds, OutputStream out) throws IOException {
        ndjson(kinds.stream().collect(Collectors.toMap(kind -> kind, kind -> Filter.ALL)), out);
    }

    /**
     * @param chosen of the kinds that are wanted, which records
     * @param out flushed, but not closed here
     */
    public void ndjson(Map<Kind, Filter> chosen, OutputStream out) throws IOException {
        try {
            snapshot.executeWithoutResult(status -> {
                for (Kind kind : Kind.ALL) {
                    Filter filter = chosen.get(kind);
                    if (filter != null) {
                        lines(Shape.of(kind), filter, out);
                    }
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        out.flush();
    }

    private <T extends MemoryRecord> void lines(Shape<T> shape, Filter filter, OutputStream out) {
        var rows = Columns.rows(shape);
        jdbc.query(Columns.select(shape.kind()) + " where " + filter.condition() + " order by id", filter.values(),
                row -> {
                    try {
                        Line line = new Line(shape.kind().name(), rows.mapRow(row, 0));
                        out.write(JsonText.MAPPER.writeValueAsBytes(line));
                        out.write('\n');
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private record Line(String kind, @JsonUnwrapped MemoryRecord record) {
    }
}
