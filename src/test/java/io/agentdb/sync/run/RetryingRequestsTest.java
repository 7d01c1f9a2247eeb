package io.agentdb.sync.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.peers.Answering;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.quic.server.Handlers;
import io.agentdb.sync.quic.server.Loopback;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.version.Actor;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer that puts off every request. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RetryingRequestsTest {

    private static final Duration PUT_OFF = Duration.ofMinutes(10);

    private final TestNode node = TestNode.start("a");
    private final Loopback loopback = new Loopback();
    private final List<Duration> waits = new ArrayList<>();
    private final Set<Actor> actors = new HashSet<>();
    private int asked;

    @BeforeEach
    void begin() {
        waits.clear();
        actors.clear();
        asked = 0;
    }

    @AfterAll
    void stop() {
        loopback.close();
        node.close();
    }

    @Test
    void peerThatPaces_isWaitedForHalfAnHour_andNoLonger() {
        assertRefused(ErrorCode.RATE_LIMITED, this::ask);
        assertThat(waits.stream().reduce(Duration.ZERO, Duration::plus)).isEqualTo(PUT_OFF.multipliedBy(3));
        assertThat(waits).as("whoever cancels the run is heard meanwhile")
                .allMatch(wait -> wait.compareTo(Duration.ofSeconds(1)) <= 0);
    }

    @ParameterizedTest
    @EnumSource(value = ErrorCode.class, names = {"CURSOR_FROM_FUTURE", "RESTORED"})
    void oneRequest_outlivesThreeNewIncarnations_ofEitherSide(ErrorCode code) {
        assertRefused(code, this::ask);
        assertThat(asked).isEqualTo(4);
        assertThat(actors).hasSize(code == ErrorCode.RESTORED ? 4 : 1);
        assertThat(waits).isEmpty();
    }

    @Test
    void oneRequest_outlivesThreeNewIncarnations_thatAPeersAnswersCallFor() {
        assertThatThrownBy(() -> hold(ErrorCode.UNSPECIFIED, exchange -> {
            note(exchange);
            throw new DatabaseWentBack(exchange.session().own(), exchange.session().actor(), "it has read our future");
        })).isInstanceOf(DatabaseWentBack.class);
        assertThat(asked).isEqualTo(4);
        assertThat(node.bean(LocalNode.class).actor()).as("the last that it was asked as").isIn(actors);
        assertThat(actors).hasSize(4);
    }

    private void ask(Exchange exchange) {
        note(exchange);
        exchange.send(new PullRequest(Map.of(), Selection.ALL, 100, Map.of(), List.of()));
        exchange.receive();
    }

    private void note(Exchange exchange) {
        asked++;
        actors.add(exchange.session().own());
    }

    private void assertRefused(ErrorCode code, Consumer<Exchange> request) {
        assertThatThrownBy(() -> hold(code, request)).isInstanceOfSatisfying(PeerRejected.class,
                refused -> assertThat(refused.code()).isEqualTo(code));
    }

    private void hold(ErrorCode refusal, Consumer<Exchange> request) {
        QuicServer server = loopback.server(Handlers.pull((pull, exchange) -> {
            throw new PeerRejected(refusal, "not now", PUT_OFF);
        }));
        Peer peer = new Peer(new PeerName("putting-off"), new HostPort("127.0.0.1", server.port()), null,
                server.status().fingerprint(), Kind.ALL, Selection.ALL, null, Peer.Origin.API);
        RunTally tally = new RunTally(Clock.systemUTC(), RunProgress.unwatched(), node.bean(SyncMetrics.class),
                peer.name());
        IncarnationRenewal renewal = new IncarnationRenewal(node.bean(LocalNode.class), Duration.ZERO);
        new RetryingRequests(node.bean(QuicClientPool.class), node.bean(Answering.class), renewal, 0, Duration.ZERO,
                waits::add).hold(peer, tally, request);
    }
}
