package io.agentdb.sync.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.replica.apply.Quarantine;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.CursorStore.CursorKey;
import io.agentdb.sync.replica.feed.CursorStore.Flow;
import io.agentdb.sync.replica.feed.CursorStore.Move;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.NodeId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Of {@link io.agentdb.sync.replica.store.Transactions}: what is applied, and what is noted of it, is one. */
public abstract class TransactionsContract extends Contract {

    private static final Revision SENT = skill("fib", "of the peer", dot(PEER, 1));
    private static final Revision HERE = skill("here", "before it", dot(PEER, 2));

    protected TransactionsContract(Stores stores) {
        super(stores);
    }

    @Test
    void workThatFails_leavesNothing_ofAllThatItDid() {
        receive(HERE);
        assertThatThrownBy(() -> atomically(() -> {
            doEverything();
            throw new IllegalStateException("in the end");
        })).isInstanceOf(IllegalStateException.class).hasMessage("in the end");
        assertThat(here("fib")).isNull();
        assertThat(here("here")).isEqualTo(HERE);
        assertThat(everything(reader(THIRD)).revisions()).containsExactly(HERE);
        assertThat(noted()).isEqualTo(List.of(false, false, false, false));
    }

    @Test
    void workThatEnds_leavesAllOfIt_andItsResult() {
        receive(HERE);
        assertThat(stores.transactions().<String>run(() -> {
            doEverything();
            return "done";
        })).isEqualTo("done");
        assertThat(everything(Reader.ANYONE).revisions()).containsExactlyInAnyOrder(SENT, here("here"));
        assertThat(here("here").version().context().contains(dot(THIRD, 1))).isTrue();
        assertThat(noted()).isEqualTo(List.of(true, true, true, true));
    }

    private void doEverything() {
        receive(SENT);
        versions.join(SKILLS, Map.of(id("here"), skill("here", "", dot(THIRD, 1)).version().context()));
        stores.cursors().move(new Move(key(), Cursor.below(PEER, 10)));
        stores.knowledge().raise(Map.of(SKILLS, Knowledge.of(Map.of(THIRD, 10L))));
        stores.quarantine().setAside(skill("set aside", "", dot(PEER, 3)), FROM_PEER, Quarantine.UNREADABLE,
                "for some reason");
        Revision other = skill("here", "concurrent", dot(THIRD, 4));
        stores.conflicts().keep(new NodeId("there"), "manual", List.of(open(HERE, other)));
    }

    private List<Boolean> noted() {
        return List.of(stores.cursors().find(key(), PEER).isPresent(),
                stores.knowledge().learnt(SKILLS).below().containsKey(THIRD),
                !stores.quarantine().waiting(SKILLS, List.of(id("set aside"))).isEmpty(),
                !stores.conflicts().undecided(SKILLS, List.of(id("here"))).isEmpty());
    }

    private CursorKey key() {
        return new CursorKey(new NodeId("there"), SKILLS, Flow.PULL, me(), "");
    }
}
