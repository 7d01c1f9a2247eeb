package io.agentdb.sync.embedding;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.store.Columns;
import io.agentdb.sync.postgres.Planned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Table {@code embeddings}. Thread-safe; blocks on the database, in a transaction of the caller's where there is one.
 * Who puts one there says of which text it is, and who reads it compares.
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

    /** Models whose vectors a record keeps beside MiniLM's: their names are anybody's to make up. */
    private static final int OTHER_MODELS = 2;
    private static final long SURE_NANOS = Duration.ofSeconds(10).toNanos();

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    /** When it was last seen empty; null once anything was in it. */
    private volatile @Nullable Long empty = System.nanoTime() - SURE_NANOS;

    public EmbeddingStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(
                Objects.requireNonNull(jdbc.getDataSource(), "each has one")));
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
            empty = Boolean.TRUE.equals(jdbc.queryForObject("select exists (select from embeddings)", Boolean.class,
                    Planned.ONCE)) ? null : System.nanoTime();
        }
        return empty != null;
    }

    /** Each takes the place of what its record had of the same model. A record has one of a model at most. */
    public void put(Kind kind, Collection<Kept> embeddings) {
        write(PUT, kind, embeddings);
    }

    /**
     * Keeps those that are of the text that their record has now, unless it has one of that model and text. Each record
     * stays as it is meanwhile: an embedding that came after its deletion would stay for ever, and one of a former text
     * in the place of the present one's.
     */
    public void add(Kind kind, Collection<Kept> embeddings) {
        if (!embeddings.isEmpty()) {
            transaction.executeWithoutResult(status -> {
                UUID[] ids = embeddings.stream().map(Kept::id).distinct().toArray(UUID[]::new);
                write(PUT, kind, wanted(embeddings, texts(kind, ids), models(kind, ids)));
            });
        }
    }

    /** Digests of the texts that the records have now, which are locked. */
    private Map<UUID, byte[]> texts(Kind kind, UUID[] ids) {
        Map<UUID, byte[]> texts = new HashMap<>();
        jdbc.query(Columns.select(kind) + " where id = any (?) order by id for key share",
                Columns.rows(Shape.of(kind)), (Object) ids).forEach(record -> {
                    String text = EmbeddedText.of(record);
                    if (text != null) {
                        texts.put(record.id(), EmbeddedText.digest(text));
                    }
                });
        return texts;
    }

    /** Of which texts the records have embeddings, by model. */
    private Map<UUID, Map<String, byte[]>> models(Kind kind, UUID[] ids) {
        Map<UUID, Map<String, byte[]>> models = new HashMap<>();
        jdbc.query("select id, model, digest from embeddings where kind = ? and id = any (?)", row -> {
            models.computeIfAbsent(row.getObject(1, UUID.class), id -> new HashMap<>())
                    .put(row.getString(2), row.getBytes(3));
        }, kind.name(), ids);
        return models;
    }

    private static Collection<Kept> wanted(Collection<Kept> embeddings, Map<UUID, byte[]> texts,
            Map<UUID, Map<String, byte[]>> models) {
        List<Kept> wanted = new ArrayList<>();
        for (Kept one : embeddings) {
            String model = one.embedding().model();
            byte[] text = texts.get(one.id());
            Map<String, byte[]> here = models.computeIfAbsent(one.id(), id -> new HashMap<>());
            boolean room = here.containsKey(model) || model.equals(EmbeddingModel.MINILM)
                    || here.keySet().stream().filter(name -> !name.equals(EmbeddingModel.MINILM))
                            .count() < OTHER_MODELS;
            if (text != null && Arrays.equals(text, one.embedding().digest()) && room
                    && !Arrays.equals(text, here.get(model))) {
                here.put(model, text);
                wanted.add(one);
            }
        }
        return wanted;
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
