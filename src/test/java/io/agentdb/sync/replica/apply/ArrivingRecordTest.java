package io.agentdb.sync.replica.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.feed.Claim;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.replica.knowledge.Tombstones;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.revision.Revision;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known and not here was deleted here; but not what another session is just bringing in, and making known. */
class ArrivingRecordTest {

    private final Database a = new Database("a");
    private final Database b = new Database("b");
    private UUID held;
    private UUID arriving;

    @BeforeEach
    void forgetATombstone() {
        b.jdbc.update("delete from episodes where id = ?", b.episode("gone"));
        b.jdbc.update("update tombstones set hlc = 1");
        assertThat(new Tombstones(b.jdbc, b.transaction).drop(Kind.EPISODES, b.actor(), Instant.now())).isEqualTo(1);
        held = a.episode("held up");
        b.pull(Kind.EPISODES, a);
        arriving = a.episode("arriving");
    }

    @Test
    void batchThatWasHeldUpMeanwhile_doesNotBuryIt() {
        List<Revision> batch = a.everything(Kind.EPISODES);
        Applied applied = whileHeldUp(() -> apply(batch));
        assertThat(applied.known()).isEqualTo(2);
        assertThat(applied.quarantined()).isZero();
        assertStays();
    }

    @Test
    void claimsThatWereHeldUpMeanwhile_doNotBuryIt() {
        List<Claim> claims = a.everything(Kind.EPISODES).stream()
                .map(revision -> new Claim(revision.id(), revision.version().dot())).toList();
        assertThat(whileHeldUp(() -> b.held.reconcile(Kind.EPISODES, claims, Database.source(a)))).isEqualTo(
                Reconciled.NOTHING);
        assertStays();
    }

    /** The rows that are here have been looked at, and one of them is waited for, when the other comes in. */
    private <T> T whileHeldUp(Supplier<T> work) {
        List<Revision> coming = a.everything(Kind.EPISODES).stream()
                .filter(revision -> revision.id().equals(arriving)).toList();
        Knowledge grown = Knowledge.of(Map.of(a.actor(), a.fence()));
        CompletableFuture<T> heldUp = b.transaction.execute(status -> {
            b.jdbc.queryForList("select 1 from episodes where id = ? for update", held);
            CompletableFuture<T> working = OwnThread.get(work);
            await().until(() -> working.isDone()
                    || b.waiting() > 0);
            OwnThread.run(() -> {
                apply(coming);
                b.knowledge.raise(Map.of(Kind.EPISODES, grown));
            }).join();
            return working;
        });
        return heldUp.join();
    }

    private Applied apply(List<Revision> batch) {
        return b.applier.apply(Kind.EPISODES, batch, Database.source(a), ConflictStrategy.LATEST_WINS);
    }

    private void assertStays() {
        assertThat(b.memory(Kind.EPISODES)).containsOnlyKeys(held, arriving);
        assertThat(b.jdbc.queryForObject("select count(*) from tombstones", Integer.class)).isZero();
    }
}
