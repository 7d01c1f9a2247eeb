package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a filter keeps back, and what becomes of records that leave it. */
class SelectiveSyncTest {

    private static final Selection OPEN = new Selection(null, "open", null, null, null, null);

    private static TestNode a;
    private static TestNode b;

    @BeforeAll
    static void start() {
        a = TestNode.start("a");
        b = TestNode.start("b");
    }

    @AfterAll
    static void stop() {
        a.close();
        b.close();
    }

    @ParameterizedTest
    @EnumSource(value = ConflictStrategy.class, names = "MANUAL", mode = EnumSource.Mode.EXCLUDE)
    void privateSideOfAConflict_staysWhereItIs_whoeverPushes_andTheNextFullSyncResolvesIt(ConflictStrategy strategy) {
        for (List<TestNode> pair : List.of(List.of(a, b), List.of(b, a))) {
            TestNode runs = pair.get(0);
            TestNode secretive = pair.get(1);
            UUID one = shared("both");
            UUID other = shared("reverse");
            String secret = "secret of " + strategy;
            change(runs, one, "open", "published");
            change(secretive, one, "closed", secret);
            change(secretive, other, "open", "published");
            change(runs, other, "closed", secret);
            assertThat(selective(runs, secretive, strategy).success()).isTrue();
            assertThat(selective(runs, secretive, strategy).success()).as("and goes on not to send it").isTrue();
            assertThat(everythingOf(runs, one)).doesNotContain(secret);
            assertThat(everythingOf(secretive, other)).doesNotContain(secret);
            assertThat(task(secretive, one)).isEqualTo(secret);
            assertThat(runs.sync(secretive).success()).isTrue();
            assertThat(a.digests()).isEqualTo(b.digests());
        }
    }

    @Test
    void openConflictOfASelectiveRun_isClosedByNoLaterRunWithAnotherStrategy() {
        UUID id = shared("both");
        change(a, id, "open", "of a");
        change(b, id, "open", "of b");
        assertThat(selective(a, b, ConflictStrategy.MANUAL).success()).isTrue();
        assertThat(a.sync(b).success()).as("its cursor has not passed the record").isTrue();
        assertThat(a.jdbc().queryForList("select outcome from conflicts where record_id = ?", String.class, id))
                .containsExactly("open");
        assertThat(task(a, id)).isEqualTo("of a");
    }

    @Test
    void privateRecord_thatThePeerHasDeleted_doesNotAnswerTheDeletion() {
        UUID id = shared("to be deleted");
        a.jdbc().update("delete from episodes where id = ?", id);
        change(b, id, "closed", "secret, in spite of the deletion");
        assertThat(selective(a, b, ConflictStrategy.LATEST_WINS).success()).isTrue();
        assertThat(everythingOf(a, id)).isEmpty();
        assertThat(a.sync(b).conflictsDetected()).isEqualTo(1);
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    @Test
    void recordThatLeavesTheFilter_staysOnThePeerAsItWas_andAnEditOfItThereIsAConflict_ofWhichNothingIsLost() {
        UUID id = shared("left");
        change(a, id, "closed", "gone on here");
        assertThat(selective(a, b, ConflictStrategy.LATEST_WINS).itemsPushed()).isZero();
        assertThat(task(b, id)).isEqualTo("left");
        change(b, id, "open", "edited there");
        SyncReport report = selective(a, b, ConflictStrategy.LATEST_WINS);
        assertThat(report.conflictsDetected()).isEqualTo(1);
        assertThat(task(a, id)).isEqualTo("edited there");
        assertThat(a.jdbc().queryForObject("select local -> 'content' ->> 'task' from conflicts where record_id = ?",
                String.class, id))
                .as("can be restored").isEqualTo("gone on here");
        assertThat(everythingOf(b, id)).doesNotContain("gone on here");
    }

    private static UUID shared(String task) {
        UUID id = a.jdbc().queryForObject("insert into episodes (session_id, task) values ('open', ?) returning id",
                UUID.class, task);
        assertThat(a.sync(b).success()).isTrue();
        return id;
    }

    private static void change(TestNode node, UUID id, String session, String task) {
        node.jdbc().update("update episodes set session_id = ?, task = ? where id = ?", session, task, id);
    }

    private static SyncReport selective(TestNode from, TestNode to, ConflictStrategy strategy) {
        return from.sync(from.peer(to), new RunOptions(List.of(Kind.EPISODES), OPEN, strategy, null));
    }

    private static String task(TestNode node, UUID id) {
        return node.jdbc().queryForObject("select task from episodes where id = ?", String.class, id);
    }

    /** The record and the conflict log of it, as text. */
    private static String everythingOf(TestNode node, UUID id) {
        return String.join("\n", node.jdbc().queryForList("select to_jsonb(e)::text from episodes e where id = ?"
                + " union all select to_jsonb(c)::text from conflicts c where record_id = ?", String.class, id, id));
    }
}
