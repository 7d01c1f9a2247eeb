package io.agentdb.sync.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.embedding.EmbeddingStore.Kept;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.search.index.Meaning;
import io.agentdb.sync.search.index.VectorIndex;
import io.agentdb.sync.search.index.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is found by its meaning, by a model whose vectors can be foretold. */
class MeaningSearchTest {

    private final Synonyms model = new Synonyms();
    private final SearchedDatabase here = new SearchedDatabase("a", model);
    private final EmbeddingStore store = new EmbeddingStore(here.database.jdbc);

    @Test
    void otherWordsOfTheSameMeaning_areFound_andTheHitSaysHow() {
        UUID id = here.episode("rotate the signing keys");
        here.episode("paint the fence");
        here.embed();
        SearchPage page = here.find("renew credentials");
        assertThat(page.items()).singleElement().satisfies(hit -> {
            assertThat(hit.id()).isEqualTo(id);
            assertThat(hit.by()).containsExactly("meaning");
            assertThat(hit.similarity()).isBetween(0.5, 1.0);
        });
        assertThat(page.meaning()).isEqualTo("ready");
        assertThat(page.unembedded()).isZero();
    }

    @Test
    void whatIsGoodInBothLists_comesFirst() {
        UUID both = here.episode("renew credentials");
        UUID meant = here.episode("replace secrets");
        UUID worded = here.episode("renew credentials of a b c d e f g h i j k l m n o p");
        here.embed();
        SearchPage page = here.find("renew credentials", Match.ANY, Map.of(), 10, null);
        assertThat(SearchedDatabase.ids(page)).startsWith(both).containsExactlyInAnyOrder(both, meant, worded);
        assertThat(page.items().get(0).by()).containsExactly("words", "meaning");
        assertThat(page.items().get(0).score()).isBetween(0.9, 1.0);
    }

    @Test
    void byWords_asksNoModel() {
        here.episode("replace secrets");
        here.embed();
        assertThat(by(By.WORDS, "renew credentials").items()).isEmpty();
        assertThat(by(By.MEANING, "renew credentials").items()).hasSize(1);
    }

    @Test
    void changedText_isFoundByItsNewMeaning_andADeletedRecordByNone() {
        UUID id = here.episode("rotate keys");
        here.embed();
        here.database.jdbc.update("update episodes set task = 'an outage'");
        here.embed();
        assertThat(here.ids("downtime")).containsExactly(id);
        assertThat(here.ids("credentials")).isEmpty();
        here.database.jdbc.update("delete from episodes");
        assertThat(here.ids("downtime")).isEmpty();
        here.embed();
        assertThat(embeddings()).isZero();
        assertThat(here.vectors.size()).isZero();
    }

    @Test
    void recordWhoseTextStaysTheSame_keepsItsVector() {
        here.episode("rotate keys");
        here.embed();
        String before = row();
        here.database.jdbc.update("update episodes set reward = 0.5");
        here.embed();
        assertThat(row()).isEqualTo(before);
    }

    @Test
    void vectorThatIsThere_isNotMadeAgain() {
        UUID id = here.episode("rotate keys");
        float[] own = new float[EmbeddingModel.MINILM_DIMENSIONS];
        own[0] = 1;
        store.put(Kind.EPISODES, List.of(new Kept(id, new Embedding(EmbeddingModel.MINILM,
                EmbeddedText.digest("rotate keys"), own))));
        here.embed();
        assertThat(store.find(Kind.EPISODES, List.of(id)).get(id).get(0).vector()).isEqualTo(own);
    }

    @Test
    void pages_giveEachRecordOnce_alsoWhereManyAreEquallyNear() {
        for (int i = 0; i < 30; i++) {
            here.episode("rotate the keys");
        }
        here.embed();
        List<UUID> given = new ArrayList<>();
        String cursor = null;
        do {
            SearchPage page = here.search.find(new SearchQuery("renew credentials", Match.ALL, By.MEANING, 0.1,
                    Set.of(), Map.of(), 7, cursor));
            given.addAll(SearchedDatabase.ids(page));
            cursor = page.next();
        } while (cursor != null && given.size() < 60);
        assertThat(given).hasSize(30).doesNotHaveDuplicates();
    }

    @Test
    void filtersHold_howeverManyAreNearer() {
        here.database.jdbc.update("insert into episodes (session_id, task)"
                + " select 'many', 'rotate keys' from generate_series(1, 600) as n");
        UUID one = here.database.jdbc.queryForObject("insert into episodes (session_id, task)"
                + " values ('one', 'replace secrets of the old cluster') returning id", UUID.class);
        here.embed();
        assertThat(SearchedDatabase.ids(here.find("renew credentials", Match.ALL, Map.of("sessionId", List.of("one")),
                20, null))).containsExactly(one);
    }

