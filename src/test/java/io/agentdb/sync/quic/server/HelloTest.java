package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.Hello;
import io.agentdb.sync.protocol.wire.PushEnd;
import io.agentdb.sync.protocol.wire.PushRequest;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.quic.client.RawClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.kwik.core.QuicStream;

/** Nothing is answered before an accepted hello. */
class HelloTest {

    private static final Frame PUSH = Frame.newBuilder().setPushRequest(PushRequest.newBuilder().addKinds("episodes"))
            .build();

    private final Loopback loopback = new Loopback();

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void rightToken_isWelcomed_andBothSidesKnowEachOther() {
        QuicServer server = server("secret", 100);
        Session session = loopback.pool().session(Loopback.to("127.0.0.1", server, "secret", null));
        assertThat(session.nodeId()).hasToString("server");
        assertThat(session.actor().name()).isEqualTo("server.aaaaaaaa");
        assertThat(session.capabilities()).contains("zstd");
        assertThat(session.clockOffset().abs()).isLessThan(Duration.ofSeconds(10));
        assertThat(loopback.registry.views()).singleElement()
                .satisfies(view -> assertThat(view.nodeId()).isEqualTo("client"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "wrong"})
    void wrongOrMissingToken_isRefusedBeforeAnyRequest(String token) {
        QuicServer server = server("secret", 100);
        assertThatThrownBy(() -> loopback.pool().open(Loopback.to("127.0.0.1", server, token, null)))
                .isInstanceOfSatisfying(PeerRejected.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
                    assertThat(refusal).hasMessageContaining("agentdb.server.auth-token")
                            .hasMessageNotContaining("secret");
                });
        assertThat(loopback.meters.counter("agentdb.quic.refused", "reason", "unauthenticated").count()).isEqualTo(1);
        await().until(() -> loopback.registry.views().isEmpty());
    }

    @Test
    void clockThatIsFarAhead_isRefused_withBothTimes() throws Exception {
        try (RawClient stranger = RawClient.connect(server(null, 100).port())) {
            QuicStream control = stranger.stream();
            RawClient.send(control, hello(1, Duration.ofMinutes(6)));
            Frame answer = RawClient.read(control);
            assertThat(answer.getError().getCodeValue()).isEqualTo(ErrorCode.CLOCK_SKEW.number());
            assertThat(answer.getError().getMessage()).contains("your clock says", "ours");
        }
    }

    @Test
    void clockThatIsSetWhileAConnectionLives_isMeasuredAnew_onTheSameConnection() {
        QuicServer server = server(null, 100);
        QuicClientPool pool = loopback.pool();
        String connection = pool.session(Loopback.to(server)).connectionId();
        for (Duration ahead : List.of(Duration.ofHours(2), Duration.ofHours(-2), Duration.ZERO)) {
            loopback.ahead(ahead);
            assertThat(pool.clockOffset(Loopback.to(server))).isBetween(ahead.minusSeconds(10), ahead.plusSeconds(10));
        }
        assertThat(pool.session(Loopback.to(server)).connectionId()).isEqualTo(connection);
    }

    @Test
    void clockThatIsBehind_isWelcomed() throws Exception {
        try (RawClient stranger = RawClient.connect(server(null, 100).port())) {
            QuicStream control = stranger.stream();
            RawClient.send(control, hello(1, Duration.ofDays(-365)));
            assertThat(RawClient.read(control).hasWelcome()).isTrue();
        }
    }

    @Test
    void anotherVersion_isRefused() throws Exception {
        try (RawClient stranger = RawClient.connect(server(null, 100).port())) {
            QuicStream control = stranger.stream();
            assertThat(stranger.closedFor(control, hello(2, Duration.ZERO)))
                    .isEqualTo(ErrorCode.UNSUPPORTED_VERSION.number());
        }
    }

    @Test
    void requestInsteadOfAHello_isRefused() throws Exception {
        try (RawClient stranger = RawClient.connect(server(null, 100).port())) {
            QuicStream control = stranger.stream();
            assertThat(stranger.closedFor(control, PUSH)).isEqualTo(ErrorCode.PROTOCOL_VIOLATION.number());
        }
    }

    @Test
    void requestOnASecondStreamBeforeTheHello_isRefused() throws Exception {
        try (RawClient stranger = RawClient.connect(server(null, 100).port())) {
            stranger.stream();
            QuicStream second = stranger.stream();
            assertThat(stranger.closedFor(second, PUSH)).isEqualTo(ErrorCode.PROTOCOL_VIOLATION.number());
        }
    }

