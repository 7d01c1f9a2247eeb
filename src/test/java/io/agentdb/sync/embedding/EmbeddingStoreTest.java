package io.agentdb.sync.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.embedding.EmbeddingStore.Kept;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class EmbeddingStoreTest {

    private static final String OTHER = EmbeddingModel.unknown(EmbeddedText.digest("another model"));

    private final JdbcTemplate jdbc = new JdbcTemplate(TestPostgres.createMigrated());
    private final EmbeddingStore store = new EmbeddingStore(jdbc);
    private final UUID a = UUID.randomUUID();
    private final UUID b = UUID.randomUUID();

    @Test
    void eachModelsIsKept_andTheNewOneTakesThePlace() {
        Embedding first = embedding(EmbeddingModel.MINILM, "first", 1, 2);
        Embedding second = embedding(EmbeddingModel.MINILM, "second", 3, 4);
        Embedding other = embedding(OTHER, "first", 1, 2, 3);
        store.put(Kind.EPISODES, List.of(new Kept(a, first), new Kept(a, other), new Kept(b, first)));
        store.put(Kind.EPISODES, List.of(new Kept(a, second)));
        assertThat(store.find(Kind.EPISODES, List.of(a, b, UUID.randomUUID())))
                .isEqualTo(Map.of(a, List.of(second, other), b, List.of(first)));
        assertThat(store.find(Kind.SKILLS, List.of(a))).isEmpty();
        store.remove(Kind.EPISODES, List.of(a));
        assertThat(store.find(Kind.EPISODES, List.of(a, b))).containsOnlyKeys(b);
    }

    @Test
    void whatIsThereAlready_isNotWrittenAgain() {
        List<Kept> kept = List.of(new Kept(a, embedding(EmbeddingModel.MINILM, "text", 1)));
        store.put(Kind.SKILLS, kept);
        String before = row();
        store.put(Kind.SKILLS, kept);
        assertThat(row()).isEqualTo(before);
    }

    private String row() {
        return jdbc.queryForObject("select xmin || ' ' || written from embeddings", String.class);
    }

    private static Embedding embedding(String model, String text, float... vector) {
        return new Embedding(model, EmbeddedText.digest(text), vector);
    }
}
