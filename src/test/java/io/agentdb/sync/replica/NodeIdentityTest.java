package io.agentdb.sync.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Actor;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

class NodeIdentityTest {

    private final Database node = new Database("a");

    @Test
    void restart_keepsTheActor() {
        assertThat(new NodeIdentity(node.jdbc, node.transaction, Optional.of("a")).actor()).isEqualTo(node.actor());
        assertThat(new NodeIdentity(node.jdbc, node.transaction, Optional.empty()).actor()).isEqualTo(node.actor());
    }

    @Test
    void databaseOfAnotherCluster_getsANewIncarnation_andRestampsItsFeed() {
        node.episode("written in the old cluster");
        node.jdbc.update("update node set system_identifier = 'another'");
        // As after a restore into a young cluster: the rows' transaction ids lie in the future.
        node.jdbc.execute("alter table episodes disable trigger all");
        node.jdbc.update("update episodes set feed_xid = 1000000000000, hlc = 1");
        node.jdbc.execute("alter table episodes enable trigger all");
        assertThat(node.everything(Kind.EPISODES)).isEmpty();

        NodeIdentity restored = new NodeIdentity(node.jdbc, node.transaction, Optional.of("a"));
        assertThat(restored.actor()).isNotEqualTo(node.actor());
        assertThat(restored.actor().nodeId()).isEqualTo("a");
        assertThat(node.everything(Kind.EPISODES)).hasSize(1)
                .allMatch(revision -> revision.version().dot().actor().equals(node.actor()));
    }

    /** Between going back and noticing it, the old incarnation wrote dots that peers may know with other content. */
    @Test
    void whatWasWrittenSinceTheServerStarted_getsNewDots_whenGoingBackIsNoticed() {
        Actor old = node.actor();
        node.episode("before the server started");
        node.jdbc.execute("alter table episodes disable trigger all");
        node.jdbc.update("update episodes set hlc = 1");
        node.jdbc.execute("alter table episodes enable trigger all");
        node.episode("after it");
        node.jdbc.update("delete from episodes where id = ?", node.episode("deleted after it"));

        node.self.renew(old, "a peer has read our future");
        assertThat(node.everything(Kind.EPISODES)).hasSize(3).filteredOn(revision -> revision.version().dot().actor().equals(old))
                .hasSize(1).allMatch(revision -> revision.version().hlc() == 1);
        assertThat(node.everything(Kind.EPISODES)).filteredOn(revision -> revision.version().dot().actor().equals(node.actor()))
                .hasSize(2).allMatch(revision -> !revision.version().context().counters().containsKey(old));
    }

    @Test
    void renewal_happensOncePerIncarnation() {
        Actor old = node.actor();
        node.self.renew(old, "first witness");
        Actor renewed = node.actor();
        node.self.renew(old, "second witness of the same");
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
            CompletableFuture<Void> renewal = CompletableFuture.runAsync(() -> node.self.renew(old, "a peer has read our future"));
            await().until(() -> node.jdbc.queryForObject("select exists (select 1 from pg_locks where not granted)", Boolean.class));
            node.jdbc.update("update episodes set task = 'as it became'");
            return renewal;
        }).join();
        assertThat(node.actor()).isNotEqualTo(old);
        assertThat(node.jdbc.queryForObject("select task from episodes", String.class)).isEqualTo("as it became");
    }

    /** Its snapshot shows the incarnation that was given up: what it writes under those dots, peers would take for known. */
    @Test
    void writerWithAnOldSnapshot_doesNotWriteUnderAnIncarnationThatWasGivenUp() {
        Actor old = node.actor();
        TransactionTemplate snapshot = new TransactionTemplate(node.transaction.getTransactionManager());
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        assertThatThrownBy(() -> snapshot.executeWithoutResult(status -> {
            node.jdbc.queryForList("select 1 from episodes");
            CompletableFuture.runAsync(() -> node.self.renew(old, "a peer has read our future")).join();
            node.episode("late");
        })).isInstanceOf(ConcurrencyFailureException.class);
        node.episode("after it");
        assertThat(node.everything(Kind.EPISODES)).hasSize(1).allMatch(revision -> revision.version().dot().actor().equals(node.actor()));
    }

    @Test
    void otherName_isAnotherIncarnation() {
        assertThat(new NodeIdentity(node.jdbc, node.transaction, Optional.of("b")).actor().nodeId()).isEqualTo("b");
    }
}
