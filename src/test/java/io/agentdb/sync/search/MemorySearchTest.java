package io.agentdb.sync.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found, and in which order. */
class MemorySearchTest {

    private final SearchedDatabase here = new SearchedDatabase("a");

    @Test
    void whatWasJustWritten_isFound() {
        UUID id = here.episode("Rotate the signing keys");
        assertThat(here.ids("keys rotate")).containsExactly(id);
        here.note();
        assertThat(here.ids("keys rotate")).containsExactly(id);
    }

    @Test
    void changedRecord_isFoundByItsNewWordsAlone() {
        UUID id = here.episode("Rotate the signing keys");
        here.note();
        here.database.jdbc.update("update episodes set task = 'Split the orders table'");
        for (int i = 0; i < 2; i++) {
            assertThat(here.ids("keys")).isEmpty();
            assertThat(here.ids("orders")).containsExactly(id);
            here.note();
        }
    }

    @Test
    void deletedRecord_isNotFound() {
        here.episode("Rotate the signing keys");
        here.note();
        here.database.jdbc.update("delete from episodes");
        assertThat(here.ids("keys")).isEmpty();
        here.note();
        assertThat(here.ids("keys")).isEmpty();
    }

    @Test
    void wordsOfEveryField_areFound() {
        UUID episode = here.database.jdbc.queryForObject("""
                insert into episodes (session_id, task, input, output, critique, tags)
                values ('s', 'atask', 'aninput', 'anoutput', 'acritique', '{atag, other}') returning id""", UUID.class);
        UUID skill = here.database.jdbc.queryForObject("""
                insert into skills (name, description, code, signature, tags)
                values ('aname', 'adescription', 'acode', '{"p": "aparameter"}', '{askilltag}') returning id""",
                UUID.class);
        for (int i = 0; i < 2; i++) {
            assertThat(List.of("atask", "aninput", "anoutput", "acritique", "atag", "atask ATAG anoutput"))
                    .allSatisfy(word -> assertThat(here.ids(word)).as(word).containsExactly(episode));
            assertThat(List.of("aname", "adescription", "acode", "aparameter", "askilltag"))
                    .allSatisfy(word -> assertThat(here.ids(word)).as(word).containsExactly(skill));
            here.note();
        }
    }

