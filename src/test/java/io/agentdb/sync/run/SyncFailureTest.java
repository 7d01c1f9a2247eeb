package io.agentdb.sync.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.replica.feed.Selection;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SyncFailureTest {

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyRefusalOfAPeer_isOneOfOurs_andNeverOurOwnFault(ErrorCode code) {
        assertThat(SyncFailure.of(new PeerRejected(code, "no", Duration.ZERO)))
                .isNotIn(SyncFailure.INTERNAL, SyncFailure.LOCAL_DATABASE);
    }

    @Test
    void whatIsNobodyElsesFault_isOurs() {
        assertThat(SyncFailure.of(new SQLException("gone"))).isEqualTo(SyncFailure.LOCAL_DATABASE);
        assertThat(SyncFailure.of(new IllegalStateException("bug"))).isEqualTo(SyncFailure.INTERNAL);
    }

    @Test
    void peerThatKeepsFailing_isTriedEverMoreRarely_atMostEveryTenMinutes() {
        Duration interval = Duration.ofSeconds(60);
        assertThat(FailureBackoff.after(interval, 1)).isBetween(Duration.ofSeconds(45), Duration.ofSeconds(75));
        assertThat(FailureBackoff.after(interval, 3)).isBetween(Duration.ofSeconds(180), Duration.ofSeconds(300));
        assertThat(FailureBackoff.after(interval, 5)).isGreaterThan(Duration.ofMinutes(7));
        assertThat(FailureBackoff.after(interval, 1_000_000)).isBetween(Duration.ofMinutes(7), FailureBackoff.LONGEST);
        assertThat(FailureBackoff.after(Duration.ofHours(1), 1)).isLessThanOrEqualTo(FailureBackoff.LONGEST);
    }

    @Test
    void namesThatClientsMakeUp_doNotGrowTheMetricsWithoutEnd() {
        try (TestNode node = TestNode.start("measured")) {
            MeterRegistry registry = node.bean(MeterRegistry.class);
            for (int i = 0; i < SyncMetrics.MOST_PEERS + 500; i++) {
                node.bean(SyncMetrics.class).sent(Kind.SKILLS, "made-up-" + i, List.of());
            }
            assertThat(registry.find("agentdb.sync.records").tag("kind", "skills").counters())
                    .hasSize(SyncMetrics.MOST_PEERS);
        }
    }

    @Test
    void failures_areNamedAndCounted_andSayWhomAutomaticSyncLeavesAlone_untilASuccess() {
        try (TestNode b = TestNode.start("b", "agentdb.server.auth-token=right"); TestNode a =
                TestNode.start("a", "agentdb.client.max-retries=0")) {
            Peer nowhere = new Peer(new PeerName("nowhere"), new HostPort("127.0.0.1", 1), null, null, Kind.ALL,
                    Selection.ALL, null,
                    Peer.Origin.API);
            assertThat(a.sync(nowhere, RunOptions.DEFAULT).failure()).isEqualTo("unreachable");
            a.sync(nowhere, RunOptions.DEFAULT);
            Peer peer = a.peer(b, "wrong");
            assertThat(a.sync(peer, RunOptions.DEFAULT).failure()).isEqualTo("refused-auth");
            SyncState state = a.bean(SyncState.class);
            assertThat(state.all()).extracting(SyncState.PeerState::peer, SyncState.PeerState::lastFailure,
                    SyncState.PeerState::failuresInARow)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("b", "refused-auth", 1),
                            org.assertj.core.groups.Tuple.tuple("nowhere", "unreachable", 2));
            assertThat(state.leftAlone(Instant.now()))
                    .containsExactlyInAnyOrder(new PeerName("b"), new PeerName("nowhere"));
            assertThat(state.leftAlone(Instant.now().plus(FailureBackoff.LONGEST))).isEmpty();
            assertThat(a.sync(a.peer(b, "right"), RunOptions.DEFAULT).failure()).as("who asks is served at once")
                    .isNull();
            assertThat(state.leftAlone(Instant.now())).containsExactly(new PeerName("nowhere"));
        }
    }
}
