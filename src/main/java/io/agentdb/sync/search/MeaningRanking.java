package io.agentdb.sync.search;

import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.listing.Filter;
import io.agentdb.sync.search.index.Nearness;
import io.agentdb.sync.search.index.VectorIndex;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The records whose meaning is nearest to a question's. In a transaction of the caller's, whose snapshot it shows. */
final class MeaningRanking {

    /** Records that are ranked, the nearest: each vector is read as it was made. */
    static final int RANKED = 200;
    /** Records that are looked at for as many that pass the filters. */
    private static final int LOOKED_AT = 20_000;

    private final JdbcClient jdbc;
    private final VectorIndex vectors;

    MeaningRanking(JdbcClient jdbc, VectorIndex vectors) {
        this.jdbc = jdbc;
        this.vectors = vectors;
    }

    /** @param least cosine, below which nothing counts as near */
    List<Ranked> of(Map<Kind, Filter> kinds, float[] question, double least, long until) {
        List<Ranked> all = new ArrayList<>();
        kinds.forEach((kind, filter) -> {
            List<Ranked> found = new ArrayList<>();
            int[] looked = new int[1];
            Nearness near = vectors.compare(kind, question);
            few(kind, filter, until).map(near::among).orElse(near).nearest(RANKED, ids -> {
                found.addAll(passing(kind, filter, ids, question, until));
                looked[0] += ids.size();
                return found.size() < RANKED && looked[0] < LOOKED_AT && !filter.condition().equals(SearchSql.TRUE);
            });
            all.addAll(found);
        });
        return all.stream().filter(one -> one.place().score() >= least)
                .sorted(Ranked.ORDER).limit(RANKED).toList();
    }

    /**
     * All records that pass the filter, unless they are many. Of few, most of the nearest would be looked at in vain;
     * of many, the first hundreds have enough that pass.
     */
    private Optional<Set<UUID>> few(Kind kind, Filter filter, long until) {
        if (filter.condition().equals(SearchSql.TRUE)) {
            return Optional.empty();
        }
        List<UUID> passing = jdbc.sql("select id from " + kind + " as r where feed_xid < :horizon and "
                + filter.condition() + " limit " + (LOOKED_AT + 1)).params(filter.values()).param("horizon", until)
                .query(UUID.class).list();
        return passing.size() > LOOKED_AT ? Optional.empty() : Optional.of(Set.copyOf(passing));
    }

    private List<Ranked> passing(Kind kind, Filter filter, List<UUID> ids, float[] question, long until) {
        // Where the text has just changed, the vector is the former one's for about half a second.
        Map<String, Object> values = new HashMap<>(filter.values());
        values.put("candidates", ids.toArray(UUID[]::new));
        values.put("horizon", until);
        return jdbc.sql("""
                select id, digest, vector, feed_xid, actor, counter from %1$s as r join (
                    select id, digest, vector from embeddings where kind = '%1$s' and model = '%2$s'
                        and id = any(:candidates)) as e using (id)
                where feed_xid < :horizon and %3$s
                """.formatted(kind, EmbeddingModel.MINILM, filter.condition())).params(values).query((row, i) -> {
                    UUID id = row.getObject(1, UUID.class);
                    double cosine = Embedding.cosine(question, Embedding.of(EmbeddingModel.MINILM, row.getBytes(2),
                            row.getBytes(3)).vector());
                    return new Ranked(kind, new SearchPlace(until, cosine, row.getLong(4), id),
                            new Write(new Actor(row.getString(5)), row.getLong(6)), List.of(By.MEANING), cosine);
                }).list();
    }

    /** Of those of these records whose meaning is known. */
    Map<UUID, Double> similarities(Kind kind, Collection<UUID> ids, float[] question) {
        Map<UUID, Double> found = new HashMap<>();
        if (!ids.isEmpty()) {
            jdbc.sql("select id, digest, vector from embeddings where kind = :kind and model = :model"
                    + " and id = any(:ids)").param("kind", kind.name()).param("model", EmbeddingModel.MINILM)
                    .param("ids", ids.toArray(UUID[]::new)).query(row -> {
                        found.put(row.getObject(1, UUID.class), Embedding.cosine(question, Embedding.of(
                                EmbeddingModel.MINILM,
                                row.getBytes(2), row.getBytes(3)).vector()));
                    });
        }
        return found;
    }
}
