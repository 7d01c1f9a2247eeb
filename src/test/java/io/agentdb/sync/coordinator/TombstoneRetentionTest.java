package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.node.Nodes;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.replica.knowledge.Tombstones;
import io.agentdb.sync.review.quarantine.QuarantineRetry;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tombstones go when nobody needs them, and what they told is not forgotten with them. */
class TombstoneRetentionTest {

    private static final Instant LATER = Instant.now().plus(Duration.ofDays(1));

    private final TestNode a = TestNode.start("a");
    private final TestNode b = TestNode.start("b");

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void tombstoneStays_untilEveryPeerHasPassedIt_andTheRetentionIsOver() {
        UUID episode = a.episode("short-lived");
        assertThat(a.sync(b).success()).isTrue();
        a.jdbc().update("delete from episodes where id = ?", episode);
        assertThat(drop(a)).as("b has not heard of it").isZero();
        assertThat(a.sync(b).success()).isTrue();
        assertThat(a.bean(Tombstones.class).drop(Kind.EPISODES, a.bean(LocalNode.class).actor(),
                Instant.now().minus(Duration.ofDays(30))))
                .as("it is young").isZero();
        assertThat(drop(a)).isEqualTo(1);
        assertThat(a.bean(NodeCounts.class).tombstones()).isZero();
    }

    @Test
    void nodeThatWasAwayWhileItsRecordsWereDeletedAndForgotten_bringsNothingBack() {
        UUID kept = a.episode("kept");
        UUID episode = a.episode("deleted while b is away");
        assertThat(a.sync(b).success()).isTrue();
        a.jdbc().update("delete from episodes where id = ?", episode);
        assertThat(a.bean(Nodes.class).retire(new NodeId("b"))).isTrue();
        assertThat(drop(a)).isEqualTo(1);

        assertThat(b.sync(a).success()).isTrue();
        assertThat(b.jdbc().queryForList("select id from episodes", UUID.class)).containsExactly(kept);
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    @Test
    void nodeThatIsOnlyCalled_claimsWhatItHoldsToo() {
        UUID episode = a.episode("deleted while b is away");
        assertThat(a.sync(b).success()).isTrue();
        a.jdbc().update("delete from episodes where id = ?", episode);
        assertThat(a.bean(Nodes.class).retire(new NodeId("b"))).isTrue();
        assertThat(drop(a)).isEqualTo(1);

        assertThat(a.sync(b).success()).isTrue();
        assertThat(b.jdbc().queryForList("select id from episodes", UUID.class)).isEmpty();
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    @Test
    void tombstoneThatIsOneSideOfAnOpenConflict_stays() {
        UUID episode = a.episode("deleted on a, updated on b");
        assertThat(a.sync(b).success()).isTrue();
        a.jdbc().update("delete from episodes where id = ?", episode);
        b.jdbc().update("update episodes set task = 'updated' where id = ?", episode);
        assertThat(a.sync(a.peer(b), new RunOptions(null, null, ConflictStrategy.MANUAL, null)).success()).isTrue();
        assertThat(drop(a)).isZero();
        b.jdbc().update("update episodes set task = 'updated again' where id = ?", episode);
        assertThat(a.sync(a.peer(b), new RunOptions(null, null, ConflictStrategy.MANUAL, null)).success()).isTrue();
        assertThat(a.jdbc().queryForList("select id from episodes", UUID.class)).isEmpty();
        assertThat(a.jdbc().queryForObject("select count(*) from conflicts where outcome = 'open'", Integer.class))
                .isEqualTo(1);
    }

    @Test
    void tombstoneOfARecordOfWhichAVersionIsSetAside_stays_andWhatItKnowsDoesNotComeBack() {
        UUID episode = a.episode("refused");
        b.jdbc().execute("alter table episodes add constraint nothing check (task <> 'refused')");
        assertThat(a.sync(b).itemsQuarantined()).isEqualTo(1);
        a.jdbc().update("delete from episodes where id = ?", episode);
        assertThat(a.sync(b).success()).isTrue();
        assertThat(b.bean(Nodes.class).retire(new NodeId("a"))).isTrue();
        assertThat(drop(b)).as("before anybody has looked at what waits").isZero();
        b.jdbc().execute("alter table episodes drop constraint nothing");
        b.bean(QuarantineRetry.class).replayAll();
        assertThat(b.jdbc().queryForList("select id from episodes", UUID.class)).isEmpty();
        assertThat(drop(b)).isEqualTo(1);
    }

    @Test
    void deletionThatNobodyDecided_isNotMadeBySomebodyWhoForgotIt() {
        UUID episode = b.episode("deleted on a, updated on b");
        assertThat(a.sync(b).success()).isTrue();
        a.jdbc().update("delete from episodes where id = ?", episode);
        b.jdbc().update("update episodes set task = 'updated' where id = ?", episode);
        // b parks the deletion; a, which is called, keeps it, and has nothing to park.
        assertThat(b.sync(b.peer(a), new RunOptions(null, null, ConflictStrategy.MANUAL, null)).success()).isTrue();
        assertThat(a.bean(Nodes.class).retire(new NodeId("b"))).isTrue();
        assertThat(drop(a)).isEqualTo(1);
        try (TestNode c = TestNode.start("c")) {
            assertThat(c.sync(b).success()).isTrue();
            assertThat(c.sync(a).success()).isTrue();
            assertThat(c.jdbc().queryForList("select task from episodes", String.class)).containsExactly("updated");
            assertThat(c.sync(b).success()).isTrue();
            assertThat(b.jdbc().queryForObject("select outcome from conflicts", String.class)).isEqualTo("open");
        }
    }

    @Test
    void readerThatStoppedInTheMiddleOfTheDeletions_claimsWhatItHolds() {
        for (int i = 0; i < 20; i++) {
            a.episode("deleted with the others");
        }
        assertThat(b.sync(a).success()).isTrue();
        a.jdbc().update("delete from episodes");
        // As if b had broken off there: it has passed half of one transaction's tombstones.
        a.jdbc().query("select feed_xid, id from tombstones order by id offset 10 limit 1", row -> {
            b.jdbc().update("update cursors set xid = ?, id = ? where direction = 'pull' and kind = 'episodes'",
                    row.getLong(1), row.getObject(2, UUID.class));
        });
        assertThat(a.bean(Nodes.class).retire(new NodeId("b"))).isTrue();
        assertThat(drop(a)).isEqualTo(20);
        assertThat(b.sync(a).success()).isTrue();
        assertThat(b.digests()).isEqualTo(a.digests());
    }

    @Test
    void nodeThatHoldsTombstonesBack_isNamed_alsoAfterARestore() {
        UUID episode = a.episode("short-lived");
        assertThat(a.sync(b).success()).isTrue();
        a.jdbc().update("delete from episodes where id = ?", episode);
        Nodes nodes = a.bean(Nodes.class);
        assertThat(nodes.all(a.bean(LocalNode.class).actor())).singleElement()
                .matches(seen -> seen.nodeId().equals("b") && seen.holdsBack() == 1);
        a.jdbc().update("update cursors set xid = 5000000000");
        assertThat(nodes.all(new Actor("a.zzzzzzzz"))).as("it has read far, but of another feed")
                .singleElement().matches(seen -> seen.holdsBack() == 1);
    }

    private static int drop(TestNode node) {
        return node.bean(Tombstones.class).drop(Kind.EPISODES, node.bean(LocalNode.class).actor(), LATER);
    }
}
