package io.agentdb.sync.search.index;

import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.embedding.EmbeddingStore.Kept;
import io.agentdb.sync.embedding.TextModel;
import io.agentdb.sync.memory.Json;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.AsynchronousCommit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Keeps {@code embeddings} as the records are: makes those that are missing, where there is a model, and removes those
 * of deleted records and of texts that have changed. Of several processes on one database one does it at a time.
 */
@Component
class EmbeddingMaker {

    /** Records that are read at once: each may have megabytes. */
    private static final int BATCH = 16;
    /** Of which nothing is made, so that few have to be read. */
    private static final int BATCH_WITHOUT = 500;

    /** @param digest of the text of which there is an embedding; null if there is none */
    private record Passing(long xid, UUID id, boolean gone, @Nullable String text, byte @Nullable [] digest,
            String feed) { }

    private final JdbcTemplate jdbc;
    private final AsynchronousCommit commit;
    private final EmbeddingStore store;
    private final Meaning meaning;
    private final String me = UUID.randomUUID().toString();
    private final Follower making;
    private final Follower tidying;

    EmbeddingMaker(JdbcTemplate jdbc, AsynchronousCommit commit, EmbeddingStore store, Meaning meaning) {
        this.jdbc = jdbc;
        this.commit = commit;
        this.store = store;
        this.meaning = meaning;
        this.making = follower(places(EmbeddingModel.MINILM), BATCH);
        this.tidying = follower(places(""), BATCH_WITHOUT);
    }

    private Follower follower(Follower.Places places, int batch) {
        return new Follower(jdbc, places, EmbeddedText.KINDS, kind -> take(places, kind, batch),
                "What new records mean is found out later, and searches do not find them by it");
    }

    /** Those without a model have places of their own: who has one would else never look at what they have passed. */
    private static Follower.Places places(String model) {
        return new Follower.Places("embedding_places", "model = '" + model + "'");
    }

    /** What waits, or as much of it as there is time for. */
    void follow() {
        if (meaning.model().isPresent()) {
            making.follow();
        } else if (Boolean.TRUE.equals(jdbc.queryForObject("select exists (select from embeddings)", Boolean.class))) {
            tidying.follow();
        }
    }

    private boolean take(Follower.Places places, Kind kind, int batch) {
        // Not by a lock: a transaction that waits for a model holds back the feed.
        boolean mine = jdbc.update("update embedding_places set holder = ?, held_until = now() + interval '1 minute'"
                + " where kind = ? and " + places.which() + " and (holder = ? or held_until < now())", me, kind.name(),
                me) > 0;
        if (!mine) {
            return false;
        }
        Optional<TextModel> model = meaning.model();
        List<Passing> passing = jdbc.query(read(places, kind, batch, model.isPresent()),
                (row, i) -> passing(kind, row));
        if (passing.isEmpty()) {
            return false;
        }
        List<Kept> made = new ArrayList<>();
        for (Passing one : passing) {
            String text = one.text();
            byte[] digest = text == null ? null : EmbeddedText.digest(text);
            if (text != null && digest != null && model.isPresent() && !Arrays.equals(digest, one.digest())) {
                try {
                    made.add(new Kept(one.id(), new Embedding(model.get().name(), digest, model.get().embed(text))));
                } catch (RuntimeException e) {
                    meaning.failed(e);
                    return false;
                }
            }
        }
        // Lost in a crash, it is made again: the place is lost with it.
        return commit.of(() -> passed(places, kind, passing, made)) && passing.size() == batch;
    }

    private boolean passed(Follower.Places places, Kind kind, List<Passing> passing, List<Kept> made) {
        Passing last = passing.get(passing.size() - 1);
        // Another process has taken it over, and may know better by now.
        if (jdbc.update("update embedding_places set feed = ?, xid = ?, id = ?,"
                + " held_until = now() + interval '1 minute' where kind = ? and " + places.which() + " and holder = ?",
                last.feed(), last.xid(), last.id(),
                kind.name(), me) == 0) {
            return false;
        }
        store.remove(kind, passing.stream().filter(Passing::gone).map(Passing::id).toList());
        List<Passing> present = passing.stream().filter(one -> one.text() != null).toList();
        // Only while the record is the one that was read: else its embedding may have come along with its new text.
        jdbc.update("""
                delete from embeddings e using unnest(?::uuid[], ?::bytea[], ?::bigint[]) as n (id, digest, xid)
                where e.kind = ? and e.id = n.id and e.digest <> n.digest
                    and exists (select from %s r where r.id = n.id and r.feed_xid = n.xid)
                """.formatted(kind), present.stream().map(Passing::id).toArray(UUID[]::new),
                present.stream().map(one -> EmbeddedText.digest(String.valueOf(one.text()))).toArray(byte[][]::new),
                present.stream().map(Passing::xid).toArray(Long[]::new), kind.name());
        store.put(kind, made);
        return true;
    }

    private static String read(Follower.Places places, Kind kind, int batch, boolean all) {
        return """
                with %s
                select n.feed_xid, n.id, n.gone, p.feed, e.digest, %s
                from next n cross join place p
                left join embeddings e on e.kind = '%3$s' and e.id = n.id and e.model = '%4$s'
                left join %3$s r on r.id = n.id and not n.gone and %5$s
                order by n.feed_xid, n.id
                """.formatted(Follower.next(places, kind, batch, ""),
                kind == Kind.EPISODES ? "r.task, r.critique, r.output" : "r.name, r.description, r.signature",
                kind, EmbeddingModel.MINILM, all ? "true"
                        : "exists (select from embeddings x where x.kind = '" + kind + "' and x.id = n.id)");
    }

    private static Passing passing(Kind kind, ResultSet row) throws SQLException {
        String first = row.getString(6);
        String third = row.getString(8);
        String text = first == null ? null : kind == Kind.EPISODES
                ? EmbeddedText.episode(first, row.getString(7), third)
                : EmbeddedText.skill(first, row.getString(7), third == null ? null : new Json(third));
        return new Passing(row.getLong(1), row.getObject(2, UUID.class), row.getBoolean(3), text, row.getBytes(5),
                row.getString(4));
    }
}
