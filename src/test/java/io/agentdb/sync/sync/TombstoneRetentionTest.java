package io.agentdb.sync.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.Inventory;
import io.agentdb.sync.replica.LocalNode;
import io.agentdb.sync.replica.Nodes;
import io.agentdb.sync.replica.Tombstones;
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
        assertThat(a.bean(Tombstones.class).drop(Kind.EPISODES, a.bean(LocalNode.class).actor(), Instant.now().minus(Duration.ofDays(30))))
                .as("it is young").isZero();
        assertThat(drop(a)).isEqualTo(1);
        assertThat(a.bean(Inventory.class).tombstones()).isZero();
    }

    @Test
    void nodeThatWasAwayWhileItsRecordsWereDeletedAndForgotten_bringsNothingBack() {
        UUID kept = a.episode("kept");
        UUID episode = a.episode("deleted while b is away");
        assertThat(a.sync(b).success()).isTrue();
        a.jdbc().update("delete from episodes where id = ?", episode);
        assertThat(a.bean(Nodes.class).retire("b")).isTrue();
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
        assertThat(a.bean(Nodes.class).retire("b")).isTrue();
        assertThat(drop(a)).isEqualTo(1);

        assertThat(a.sync(b).success()).isTrue();
        assertThat(b.jdbc().queryForList("select id from episodes", UUID.class)).isEmpty();
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    private static int drop(TestNode node) {
        return node.bean(Tombstones.class).drop(Kind.EPISODES, node.bean(LocalNode.class).actor(), LATER);
    }
}