    @Test
    void phrasesAlternativesAndWordsToLeaveOut_areUnderstood() {
        UUID first = here.episode("retry after a timeout");
        UUID second = here.episode("timeout after a retry");
        UUID third = here.episode("backoff");
        for (int i = 0; i < 2; i++) {
            assertThat(here.ids("\"retry after\"")).containsExactly(first);
            assertThat(here.ids("retry timeout")).containsExactlyInAnyOrder(first, second);
            assertThat(here.ids("retry or backoff")).containsExactlyInAnyOrder(first, second, third);
            assertThat(here.ids("timeout -\"after a retry\"")).containsExactly(first);
            assertThat(here.ids("-timeout")).containsExactly(third);
            here.note();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"", "'", "& | ! <-> ( ) :*", "\\", "a\\'b", "-", "or or or", "\"open", "%_", "$1 ? :x",
        "…", "\u0000x", "\ud800x", "'; drop table episodes; --", "a:b*", "<b>x</b>", "🙂", "((((", "key\nvalue\t"})
    void oddWords_areNoError(String words) {
        here.episode("a record");
        here.note();
        for (Match match : Match.values()) {
            assertThat(here.find(words, match, Map.of(), 20, null).items()).hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void noWordsAtAll_areRefusedByName() {
        for (String nothing : List.of("", "  ", "\n", "\u0000", "\ud800")) {
            assertThatThrownBy(() -> here.find(nothing)).isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("q is empty");
        }
        assertThatThrownBy(() -> here.find("x".repeat(1_001)))
                .hasMessageContaining("1001 characters, and may have 1000");
        assertThat(here.find("x ".repeat(500)).items()).isEmpty();
    }

    @Test
    void sentence_findsWhatHasOneOfItsWords_rareOnesFirst() {
        UUID rare = here.episode("the oauth callback");
        for (int i = 0; i < 30; i++) {
            here.episode("the build is red on the branch " + i);
        }
        here.note();
        String sentence = "Why is the OAuth login on the branch so slow?";
        assertThat(here.ids(sentence)).isEmpty();
        SearchPage page = here.find(sentence, Match.ANY, Map.of(), 5, null);
        assertThat(SearchedDatabase.ids(page)).hasSize(5).startsWith(rare);
        assertThat(page.items()).allSatisfy(hit -> assertThat(hit.score()).isBetween(0.0, 1.0));
    }

    @Test
    void titles_weighMoreThanWhatCameOut() {
        UUID inOutput = here.database.jdbc.queryForObject("insert into episodes (session_id, task, output)"
                + " values ('s', 'other words here', 'certificate') returning id", UUID.class);
        UUID inTask = here.episode("certificate");
        UUID alsoInOutput = here.database.jdbc.queryForObject("insert into episodes (session_id, task, output)"
                + " values ('s', 'other words here', 'certificate') returning id", UUID.class);
        here.note();
        assertThat(here.ids("certificate")).containsExactly(inTask, alsoInOutput, inOutput);
    }

    @Test
    void pages_showEveryHitOnce_whateverIsWrittenMeanwhile() {
        List<UUID> all = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            all.add(here.episode("needle " + "hay ".repeat(i % 5)));
            if (i == 11) {
                here.note();
            }
        }
        for (Match match : Match.values()) {
            List<UUID> seen = new ArrayList<>();
            String cursor = null;
            do {
                SearchPage page = here.find("needle", match, Map.of("sessionId", List.of("s")), 5, cursor);
                seen.addAll(SearchedDatabase.ids(page));
                cursor = page.next();
                here.episode("needle needle needle");
                here.episode("needle " + "hay ".repeat(9));
                here.note();
            } while (cursor != null);
            assertThat(seen).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(23).containsAll(all);
        }
    }

    @Test
    void cursorOfAnotherSearch_isRefused() {
        here.episode("needle one");
        here.episode("needle two");
        String cursor = here.find("needle", Match.ALL, Map.of(), 1, null).next();
        assertThat(here.find("needle", Match.ALL, Map.of(), 1, cursor).items()).hasSize(1);
        assertThatThrownBy(() -> here.find("two", Match.ALL, Map.of(), 1, cursor)).isInstanceOf(InvalidInput.class)
                .hasMessageContaining("cursor is not one of this service's for search");
        assertThatThrownBy(() -> here.find("needle", Match.ANY, Map.of(), 1, cursor)).isInstanceOf(InvalidInput.class);
        assertThatThrownBy(() -> here.find("needle", Match.ALL, Map.of(), 1, "x")).isInstanceOf(InvalidInput.class);
    }

    @Test
    void filters_chooseAmongThoseThatHaveThem() {
        UUID skill = here.skill("needle", "a skill");
        UUID episode = here.database.jdbc.queryForObject("insert into episodes (session_id, task, reward, tags)"
                + " values ('t', 'needle', 0.9, '{x}') returning id", UUID.class);
        here.episode("needle");
        for (int i = 0; i < 2; i++) {
            assertThat(found("sessionId", "t")).containsExactly(episode);
            assertThat(found("min_reward", "0.5")).containsExactly(episode);
            assertThat(found("tags", "x")).containsExactly(episode);
            assertThat(found("since", "2001-01-01T00:00:00Z")).hasSize(2);
            assertThat(found("until", "2001-01-01T00:00:00Z")).isEmpty();
            assertThat(found("task", "needle")).hasSize(2);
            assertThat(found("success", "true")).isEmpty();
            assertThat(found("minSuccessRate", "0.5")).isEmpty();
            assertThat(found("name", "needle")).containsExactly(skill);
            assertThat(found("node", "a")).hasSize(3);
            assertThat(found("node", "b")).isEmpty();
            assertThat(here.skills("needle")).containsExactly(skill);
            here.note();
        }
        assertThatThrownBy(() -> found("colour", "red")).hasMessageContaining("colour is not a filter of episodes");
        assertThatThrownBy(() -> found("node", "A b")).hasMessageContaining("one node's id");
        assertThatThrownBy(() -> here.search.find(new SearchQuery("x", Match.ALL, Set.of(Kind.SKILLS),
                Map.of("sessionId", List.of("t")), 5, null))).hasMessageContaining("not a filter of skills");
        assertThatThrownBy(() -> new SearchQuery("x", Match.ALL, Set.of(Kind.EDGES), Map.of(), 5, null))
                .hasMessageContaining("kind must be of [episodes, skills]");
    }

    @Test
    void hit_saysWhereItCameFrom_andWhereTheWordsStand() {
        SearchedDatabase other = new SearchedDatabase("b");
        String filler = "filler ".repeat(200);
        String task = filler + "\n<script>alert(1)</script> the needle\u0007 here " + filler;
        UUID id = other.episode(task);
        here.episode("needle");
        here.database.pull(Kind.EPISODES, other.database);
        SearchHit hit = here.find("needle", Match.ALL, Map.of("node", List.of("b")), 1, null).items().get(0);
        assertThat(hit.origin()).isEqualTo("b");
        assertThat(hit.kind()).isEqualTo("episodes");
        assertThat(hit.id()).isEqualTo(id);
        assertThat(hit.record().id()).isEqualTo(id);
        assertThat(hit.excerpt()).contains("needle").hasSizeLessThanOrEqualTo(MemorySearch.EXCERPT + 1)
                .doesNotContain("\n", "\u0007");
        here.database.jdbc.update("update episodes set critique = 'ours now' where id = ?", id);
        assertThat(here.find("needle ours").items()).singleElement()
                .satisfies(one -> assertThat(one.origin()).isEqualTo("a"));
    }

    @Test
    void wordThatManyHave_isRankedAmongTheNewest_andSaysSo() {
        UUID old = here.episode("common");
        here.database.jdbc.update("insert into episodes (session_id, task)"
                + " select 'many', 'common word ' || n from generate_series(1, ?) as n", SearchSql.RANKED);
        here.note();
        SearchPage page = here.find("common");
        assertThat(page.truncated()).isTrue();
        assertThat(page.items()).hasSize(20).noneMatch(hit -> hit.id().equals(old));
        assertThat(here.find("common 17").truncated()).isFalse();
        assertThat(here.find("common", Match.ALL, Map.of("sessionId", List.of("s")), 20, null))
                .satisfies(own -> assertThat(SearchedDatabase.ids(own)).containsExactly(old))
                .satisfies(own -> assertThat(own.truncated()).isFalse());
    }

    @Test
    void whatIsNotLookedThroughYet_isCounted() {
        here.database.jdbc.update("insert into episodes (session_id, task)"
                + " select 'many', 'word ' || n from generate_series(1, ?) as n", SearchSql.READ + 7);
        assertThat(here.find("word").behind()).isEqualTo(7);
        here.note();
        assertThat(here.find("word").behind()).isZero();
        assertThat(here.find("word").items()).hasSize(20);
    }

    private List<UUID> found(String filter, String value) {
        return SearchedDatabase.ids(here.find("needle", Match.ALL, Map.of(filter, List.of(value)), 20, null));
    }

    @Test
    void searches_areMadeAFewAtOnce_andOneMoreIsSentAway() {
        UUID id = here.episode("Rotate the signing keys");
        List<CompletableFuture<List<UUID>>> others = new ArrayList<>();
        here.database.transaction.executeWithoutResult(status -> {
            here.database.jdbc.execute("lock table search_words in access exclusive mode");
            for (int i = 0; i < MemorySearch.AT_ONCE; i++) {
                others.add(OwnThread.get(() -> here.ids("keys")));
            }
            await().until(() -> here.database.waiting() == MemorySearch.AT_ONCE);
            assertThatThrownBy(() -> here.ids("keys")).isInstanceOf(SearchesUnderWay.class)
                    .hasMessageContaining("4 searches at once");
        });
        assertThat(others).allSatisfy(other -> assertThat(other.join()).containsExactly(id));
        assertThat(here.ids("keys")).containsExactly(id);
    }

    @Test
    void deletionsThatAreNotNotedYet_areCounted_sinceTheyTakeThePlaceOfOthers() throws Exception {
        here.database.jdbc.update("insert into episodes (session_id, task)"
                + " select 's' || n, 'word ' || n from generate_series(1, 700) as n");
        here.note();
        here.database.jdbc.update("delete from episodes where id in (select id from episodes limit 600)");
        assertThat(here.find("word").items()).hasSize(20);
        assertThat(here.find("word").behind()).isEqualTo(100);
    }
}
