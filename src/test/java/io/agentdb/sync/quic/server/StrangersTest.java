package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import io.agentdb.sync.admission.Credentials;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.quic.client.RawClient;
import io.agentdb.sync.quic.server.UdpRelay.Weather;
import io.agentdb.sync.replica.feed.Selection;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whoever may not come in is refused before the database is asked anything: all its connections are taken here, and
 * stay so.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class StrangersTest {

    private final Loopback loopback = new Loopback();
    private final List<Connection> taken = new ArrayList<>();
    private Path tokens;
    private TestNode node;
    private TestNode friend;

    @BeforeAll
    void start(@TempDir Path files) throws Exception {
        tokens = Files.writeString(files.resolve("tokens.yml"),
                "tokens: [{name: friend, secret: friends}, {name: leaver, secret: leavers},"
                        + " {name: late, secret: lates, expires: 2020-01-01T00:00:00Z}]");
        node = TestNode.start("shy", "agentdb.server.open=false", "agentdb.server.tokens-file=" + tokens,
                "agentdb.server.reload-interval=100ms", "spring.datasource.hikari.maximum-pool-size=3",
                        "spring.datasource.hikari.connection-timeout=60000");
        friend = TestNode.start("friend", "agentdb.client.max-retries=0");
        HikariDataSource pool = node.bean(HikariDataSource.class);
        // One is taken for as long as the node lives.
        for (int i = 1; i < pool.getMaximumPoolSize(); i++) {
            taken.add(pool.getConnection());
        }
    }

    @AfterAll
    void stop() throws Exception {
        for (Connection connection : taken) {
            connection.close();
        }
        loopback.close();
        friend.close();
        node.close();
    }

    @ParameterizedTest
    @CsvSource(value = {"-, wants a token", "wrong, token is wrong", "lates, has expired", "friend, token is wrong",
            "friends , token is wrong"}, nullValues = "-", ignoreLeadingAndTrailingWhitespace = false)
    void wrongMissingAndExpiredTokens_areRefused(String token, String why) {
        assertThatThrownBy(() -> open(token)).isInstanceOfSatisfying(PeerRejected.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
            assertThat(refused).hasMessageContaining(why.strip());
            assertThat(refused.getMessage()).doesNotContain("friends", "leavers", "lates");
        });
    }

    @Test
    void revokedToken_isRefused_alsoOnAConnectionThatItHadOpened() throws Exception {
        try (Exchange open = open("leavers")) {
            assertThat(open.session().nodeId()).hasToString("shy");
            Files.writeString(
                    tokens, "tokens: [{name: friend, secret: friends}, {name: late, secret: lates, expires:"
                    + " 2020-01-01T00:00:00Z}]");
            // Asking the node for it would open connections that are let in, and stay so until somebody requests
            // something.
            await().until(() -> !node.bean(Credentials.class).knows("leaver"));
            assertThatThrownBy(() -> {
                // The refusal may come while this is still being sent.
                open.send(new PushRequest(List.of(Kind.SKILLS), Selection.ALL));
                open.receive();
            }).isInstanceOfSatisfying(PeerRejected.class, refused -> {
                assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
                assertThat(refused).hasMessageContaining("not valid any more");
            });
            // Until it has heard that the connection is closed, the pool takes it for a good one.
            await().untilAsserted(() -> assertThatThrownBy(() -> open("leavers").close())
                    .isInstanceOf(PeerRejected.class)
                    .hasMessageContaining("the token is wrong"));
        }
    }

    @ParameterizedTest
    @CsvSource({"agentdb-sync/0", "h3"})
    void anotherProtocol_isNotSpoken(String alpn) {
        QuicClientPool pool = loopback.pool("stranger", Loopback.UNVERIFIED, 1, alpn, 0);
        assertThatThrownBy(() -> pool.open(Loopback.to(node.bean(QuicServer.class))))
                .isInstanceOf(PeerUnreachable.class)
                .hasMessageContaining("does not speak " + alpn);
    }

    @Test
    void olderVersionInTheHello_isRefused_andNoLesserOneIsAgreedOn() throws Exception {
        try (RawClient client = RawClient.connect(node.quicPort())) {
            Frame answer = client.greet(RawClient.hello().setToken("friends").setProtocolVersion(0));
            assertThat(answer.getError().getCode().getNumber()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION.number());
        }
    }

    @Test
    void secondHello_changesNoIdentity_andEndsTheConnection() throws Exception {
        try (RawClient client = RawClient.connect(node.quicPort())) {
            assertThat(client.greet(RawClient.hello().setToken("friends")).hasWelcome()).isTrue();
            long code = client.closedFor(client.control(),
                    Frame.newBuilder().setHello(RawClient.hello().setToken("friends")
                    .setNodeId("another").setActor("another.abcdefgh")).build());
            assertThat(code).isEqualTo(ErrorCode.PROTOCOL_VIOLATION.number());
        }
    }

    @Test
    void replayedDatagrams_openNoConnection_andReachNoHello() throws Exception {
        try (UdpRelay relay = new UdpRelay(node.quicPort(), 1, new Weather(0, 0, 0, 0))) {
            DialTarget remote = new DialTarget("shy", new HostPort("127.0.0.1", relay.port()), "friends",
                    node.bean(QuicServer.class).status().fingerprint());
            QuicClientPool pool = friend.bean(QuicClientPool.class);
            pool.ping(remote);
            pool.disconnect(remote);
            List<byte[]> noted = relay.sent();
            assertThat(noted).hasSizeGreaterThan(3);
            double hellos = hellos();
            try (DatagramSocket thief = new DatagramSocket()) {
                for (byte[] datagram : noted) {
                    thief.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(),
                            node.quicPort()));
                }
            }
            // The server reads in order: once it answers this, it has read what came before.
            friend.bean(QuicClientPool.class).ping(new DialTarget(
                    "shy", new HostPort("127.0.0.1", node.quicPort()), "friends", remote.fingerprint()));
            assertThat(hellos()).isEqualTo(hellos + 1);
            assertThat(node.bean(ConnectionRegistry.class).views())
                    .allMatch(view -> view.direction() == Direction.OUT || view.nodeId() != null);
        }
    }

    private double hellos() {
        return node.bean(MeterRegistry.class).counter("agentdb.quic.welcomed").count();
    }

    private Exchange open(String token) {
        return friend.bean(QuicClientPool.class).open(new DialTarget(
                "shy", new HostPort("127.0.0.1", node.quicPort()), token,
                node.bean(QuicServer.class).status().fingerprint()));
    }
}
