package io.agentdb.sync.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

class NodeIdentityTest {

    private static final NodeId A = new NodeId("a");

    private final Database node = new Database("a");

    @Test
    void restart_keepsTheActor() {
        assertThat(new NodeIdentity(node.jdbc, node.transaction, Optional.of(A)).actor()).isEqualTo(node.actor());
        assertThat(new NodeIdentity(node.jdbc, node.transaction, Optional.empty()).actor()).isEqualTo(node.actor());
    }

    @Test
    void databaseOfAnotherCluster_getsANewIncarnation_andRestampsItsFeed() {
        node.episode("written in the old cluster");
        node.jdbc.update("update node set system_identifier = 'another'");
        node.jdbc.queryForList("select agentdb_note()");
        // As after a restore into a young cluster: the rows' transaction ids lie in the future.
        node.jdbc.execute("alter table episodes disable trigger all");
        node.jdbc.update("update episodes set feed_xid = 1000000000000, hlc = 1");
        node.jdbc.execute("alter table episodes enable trigger all");
        assertThat(node.everything(Kind.EPISODES)).isEmpty();

        NodeIdentity restored = new NodeIdentity(node.jdbc, node.transaction, Optional.of(A));
        assertThat(restored.actor()).isNotEqualTo(node.actor());
        assertThat(restored.actor().nodeId()).hasToString("a");
        assertThat(node.everything(Kind.EPISODES)).hasSize(1)
                .allMatch(revision -> revision.version().dot().actor().equals(node.actor()));
    }

    /** Where they lay, the feed would never show them: the deletion would be told to nobody. */
    @Test
    void tombstonesOfAnotherCluster_comeIntoTheFeedToo() {
        node.jdbc.update("delete from episodes where id = ?", node.episode("deleted in the old cluster"));
        node.jdbc.update("update tombstones set feed_xid = 1000000000000");
        wakeUpInAnotherCluster();
        assertThat(node.everything(Kind.EPISODES)).singleElement().matches(Revision::deleted);
    }

    /** In the new cluster's future, every reader would stand below it, and claim all that it holds at each sync. */
    @Test
    void placeOfTheTombstonesThatAnotherClusterDropped_isOneOfThisFeed() {
        node.jdbc.update("insert into forgotten (kind, feed_xid) values ('episodes', 1000000000000)");
        wakeUpInAnotherCluster();
        assertThat(node.knowledge.forgotten(Kind.EPISODES)).isPositive().isLessThan(node.feed.fence());
    }

    private void wakeUpInAnotherCluster() {
        node.jdbc.update("update node set system_identifier = 'another'");
        node.jdbc.queryForList("select agentdb_note()");
        assertThat(new NodeIdentity(node.jdbc, node.transaction, Optional.of(A)).actor()).isNotEqualTo(node.actor());
    }

    /** Between going back and noticing it, the old incarnation wrote dots that peers may know with other content. */
    @Test
    void whatWasWrittenSinceTheLastMeetingWithTheWitness_getsNewDots_whenGoingBackIsNoticed() {
        Actor old = node.actor();
        node.jdbc.update("insert into skills (name, uses) values ('counted', 10), ('rarely', 1)");
        UUID met = node.episode("before the meeting");
        Actor witness = new Actor("w.aaaaaaaa");
        new PostgresMeetings(node.jdbc).hear(old, witness, 1);
        node.episode("after it");
        node.jdbc.update("update episodes set reward = 1 where id = ?", met);
        node.jdbc.update("delete from episodes where id = ?", node.episode("deleted after it"));
        node.jdbc.update("insert into skills (name, uses) values ('new', 3)");
        long bound = node.jdbc.queryForObject("select own_counter from meetings", Long.class);

        node.self.renew(old, witness, "it has met this node since");
        assertThat(node.everything(Kind.EPISODES)).hasSize(3).allSatisfy(revision -> {
            assertThat(revision.version().dot().actor()).isEqualTo(node.actor());
            assertThat(revision.version().context().counters().get(old)).as("what peers have seen of it before")
                    .isEqualTo(bound);
        });
        assertThat(node.everything(Kind.SKILLS)).hasSize(3)
                .filteredOn(revision -> revision.version().dot().actor().equals(old)).hasSize(2);
        assertThat(node.jdbc.queryForObject("select tallies -> ? ->> 'uses' from skills where name = 'new'",
                String.class, old.name()))
                .as("counted once, whoever's dot it has").isEqualTo("3");
    }

    @Test
    void witnessOfWhomNothingIsRemembered_leavesEverythingInDoubt() {
        Actor old = node.actor();
        node.episode("whenever");
        new PostgresMeetings(node.jdbc).hear(old, new Actor("another.aaaaaaaa"), 1);
        node.self.renew(old, new Actor("w.aaaaaaaa"), "it has met this node");
        assertThat(node.everything(Kind.EPISODES)).singleElement()
                .matches(revision -> revision.version().dot().actor().equals(node.actor())
                && !revision.version().context().counters().containsKey(old));
    }

