package io.agentdb.sync.embedding;

import io.agentdb.sync.memory.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Table {@code embeddings}. Thread-safe; blocks on the database, in a transaction of the caller's where there is one.
 * It looks at no record: who puts one there says of which text it is, and who reads it compares.
 */
@Component
public class EmbeddingStore {

    /** @param id of the record that it belongs to */
    public record Kept(UUID id, Embedding embedding) { }

    private static final String PUT = """
            insert into embeddings as e (kind, id, model, digest, dimensions, vector)
            select ?, id, model, digest, octet_length(vector) / 4, vector
            from unnest(?::uuid[], ?::text[], ?::bytea[], ?::bytea[]) as new (id, model, digest, vector)
            order by id, model
            on conflict (kind, id, model) do update set digest = excluded.digest, dimensions = excluded.dimensions,
                vector = excluded.vector, written = excluded.written
            where (e.digest, e.vector) is distinct from (excluded.digest, excluded.vector)
            """;

    /**
     * What came along with records: only of those that are here, and in no place of what is of the same text. Each
     * record stays meanwhile: an embedding that came after its deletion would stay for ever.
     */
    private static final String ADD = """
            insert into embeddings as e (kind, id, model, digest, dimensions, vector)
            select ?, r.id, model, digest, octet_length(vector) / 4, vector
            from unnest(?::uuid[], ?::text[], ?::bytea[], ?::bytea[]) as new (record, model, digest, vector)
            join %s r on r.id = new.record order by r.id, model for key share of r
            on conflict (kind, id, model) do update set digest = excluded.digest, dimensions = excluded.dimensions,
                vector = excluded.vector, written = excluded.written
            where e.digest <> excluded.digest
            """;
    private static final long SURE_NANOS = Duration.ofSeconds(10).toNanos();

    private final JdbcTemplate jdbc;
    /** When it was last seen empty; null once anything was in it. */
    private volatile @Nullable Long empty = System.nanoTime() - SURE_NANOS;

    public EmbeddingStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Those of all models, also of texts that the records do not have any more. Records without any are left out. */
    public Map<UUID, List<Embedding>> find(Kind kind, Collection<UUID> ids) {
        Map<UUID, List<Embedding>> found = new HashMap<>();
        if (!ids.isEmpty()) {
            jdbc.query("select id, model, digest, vector from embeddings where kind = ? and id = any (?)"
                    + " order by id, model", row -> {
                        found.computeIfAbsent(row.getObject(1, UUID.class), id -> new ArrayList<>())
                                .add(Embedding.of(row.getString(2), row.getBytes(3), row.getBytes(4)));
                    }, kind.name(), ids.toArray(UUID[]::new));
        }
        return found;
    }

    /**
     * Whether there is nothing at all, without asking each time: of what another process has put there first, it may
     * know some seconds later.
     */
    public boolean isEmpty() {
        Long since = empty;
        if (since != null && System.nanoTime() - since >= SURE_NANOS) {
            empty = Boolean.TRUE.equals(jdbc.queryForObject("select exists (select from embeddings)", Boolean.class))
                    ? null : System.nanoTime();
        }
        return empty != null;
    }

    /** Each takes the place of what its record had of the same model. A record has one of a model at most. */
    public void put(Kind kind, Collection<Kept> embeddings) {
        write(PUT, kind, embeddings);
    }

    /**
     * Those of records that are here, and that have none of that model and text.
     */
    public void add(Kind kind, Collection<Kept> embeddings) {
        write(ADD.formatted(kind), kind, embeddings);
    }

    private void write(String statement, Kind kind, Collection<Kept> embeddings) {
        if (!embeddings.isEmpty()) {
            jdbc.update(statement, kind.name(), embeddings.stream().map(Kept::id).toArray(UUID[]::new),
                    embeddings.stream().map(one -> one.embedding().model()).toArray(String[]::new),
                    embeddings.stream().map(one -> one.embedding().digest()).toArray(byte[][]::new),
                    embeddings.stream().map(one -> one.embedding().bytes()).toArray(byte[][]::new));
            empty = null;
        }
    }

    /** All that these records have, of whatever model. */
    public void remove(Kind kind, Collection<UUID> ids) {
        if (!ids.isEmpty()) {
            jdbc.update("delete from embeddings where kind = ? and id = any (?)", kind.name(),
                    ids.toArray(UUID[]::new));
        }
    }
}
