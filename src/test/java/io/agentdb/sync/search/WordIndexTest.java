package io.agentdb.sync.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.AsynchronousCommit;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Words are noted down behind whoever writes, whatever happens meanwhile. */
class WordIndexTest {

    private final SearchedDatabase here = new SearchedDatabase("a");

    @Test
    void lateCommit_isNotSkipped() throws Exception {
        try (Connection late = here.database.begin(); Statement statement = late.createStatement()) {
            statement.execute("insert into episodes (session_id, task) values ('s', 'late word')");
            here.episode("early word");
            here.index.follow();
            assertThat(here.ids("word")).hasSize(1);
            late.commit();
        }
        assertThat(here.ids("word")).hasSize(2);
        here.note();
        assertThat(here.ids("word")).hasSize(2);
    }

    @Test
    void nodeThatNobodySearches_paysNothing_andTheFirstSearchSaysWhatIsToCome() {
        here.database.jdbc.update("insert into episodes (session_id, task)"
                + " select 's' || n, 'word ' || n from generate_series(1, 600) as n");
        here.index.follow();
        assertThat(here.database.jdbc.queryForObject("select count(*) from search_words", Long.class)).isZero();
        assertThat(here.find("word").behind()).isEqualTo(100);
        here.note();
        assertThat(here.find("word").behind()).isZero();
        assertThat(here.waiting()).isZero();
    }

    @Test
    void restoredDatabase_isToldAgainThatWordsAreWanted() {
        here.ids("word");
        here.database.jdbc.update("update search_places set wanted = false");
        here.index.follow();
        UUID id = here.episode("word");
        assertThat(here.ids("word")).containsExactly(id);
        assertThat(here.database.jdbc.queryForObject("select bool_and(wanted) from search_places", Boolean.class))
                .isTrue();
    }

    @Test
    void newIncarnation_isNotedDownAnew() {
        UUID id = here.episode("word");
        here.note();
        here.database.self.renew(here.database.actor(), null, "a test");
        assertThat(here.ids("word")).containsExactly(id);
        here.note();
        assertThat(here.ids("word")).containsExactly(id);
        assertThat(here.database.jdbc.queryForObject("select feed from search_places where kind = 'episodes'",
                String.class)).isEqualTo(here.database.actor().name());
    }

    @Test
    void whatComesFromPeers_isNotedDown_deletionsToo() {
        SearchedDatabase other = new SearchedDatabase("b");
        UUID kept = other.episode("kept word");
        other.episode("lost word");
        here.database.pull(Kind.EPISODES, other.database);
        here.note();
        assertThat(here.ids("word")).hasSize(2);
        other.database.jdbc.update("delete from episodes where task like 'lost%'");
        here.database.pull(Kind.EPISODES, other.database);
        here.note();
        assertThat(here.ids("word")).containsExactly(kept);
    }

    @Test
    void severalProcesses_noteDownEachRecord() {
        here.database.jdbc.update("insert into episodes (session_id, task)"
                + " select 's' || n, 'word ' || n from generate_series(1, 1000) as n");
        here.database.jdbc.update("insert into skills (name) select 'word ' || n from generate_series(1, 100) as n");
        here.index.want();
        WordIndex sibling = new WordIndex(here.database.jdbc,
                new AsynchronousCommit(here.database.jdbc, here.database.transaction));
        CompletableFuture<Void> beside = OwnThread.run(() -> await().until(() -> {
            sibling.follow();
            return here.waiting() == 0;
        }));
        here.note();
        beside.join();
        assertThat(here.waiting()).isZero();
    }

    /** Words that take more room noted down than in the record: each once, joined, of four bytes a letter. */
    @Test
    void largestRecords_areNotedDown_andDoNotStopWhatComesBehind() {
        String letters = IntStream.range(0, 30_000).mapToObj(i -> Character.toString(0x20000 + i)
                + (i % 3 == 2 ? " " : "")).collect(Collectors.joining());
        String joined = IntStream.range(0, 30_000).mapToObj(i -> Character.toString(0x20000 + i)
                + (i % 50 == 49 ? " " : i % 2 == 1 ? "-" : "")).collect(Collectors.joining());
        String paths = IntStream.range(0, 10_000).mapToObj(i -> i + ".com/" + i + "/x")
                .collect(Collectors.joining(" "));
        for (String text : List.of(letters, joined, paths, "x".repeat(1_000_000))) {
            here.database.jdbc.update("insert into episodes (session_id, task, input, output, critique)"
                    + " values ('s', ?, ?, ?, ?)", text, text, text, text);
        }
        UUID behind = here.episode("word behind");
        assertThat(here.ids("word behind")).containsExactly(behind);
        here.note();
        assertThat(here.ids("word behind")).containsExactly(behind);
    }
}
