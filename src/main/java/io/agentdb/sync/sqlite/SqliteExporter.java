package io.agentdb.sync.sqlite;

import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.home.Scratch;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Shape;
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
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
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

    private final JdbcTemplate jdbc;
    private final TransactionTemplate snapshot;
    private final EmbeddingStore embeddings;
    private final Scratch scratch;

    public SqliteExporter(DataSource database, PlatformTransactionManager transactions, EmbeddingStore embeddings,
            Scratch scratch) {
        this.jdbc = new JdbcTemplate(database);
        this.jdbc.setFetchSize(FETCH);
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
        Path made = null;
        try (ExportFile file = ExportFile.create(scratch)) {
            made = file.path();
            return Objects.requireNonNull(snapshot.execute(status -> write(file, kinds)), "an export");
        } catch (RuntimeException e) {
            if (made != null) {
                Files.deleteIfExists(made);
            }
            throw e;
        }
    }

    private SqliteExport write(ExportFile file, Collection<Kind> kinds) {
        List<Kind> embedded = EmbeddedText.KINDS.stream().filter(kinds::contains).toList();
        ExportVectors vectors = ExportVectors.begin(file, embeddings, jdbc, embedded);
        ExportRows rows = new ExportRows(file);
        for (Kind kind : embedded) {
            if (kind == Kind.EPISODES) {
                embedded(Shape.EPISODES, rows::add, vectors);
            } else {
                embedded(Shape.SKILLS, rows::add, vectors);
            }
        }
        if (kinds.contains(Kind.EDGES)) {
            var edges = Columns.rows(Shape.EDGES);
            jdbc.query(inOrder(Kind.EDGES), row -> {
                rows.add(Objects.requireNonNull(edges.mapRow(row, 0), "a record"));
            });
        }
        String by = vectors.finish();
        file.finish();
        return rows.export(by);
    }

    private <T extends MemoryRecord> void embedded(Shape<T> shape, ToLongFunction<T> add, ExportVectors vectors) {
        var records = Columns.rows(shape);
        Map<Long, T> batch = new LinkedHashMap<>();
        jdbc.query(inOrder(shape.kind()), row -> {
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
    private static String inOrder(Kind kind) {
        return Columns.select(kind) + " order by created_at, id";
    }
}
