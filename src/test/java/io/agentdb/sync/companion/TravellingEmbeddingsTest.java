package io.agentdb.sync.companion;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.embedding.EmbeddingStore.Kept;
import io.agentdb.sync.embedding.MockEmbedding;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Embeddings go from node to node with their records, in both directions. */
@Timeout(60)
class TravellingEmbeddingsTest {

    private static final String UNKNOWN = EmbeddingModel.unknown(EmbeddedText.digest("somebody's model"));

    private final TestNode a = TestNode.start("a");
    private final TestNode b = TestNode.start("b");

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void embeddings_arriveWithTheirRecords_pulledAndPushed() {
        UUID pulled = a.episode("of a");
        UUID pushed = b.episode("of b");
        b.jdbc().update("insert into skills (name, description, signature)"
                + " values ('skill', 'what it does', '{\"outputs\": {}, \"inputs\": {\"a\": 1}}')");
        UUID skill = Identity.skill("skill");
        Embedding ofA = embedding(EmbeddingModel.MINILM, "of a", 384);
        Embedding ofB = embedding(UNKNOWN, "of b", 4_096);
        Embedding ofSkill = embedding(EmbeddingModel.MINILM,
                "skill\nwhat it does\n{\"inputs\":{\"a\":1},\"outputs\":{}}", 384);
        put(a, Kind.EPISODES, pulled, ofA);
        put(b, Kind.EPISODES, pushed, ofB);
        put(b, Kind.SKILLS, skill, ofSkill);
        assertThat(b.sync(a).errors()).isEmpty();
        assertThat(of(b, Kind.EPISODES, pulled)).containsExactly(ofA);
        assertThat(of(a, Kind.EPISODES, pushed)).containsExactly(ofB);
        assertThat(of(a, Kind.SKILLS, skill)).containsExactly(ofSkill);
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    @Test
    void mock_neverTravels_whateverItIsCalled() {
        UUID honest = a.episode("said to be one");
        UUID disguised = a.episode("in disguise");
        UUID unknown = a.episode("of an unknown model");
        put(a, Kind.EPISODES, honest, new Embedding(EmbeddingModel.MOCK, EmbeddedText.digest("said to be one"),
                MockEmbedding.of("said to be one")));
        put(a, Kind.EPISODES, disguised, new Embedding(EmbeddingModel.MINILM, EmbeddedText.digest("in disguise"),
                MockEmbedding.of("in disguise")));
        put(a, Kind.EPISODES, unknown, new Embedding(UNKNOWN, EmbeddedText.digest("of an unknown model"),
                MockEmbedding.of("of an unknown model", 768)));
        assertThat(b.sync(a).errors()).isEmpty();
        assertThat(b.jdbc().queryForObject("select count(*) from episodes", Long.class)).isEqualTo(3);
        assertThat(b.jdbc().queryForObject("select count(*) from embeddings", Long.class)).isZero();
    }

    @Test
    void embeddingOfAnotherText_isLeftOut_andTheRecordIsNot() {
        UUID stale = a.episode("new text");
        put(a, Kind.EPISODES, stale, embedding(EmbeddingModel.MINILM, "old text", 384));
        assertThat(b.sync(a).errors()).isEmpty();
        assertThat(of(b, Kind.EPISODES, stale)).isEmpty();
        assertThat(b.jdbc().queryForObject("select count(*) from episodes", Long.class)).isEqualTo(1);
    }

    @Test
    void ownEmbeddingOfTheSameText_stays_andAChangedRecordGetsTheNewOne() {
        UUID id = a.episode("text");
        assertThat(b.sync(a).errors()).isEmpty();
        Embedding own = embedding(EmbeddingModel.MINILM, "text", 384);
        float[] other = own.vector().clone();
        other[0] = 7;
        put(b, Kind.EPISODES, id, own);
        put(a, Kind.EPISODES, id, new Embedding(EmbeddingModel.MINILM, own.digest(), other));
        a.jdbc().update("update episodes set reward = 1");
        assertThat(b.sync(a).errors()).isEmpty();
        assertThat(of(b, Kind.EPISODES, id)).containsExactly(own);
        a.jdbc().update("update episodes set task = 'changed'");
        Embedding changed = embedding(EmbeddingModel.MINILM, "changed", 384);
        put(a, Kind.EPISODES, id, changed);
        assertThat(b.sync(a).errors()).isEmpty();
        assertThat(of(b, Kind.EPISODES, id)).containsExactly(changed);
    }

    private static Embedding embedding(String model, String text, int dimensions) {
        float[] vector = new float[dimensions];
        vector[1] = 1;
        return new Embedding(model, EmbeddedText.digest(text), vector);
    }

    private static void put(TestNode node, Kind kind, UUID id, Embedding embedding) {
        node.bean(EmbeddingStore.class).put(kind, List.of(new Kept(id, embedding)));
    }

    private static List<Embedding> of(TestNode node, Kind kind, UUID id) {
        Map<UUID, List<Embedding>> found = node.bean(EmbeddingStore.class).find(kind, List.of(id));
        return found.getOrDefault(id, List.of());
    }
}
