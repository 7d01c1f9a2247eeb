package io.agentdb.sync.companion;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.admission.Caller;
import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.embedding.EmbeddingStore.Kept;
import io.agentdb.sync.embedding.MockEmbedding;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.revision.Revision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a peer may say of what its records mean, and what is told to whom. */
class EmbeddingCompanionsTest {

    private final Database here = new Database("a");
    private final EmbeddingStore store = new EmbeddingStore(here.jdbc);
    private final Companions companions = new EmbeddingCompanions(store);
    private final UUID id = here.episode("text");
    private final List<Revision> records = here.everything(Kind.EPISODES);

    @Test
    void whatIsOfNoRecordOfTheBatch_orAMock_orOfAnotherLength_isRefused() {
        take(new Kept(UUID.randomUUID(), of("text", 384)));
        take(new Kept(id, of("another text", 384)));
        take(new Kept(id, of("text", 383)));
        take(new Kept(id, new Embedding(EmbeddingModel.MOCK, EmbeddedText.digest("text"), MockEmbedding.of("text"))));
        take(new Kept(id, new Embedding(EmbeddingModel.MINILM, EmbeddedText.digest("text"),
                MockEmbedding.of("text"))));
        assertThat(store.find(Kind.EPISODES, List.of(id))).isEmpty();
        take(new Kept(id, of("text", 384)), new Kept(id, of("text", 384)));
        assertThat(store.find(Kind.EPISODES, List.of(id)).get(id)).containsExactly(of("text", 384));
    }

    @Test
    void embeddingOfARecordThatIsGoneMeanwhile_isNotKept() {
        here.jdbc.update("delete from episodes");
        take(new Kept(id, of("text", 384)));
        assertThat(store.find(Kind.EPISODES, List.of(id))).isEmpty();
    }

    @Test
    void embeddingOfATextThatTheRecordHasNoMore_leavesThatOfThePresentOne() {
        here.jdbc.update("update episodes set task = 'newer'");
        store.put(Kind.EPISODES, List.of(new Kept(id, of("newer", 384))));
        take(new Kept(id, of("text", 384)));
        assertThat(store.find(Kind.EPISODES, List.of(id)).get(id)).containsExactly(of("newer", 384));
    }

    @Test
    void modelsOfARecord_areFew_howeverManyAPeerMakesUp_andTheFirstStay() {
        for (int model = 0; model < 50; model++) {
            take(new Kept(id, new Embedding(EmbeddingModel.unknown(EmbeddedText.digest("model " + model)),
                    EmbeddedText.digest("text"), of("text", 384).vector())));
        }
        take(new Kept(id, of("text", 384)));
        assertThat(store.find(Kind.EPISODES, List.of(id)).get(id)).extracting(Embedding::model)
                .containsExactlyInAnyOrder(EmbeddingModel.MINILM,
                        EmbeddingModel.unknown(EmbeddedText.digest("model 0")),
                        EmbeddingModel.unknown(EmbeddedText.digest("model 1")));
    }

    @Test
    void peerThatDoesNotKnowOfThem_isSentNone() {
        store.put(Kind.EPISODES, List.of(new Kept(id, of("text", 384))));
        assertThat(companions.of(peer(Set.of()), Kind.EPISODES, records)).isEmpty();
        assertThat(companions.of(peer(Set.of(Limits.EMBEDDINGS)), Kind.EPISODES, records))
                .containsExactly(new Kept(id, of("text", 384)));
    }

    private void take(Kept... given) {
        companions.take(Kind.EPISODES, List.of(new Batch(Kind.EPISODES, records, Optional.empty(), List.of(given))));
    }

    private Session peer(Set<String> capabilities) {
        return new Session("1", here.actor(), here.actor(), capabilities, "there", Duration.ZERO,
                new Caller("there", Permissions.ALL));
    }

    private static Embedding of(String text, int dimensions) {
        float[] vector = new float[dimensions];
        vector[1] = 1;
        return new Embedding(EmbeddingModel.MINILM, EmbeddedText.digest(text), vector);
    }
}
