package io.agentdb.sync.embedding;

import io.agentdb.sync.memory.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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

    private final JdbcTemplate jdbc;

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

    /** Each takes the place of what its record had of the same model. A record has one of a model at most. */
    public void put(Kind kind, Collection<Kept> embeddings) {
        if (!embeddings.isEmpty()) {
            jdbc.update(PUT, kind.name(), embeddings.stream().map(Kept::id).toArray(UUID[]::new),
                    embeddings.stream().map(one -> one.embedding().model()).toArray(String[]::new),
                    embeddings.stream().map(one -> one.embedding().digest()).toArray(byte[][]::new),
                    embeddings.stream().map(one -> one.embedding().bytes()).toArray(byte[][]::new));
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