    @Test
    void pages_haveEachHitOnce_andInOneOrder() {
        for (int i = 0; i < 30; i++) {
            here.episode((i % 2 == 0 ? "renew credentials " : "replace secrets ") + "x ".repeat(i));
        }
        here.embed();
        List<UUID> whole = SearchedDatabase.ids(here.find("renew credentials", Match.ANY, Map.of(), 100, null));
        List<UUID> paged = new ArrayList<>();
        String cursor = null;
        do {
            SearchPage page = here.find("renew credentials", Match.ANY, Map.of(), 7, cursor);
            paged.addAll(SearchedDatabase.ids(page));
            cursor = page.next();
        } while (cursor != null);
        assertThat(whole).hasSizeGreaterThan(15);
        assertThat(paged).isEqualTo(whole);
    }

    @Test
    void siblingProcess_seesWhatAnotherHasMade_andItsDeletions() {
        Meaning meaning = new Meaning(true, () -> Optional.of(model));
        VectorIndex sibling = Vectors.of(here.database, meaning);
        here.episode("rotate keys");
        here.embed();
        sibling.refresh();
        assertThat(sibling.size()).isEqualTo(1);
        here.database.jdbc.update("delete from episodes");
        here.embed();
        await().untilAsserted(() -> {
            sibling.refresh();
            assertThat(sibling.size()).isZero();
        });
    }

    @Test
    void withoutAModel_wordsAreFound_andAnswersSaySo() {
        SearchedDatabase without = new SearchedDatabase("b", new Meaning(true, Optional::empty));
        Vectors.follow(without.vectors);
        UUID id = without.episode("rotate keys");
        assertThat(without.find("keys").meaning()).isEqualTo("no-model");
        assertThat(without.ids("keys")).containsExactly(id);
        assertThatThrownBy(() -> without.search.find(new SearchQuery("keys", Match.ALL, By.MEANING, 0, Set.of(),
                Map.of(), 5, null))).isInstanceOf(InvalidInput.class).hasMessageContaining("no-model");
        assertThat(new SearchedDatabase("c").find("keys").meaning()).isEqualTo("off");
    }

    @Test
    void modelThatBreaks_leavesTheNodeOnWords() {
        UUID id = here.episode("rotate keys");
        here.embed();
        model.broken = true;
        assertThat(here.ids("keys")).containsExactly(id);
        assertThat(here.find("keys").meaning()).isEqualTo("failed");
    }

    @Test
    void modelThatCannotBeLoaded_leavesTheNodeOnWords() {
        Meaning meaning = new Meaning(true, () -> {
            throw new UnsatisfiedLinkError("libmodel.so: no such file");
        });
        SearchedDatabase without = new SearchedDatabase("d", meaning);
        Vectors.follow(without.vectors);
        assertThat(without.find("keys").meaning()).isEqualTo("failed");
    }

    @Test
    void withoutAModel_vectorsOfDeletedRecordsAndOldTextsGo_andOthersStay() {
        SearchedDatabase without = new SearchedDatabase("e");
        EmbeddingStore there = new EmbeddingStore(without.database.jdbc);
        UUID kept = without.episode("rotate keys");
        UUID changed = without.episode("rotate keys");
        UUID gone = without.episode("rotate keys");
        String unknown = EmbeddingModel.unknown(EmbeddedText.digest("somebody's"));
        for (UUID id : List.of(kept, changed, gone)) {
            there.put(Kind.EPISODES, List.of(new Kept(id, new Embedding(unknown, EmbeddedText.digest("rotate keys"),
                    new float[] {1, 2}))));
        }
        without.database.jdbc.update("update episodes set task = 'other' where id = ?", changed);
        without.database.jdbc.update("delete from episodes where id = ?", gone);
        await().untilAsserted(() -> {
            without.tidy();
            assertThat(there.find(Kind.EPISODES, List.of(kept, changed, gone))).containsOnlyKeys(kept);
        });
    }

    private SearchPage by(By by, String words) {
        return here.search.find(new SearchQuery(words, Match.ALL, by, SearchQuery.NEAR, Set.of(), Map.of(), 20, null));
    }

    private long embeddings() {
        return here.database.jdbc.queryForObject("select count(*) from embeddings", Long.class);
    }

    private String row() {
        return here.database.jdbc.queryForObject("select xmin || ' ' || written from embeddings", String.class);
    }
}
