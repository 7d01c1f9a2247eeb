package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.admission.AttemptLimit;
import io.agentdb.sync.admission.Audit;
import io.agentdb.sync.admission.Blocklist;
import io.agentdb.sync.protocol.Doorkeeper;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Join;
import io.agentdb.sync.protocol.Message.NotJoined;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.version.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who shows an invitation at the listener, or what looks like the token of one. */
@Timeout(60)
class UninvitedTest {

    private static final Join JOIN = new Join(Limits.VERSION, "secret", new NodeId("client"), Instant.now(), "token",
            "AB".repeat(32), List.of(), "test");

    private final Loopback loopback = new Loopback();

    @AfterEach
    void stop() {
        loopback.close();
    }

    /** As one of a release that knows no invitations, but in its words. */
    @Test
    void nodeThatInvitesNobody_breaksOff_andSaysSo() {
        QuicServer server = loopback.server();
        assertThatThrownBy(() -> loopback.doorbell().join(at(server), JOIN)).isInstanceOfSatisfying(
                PeerRejected.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PROTOCOL_VIOLATION));
    }

    @Test
    void answerThatTakesLongerThanAHelloMay_comesAllTheSame() throws Exception {
        CountDownLatch longer = new CountDownLatch(1);
        QuicServer server = guarded(new AtomicInteger(), () -> {
            try {
                longer.await(4, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(loopback.doorbell().join(at(server), JOIN).answer()).isInstanceOfSatisfying(NotJoined.class,
                no -> assertThat(no.message()).isEqualTo("of client"));
    }

    /** Strangers ask the database nothing: only what has the form of a token of ours is looked up. */
    @Test
    void onlyTokensOfTheForm_areLookedUp() {
        AtomicInteger looked = new AtomicInteger();
        QuicServer server = guarded(looked, () -> { });
        for (String token : List.of("ours", "theirs")) {
            DialTarget target = new DialTarget("server", at(server).get(0).address(), token,
                    server.status().fingerprint());
            assertThatThrownBy(() -> loopback.pool().session(target)).isInstanceOf(PeerRejected.class)
                    .hasMessageContaining("the token is wrong");
        }
        assertThat(looked).hasValue(1);
    }

    private QuicServer guarded(AtomicInteger looked, Runnable before) {
        loopback.gate = new Gate(loopback.gate.limits(), new AttemptLimit(1_000), new Blocklist(), new Audit(),
                new Doorkeeper() {
                    @Override
                    public boolean mayBeOurs(String token) {
                        return token.equals("ours");
                    }

                    @Override
                    public void lookAgain(String token, String address) {
                        looked.incrementAndGet();
                    }

                    @Override
                    public Message answer(Join join, String address) {
                        before.run();
                        return new NotJoined("unknown", "of " + join.nodeId(), Instant.now());
                    }
                });
        return loopback.server(Loopback.settings(0, 100, "set", Loopback.DEVELOPMENT));
    }

    private static List<DialTarget> at(QuicServer server) {
        return List.of(new DialTarget("server", new HostPort("127.0.0.1", server.port()), null,
                server.status().fingerprint()));
    }
}
