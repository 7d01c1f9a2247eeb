package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Single rows of a file of AgentDB's that is open elsewhere, as the records that {@link Importer} makes of them: with
 * the same ids, so that a file which was imported before does not come a second time. Any thread, each with a
 * connection of its own.
 */
@Component
public class AttachedRows {

    /** @param id of the record that the row is */
    public record FileRow(String table, long row, UUID id, Content content) { }

    /** @param refused by row number, why it is no record, or none that the database takes */
    public record RowsRead(List<FileRow> rows, Map<Long, String> refused) { }

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    public AttachedRows(JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** A table's columns; empty if there is none of that name. */
    public static Set<String> columns(Connection file, String table) throws SQLException {
        return SqliteFile.over(file).columns(table);
    }

    /** @throws SQLException if the file is damaged, or busy for too long */
    public static RowsRead read(Connection file, String table, Collection<Long> rows) throws SQLException {
        GatheredRows reading = new GatheredRows();
        try {
            if (!rows.isEmpty()) {
                new SqliteRows(SqliteFile.over(file), reading).read(table,
                        rows.stream().map(String::valueOf).collect(Collectors.joining(",")));
            }
        } catch (InvalidInput e) {
            if (e.getCause() instanceof SQLException failure) {
                // Whether it is damaged or was only busy, the caller tells apart.
                throw failure;
            }
            throw e;
        }
        return new RowsRead(reading.rows, reading.refused);
    }

    /**
     * Stores those that are new here. A record that is here, or that was deleted here, stays as it is.
     *
     * @return by row number, what the database refuses
     */
    public Map<Long, String> keep(Kind kind, List<FileRow> rows) {
        Map<Long, String> refused = new LinkedHashMap<>();
        BulkWriter writer = new BulkWriter(jdbc, transaction, false, new ImportCounts() {
            @Override
            void failed(RowOrigin source, @Nullable Kind of, InvalidInput error) {
                refused.put(source.row(), error.getMessage());
            }
        }, RowVectors.NONE);
        rows.forEach(row -> writer.add(kind, new Row(new RowOrigin(row.table(), row.row()), row.id(), row.content(),
                null)));
        writer.flush();
        return refused;
    }

    private static final class GatheredRows implements RowSink {
        private final List<FileRow> rows = new ArrayList<>();
        private final Map<Long, String> refused = new LinkedHashMap<>();

        @Override
        public void add(Kind kind, Row row) {
            String table = row.source().table();
            rows.add(new FileRow(table == null ? kind.name() : table, row.source().row(), row.id(), row.content()));
        }

        @Override
        public void failed(RowOrigin source, Kind kind, InvalidInput error) {
            refused.put(source.row(), error.getMessage());
        }

        @Override
        public void merged(Kind kind) {
            throw new IllegalStateException("rows are read one by one here");
        }
    }
}
