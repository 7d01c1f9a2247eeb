package io.agentdb.sync.replica.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.store.Change;
import io.agentdb.sync.replica.store.PostgresTransactions;
import io.agentdb.sync.replica.store.PostgresVersions;
import io.agentdb.sync.replica.store.VersionStore;
import io.agentdb.sync.revision.ConflictPolicy;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.revision.Decision;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What the applier writes itself, a tombstone or the outcome of a conflict, is never an actor's that was given up
 * before.
 */
class StampRaceTest {

    private final Database a = new Database("a");
    private final VersionStore versions = new PostgresVersions(a.jdbc);
    private final PostgresTransactions transactions = new PostgresTransactions(a.jdbc, a.transaction);
    private final Actor old = a.actor();

    @Test
    void renewal_waitsForWhoHasTakenAStamp_andRenewsWhatHeWrites() {
        CompletableFuture<Void> renewal = transactions.run(() -> {
            Change grave = grave();
            CompletableFuture<Void> renewing = OwnThread.run(this::renew);
            await().until(() -> renewing.isDone() || a.waiting() > 0);
            versions.store(Kind.EPISODES, List.of(grave), Database.source(a));
            return renewing;
        });
        renewal.join();
        assertGraveOfTheNewActor();
    }

    @Test
    void stamp_thatWaitsForARenewal_isTheNewActors() {
        CompletableFuture<Void> applying = a.transaction.execute(status -> {
            renew();
            CompletableFuture<Void> other = OwnThread.run(() -> transactions.run(() -> {
                versions.store(Kind.EPISODES, List.of(grave()), Database.source(a));
                return null;
            }));
            await().until(() -> a.waiting() > 0);
            return other;
        });
        applying.join();
        assertGraveOfTheNewActor();
    }

    /** The applier has the record and wants the table, which the renewal has, which wants the record. */
    @Test
    void applier_thatEndsInADeadlockWithARenewal_isTriedAgain() {
        Database b = new Database("b");
        UUID id = a.episode("as it was");
        b.pull(Kind.EPISODES, a);
        a.jdbc.update("update episodes set output = 'of a'");
        b.jdbc.update("update episodes set critique = 'of b'");
        // The renewal is the one that goes on waiting.
        a.jdbc.execute("alter database " + a.jdbc.queryForObject("select current_database()", String.class)
                + " set deadlock_timeout = '1min'");
        CompletableFuture<?>[] renewal = new CompletableFuture<?>[1];
        b.policy = ConflictStrategy.MERGE;
        Applied applied = transactions.run(() -> {
            a.jdbc.execute("set local deadlock_timeout = '50ms'");
            return a.applier.once(Kind.EPISODES, b.everything(Kind.EPISODES), Database.source(b), policy(renewal));
        });
        renewal[0].join();
        assertThat(applied.conflicts()).hasSize(1);
        assertThat(a.actor()).isNotEqualTo(old);
        assertThat(a.everything(Kind.EPISODES)).singleElement().matches(revision -> revision.id().equals(id)
                && revision.version().dot().actor().equals(a.actor()));
    }

    private ConflictPolicy policy(CompletableFuture<?>[] renewal) {
        return new ConflictPolicy() {
            @Override
            public String label() {
                return ConflictStrategy.MERGE.label();
            }

            @Override
            public Decision decide(Revision local, Revision remote) {
                if (renewal[0] == null) {
                    renewal[0] = OwnThread.run(StampRaceTest.this::renew);
                    await().until(() -> a.waiting() > 0);
                }
                return ConflictStrategy.MERGE.decide(local, remote);
            }
        };
    }

    private void renew() {
        a.self.renew(old, null, "a peer has read our future");
    }

    /** Of a record that is not here, so that no row's lock orders the two. */
    private Change grave() {
        Version version = versions.stamps(Kind.EPISODES, 1).next(VersionVector.EMPTY, 0, false);
        return new Change(new Revision(Kind.EPISODES, UUID.randomUUID(), version, null), null);
    }

    private void assertGraveOfTheNewActor() {
        assertThat(a.actor()).isNotEqualTo(old);
        assertThat(a.jdbc.queryForList("select actor from tombstones", String.class)).containsExactly(a.actor().name());
    }
}