    @Test
    void firstWriteOnARestoredDatabase_isANewActors_andTheNodeRestampsTheFeedUnderIt() {
        Actor old = node.actor();
        node.episode("before");
        // As a dump does that is restored into the same database, emptied: the same fingerprint, written by another
        // transaction.
        node.jdbc.execute(
                "create temporary table dump as select * from node; delete from node; insert into node select * from"
                + " dump");
        node.transaction.executeWithoutResult(status -> {
            Object savepoint = status.createSavepoint();
            node.episode("first");
            status.releaseSavepoint(savepoint);
        });
        node.episode("second");
        assertThat(node.jdbc.queryForList("select distinct actor from episodes", String.class)).hasSize(2)
                .contains(old.name());
        assertThat(node.actor()).isEqualTo(old);
        node.self.refresh();
        assertThat(node.jdbc.queryForObject("select actor from episodes where task = 'second'", String.class))
                .isEqualTo(node.actor().name());
        assertThat(node.jdbc.queryForObject("select count(distinct actor) from episodes", Integer.class)).isEqualTo(2);
        assertThat(node.jdbc.queryForObject("select feed_xid > xid from episodes where task = 'before'", Boolean.class))
                .isTrue();
        Actor now = node.actor();
        node.self.refresh();
        assertThat(new NodeIdentity(node.jdbc, node.transaction, Optional.of(A)).actor()).isEqualTo(now);
    }

    @Test
    void firstWrites_ofTwoAtOnce_areTheSameNewActors() {
        node.jdbc.execute(
                "create temporary table dump as select * from node; delete from node; insert into node select * from"
                + " dump");
        CompletableFuture<Void> other = node.transaction.execute(status -> {
            node.episode("first");
            CompletableFuture<Void> second = OwnThread.run(() -> node.episode("second"));
            await().until(() -> node.waiting() > 0);
            return second;
        });
        other.join();
        assertThat(node.jdbc.queryForList("select distinct actor from episodes", String.class)).hasSize(1)
                .doesNotContain(node.actor().name());
    }

    /** Nothing was lost, so nobody has to take a new actor: that is every restart of PostgreSQL. */
    @Test
    void serverThatWasStartedAgain_keepsTheActor() {
        Actor old = node.actor();
        node.jdbc.update("update node set server_started = server_started - interval '1 hour'");
        node.jdbc.execute(
                "do $$ declare x xid; begin update node set one = one; select xmin into x from node; update node set"
                + " noted_xid = x; end $$");
        node.episode("written before anybody looked");
        node.self.refresh();
        assertThat(node.actor()).isEqualTo(old);
        assertThat(node.jdbc.queryForObject(
                "select server_started = pg_postmaster_start_time() and not agentdb_moved() from node", Boolean.class))
                .isTrue();
        assertThat(node.everything(Kind.EPISODES)).singleElement()
                .matches(revision -> revision.version().dot().actor().equals(old));
    }

    /** It writes the row as it always did. */
    @Test
    void releaseBefore_thatTakesANewActor_costsOneMoreAtMost() {
        node.jdbc.update("update node set actor = 'a.bbbbbbbb', incarnated_at = now()");
        node.episode("by whoever");
        node.self.refresh();
        Actor now = node.actor();
        node.episode("again");
        assertThat(node.jdbc.queryForList("select distinct actor from episodes", String.class))
                .containsExactly(now.name());
    }

    @Test
    void renewal_happensOncePerIncarnation() {
        Actor old = node.actor();
        node.self.renew(old, null, "first witness");
        Actor renewed = node.actor();
        node.self.renew(old, null, "second witness of the same");
        assertThat(node.actor()).isEqualTo(renewed).isNotEqualTo(old);
    }

    /** It waits for the table, which the renewal has locked, and the renewal for its row. */
    @Test
    void renewal_thatEndsInADeadlockWithAWriter_isTriedAgain() {
        Actor old = node.actor();
        node.episode("as it was");
        node.transaction.execute(status -> {
            node.jdbc.execute("set local deadlock_timeout = '1min'");
            node.jdbc.queryForList("select 1 from episodes for update");
            CompletableFuture<Void> renewal = OwnThread.run(
                    () -> node.self.renew(old, null, "a peer has read our future"));
            await().until(() -> node.waiting() > 0);
            node.jdbc.update("update episodes set task = 'as it became'");
            return renewal;
        }).join();
        assertThat(node.actor()).isNotEqualTo(old);
        assertThat(node.jdbc.queryForObject("select task from episodes", String.class)).isEqualTo("as it became");
    }

    /**
     * Its snapshot shows the incarnation that was given up: what it writes under those dots, peers would take for
     * known.
     */
    @Test
    void writerWithAnOldSnapshot_doesNotWriteUnderAnIncarnationThatWasGivenUp() {
        Actor old = node.actor();
        TransactionTemplate snapshot = new TransactionTemplate(node.transaction.getTransactionManager());
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        assertThatThrownBy(() -> snapshot.executeWithoutResult(status -> {
            node.jdbc.queryForList("select 1 from episodes");
            OwnThread.run(() -> node.self.renew(old, null, "a peer has read our future")).join();
            node.episode("late");
        })).isInstanceOf(ConcurrencyFailureException.class);
        node.episode("after it");
        assertThat(node.everything(Kind.EPISODES)).hasSize(1)
                .allMatch(revision -> revision.version().dot().actor().equals(node.actor()));
    }

    @Test
    void otherName_isAnotherIncarnation() {
        assertThat(new NodeIdentity(node.jdbc, node.transaction, Optional.of(new NodeId("b"))).actor().nodeId())
                .hasToString("b");
    }
}