    @Test
    void oversizedFrameBeforeTheHello_isRefusedByItsLengthAlone() throws Exception {
        try (RawClient stranger = RawClient.connect(server(null, 100).port())) {
            QuicStream control = stranger.stream();
            assertThat(stranger.closedFor(control, new byte[] {(byte) 0x80, (byte) 0x80, 0x04}))
                    .isEqualTo(ErrorCode.FRAME_TOO_LARGE.number());
        }
    }

    @Test
    void garbage_isRefused_andTheServerGoesOn() throws Exception {
        QuicServer server = server(null, 100);
        try (RawClient stranger = RawClient.connect(server.port())) {
            QuicStream control = stranger.stream();
            assertThat(stranger.closedFor(control, "GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20)
                    .getBytes(StandardCharsets.UTF_8)))
                    .isIn((long) ErrorCode.PROTOCOL_VIOLATION.number(), (long) ErrorCode.FRAME_TOO_LARGE.number());
        }
        assertThat(loopback.pool().ping(Loopback.to(server))).isPositive();
    }

    @Test
    void malformedRequests_endTheirStreamsOnly() throws Exception {
        QuicServer server = loopback.server(new Handlers.Taking());
        try (RawClient stranger = RawClient.connect(server.port())) {
            QuicStream control = stranger.stream();
            RawClient.send(control, hello(1, Duration.ZERO));
            assertThat(RawClient.read(control).hasWelcome()).isTrue();
            assertThat(error(stranger, new byte[] {3, 1, 2, 3})).isEqualTo(ErrorCode.PROTOCOL_VIOLATION);
            assertThat(error(stranger, new byte[] {0})).isEqualTo(ErrorCode.PROTOCOL_VIOLATION);
            assertThat(error(stranger, new byte[] {(byte) 0x81, (byte) 0x80, 0x10}))
                    .isEqualTo(ErrorCode.FRAME_TOO_LARGE);
            assertThat(error(stranger, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1}))
                    .isEqualTo(ErrorCode.FRAME_TOO_LARGE);
            assertThat(error(stranger, Frame.newBuilder().setPushEnd(PushEnd.getDefaultInstance()).build()))
                    .isEqualTo(ErrorCode.PROTOCOL_VIOLATION);
            assertThat(error(stranger, Frame.newBuilder().setPushRequest(PushRequest.newBuilder().addKinds("dreams"))
                    .build()))
                    .isEqualTo(ErrorCode.BAD_REQUEST);
            QuicStream good = stranger.stream();
            RawClient.send(good, PUSH);
            assertThat(RawClient.read(good).hasPushReady()).isTrue();
        }
    }

    @Test
    void fourthOfThreeConnections_isTold_andComesInWhenOneHasGone() {
        QuicServer server = server(null, 3);
        QuicClientPool[] pools = new QuicClientPool[4];
        for (int i = 0; i < 4; i++) {
            pools[i] = loopback.pool();
        }
        for (int i = 0; i < 3; i++) {
            assertThat(pools[i].session(Loopback.to(server)).nodeId()).hasToString("server");
        }
        assertThat(server.status().connections()).isEqualTo(3);
        assertThatThrownBy(() -> pools[3].session(Loopback.to(server)))
                .isInstanceOfSatisfying(PeerRejected.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.TOO_MANY_CONNECTIONS);
            assertThat(refusal).hasMessageContaining("at most 3 connections");
        });
        pools[0].disconnect(Loopback.to(server));
        await().until(() -> server.status().connections() < 3);
        assertThat(pools[3].session(Loopback.to(server)).nodeId()).hasToString("server");
    }

    private QuicServer server(String token, int connections) {
        return loopback.server(Loopback.settings(0, connections, token, Loopback.DEVELOPMENT));
    }

    private static ErrorCode error(RawClient stranger, Frame frame) throws Exception {
        QuicStream stream = stranger.stream();
        RawClient.send(stream, frame);
        return ErrorCode.of(RawClient.read(stream).getError().getCodeValue());
    }

    private static ErrorCode error(RawClient stranger, byte[] bytes) throws Exception {
        QuicStream stream = stranger.stream();
        RawClient.send(stream, bytes);
        return ErrorCode.of(RawClient.read(stream).getError().getCodeValue());
    }

    private static Frame hello(int version, Duration ahead) {
        return Frame.newBuilder().setHello(Hello.newBuilder().setProtocolVersion(version).setNodeId("kwik")
                .setActor("kwik.aaaaaaaa")
                .setClockMicros((System.currentTimeMillis() + ahead.toMillis()) * 1_000)).build();
    }
}
