package io.agentdb.sync.sqlite;

import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.home.Scratch;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.listing.Filter;
import io.agentdb.sync.memory.store.Columns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Everything as a SQLite file that AgentDB opens and searches. Any thread; blocks for the database and the disk, and
 * holds a connection and some hundred records in memory meanwhile.
 */
@Component
public class SqliteExporter {

    /** Rows that are in memory at a time. */
    private static final int FETCH = 100;

    private final NamedParameterJdbcTemplate jdbc;
    private final TransactionTemplate snapshot;
    private final EmbeddingStore embeddings;
    private final Scratch scratch;

    public SqliteExporter(DataSource database, PlatformTransactionManager transactions, EmbeddingStore embeddings,
            Scratch scratch) {
        JdbcTemplate rows = new JdbcTemplate(database);
        rows.setFetchSize(FETCH);
        this.jdbc = new NamedParameterJdbcTemplate(rows);
        this.snapshot = new TransactionTemplate(transactions);
        this.snapshot.setReadOnly(true);
        this.snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        this.embeddings = embeddings;
        this.scratch = scratch;
    }

    /**
     * As of one moment. The caller closes it.
     *
     * @throws NoRoomForExport if the disk has too little
     */
    public SqliteExport export(Collection<Kind> kinds) throws IOException {
        return export(kinds.stream().collect(Collectors.toMap(kind -> kind, kind -> Filter.ALL)));
    }

    /**
     * The same of a part.
     *
     * @param chosen of the kinds that are wanted, which records
     */
    public SqliteExport export(Map<Kind, Filter> chosen) throws IOException {
        Path made = null;
        try (ExportFile file = ExportFile.create(scratch)) {
            made = file.path();
            return Objects.requireNonNull(snapshot.execute(status -> write(file, chosen)), "an export");
        } catch (RuntimeException e) {
            if (made != null) {
                Files.deleteIfExists(made);
            }
            throw e;
        }
    }

    private SqliteExport write(ExportFile file, Map<Kind, Filter> chosen) {
        List<Kind> embedded = EmbeddedText.KINDS.stream().filter(chosen::containsKey).toList();
        ExportVectors vectors = ExportVectors.begin(file, embeddings, jdbc.getJdbcTemplate(), embedded);
        ExportRows rows = new ExportRows(file);
        for (Kind kind : embedded) {
            Filter filter = Objects.requireNonNull(chosen.get(kind), "it is one of them");
            if (kind == Kind.EPISODES) {
                embedded(Shape.EPISODES, filter, rows::add, vectors);
            } else {
                embedded(Shape.SKILLS, filter, rows::add, vectors);
            }
        }
        Filter some = chosen.get(Kind.EDGES);
        if (some != null) {
            var edges = Columns.rows(Shape.EDGES);
            jdbc.query(inOrder(Kind.EDGES, some), some.values(), row -> {
                rows.add(Objects.requireNonNull(edges.mapRow(row, 0), "a record"));
            });
        }
        String by = vectors.finish();
        file.finish();
        return rows.export(by);
    }

    private <T extends MemoryRecord> void embedded(Shape<T> shape, Filter filter, ToLongFunction<T> add,
            ExportVectors vectors) {
        var records = Columns.rows(shape);
        Map<Long, T> batch = new LinkedHashMap<>();
        jdbc.query(inOrder(shape.kind(), filter), filter.values(), row -> {
            T item = Objects.requireNonNull(records.mapRow(row, 0), "a record");
            batch.put(add.applyAsLong(item), item);
            if (batch.size() == FETCH) {
                vectors.add(shape.kind(), batch);
                batch.clear();
            }
        });
        vectors.add(shape.kind(), batch);
    }

    /** The oldest have the lowest numbers, as AgentDB would have given them. */
    private static String inOrder(Kind kind, Filter filter) {
        return Columns.select(kind) + " where " + filter.condition() + " order by created_at, id";
    }
}
