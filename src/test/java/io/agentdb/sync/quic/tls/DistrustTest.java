package io.agentdb.sync.quic.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.quic.client.ClientSettings;
import io.agentdb.sync.quic.server.Loopback;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.quic.server.ServerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * A certificate that is refused is refused for its own reason, on both sides: "no authority" sends people looking for
 * another file.
 */
class DistrustTest {

    private static final String UNKNOWN = "no authority that this node trusts";

    @TempDir
    private Path files;
    private final Loopback loopback = new Loopback();
    private final Logger logger = (Logger) LoggerFactory.getLogger("agentdb.audit");
    private final ListAppender<ILoggingEvent> audit = new ListAppender<>();
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Instant past = now.minus(Duration.ofDays(2));
    private final Instant future = now.plus(Duration.ofDays(2));
    private Certificates servers;
    private Certificates clients;

    @BeforeEach
    void listen() {
        servers = new Certificates(files, "servers");
        clients = new Certificates(files, "clients");
        audit.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(audit);
    }

    @AfterEach
    void close() {
        logger.detachAppender(audit);
        logger.setLevel(null);
        loopback.close();
    }

    @Test
    void expiredServer_isCalledExpired_withItsNameAndSinceWhen() {
        assertThatThrownBy(() -> dial(server(servers.issue("localhost", past, now.minusSeconds(60), null)),
                clients.issue("node")))
                .isInstanceOf(PeerUnreachable.class).hasMessageContaining("CN=localhost")
                .hasMessageContaining("has expired")
                .hasMessageContaining(now.minusSeconds(60).toString()).hasMessageContaining("agentdb.server.tls.cert")
                .hasMessageNotContaining(UNKNOWN).hasMessageNotContaining("fingerprint");
    }

    @Test
    void serverOfTheFuture_isCalledNotYetValid_withTheClock() {
        assertThatThrownBy(() -> dial(server(servers.issue("localhost", now.plusSeconds(3600), future, null)),
                clients.issue("node")))
                .isInstanceOf(PeerUnreachable.class).hasMessageContaining("not valid yet").hasMessageContaining("clock")
                .hasMessageContaining(now.plusSeconds(3600).toString()).hasMessageNotContaining(UNKNOWN);
    }

    @Test
    void expiredServerOfAnUnknownAuthority_isCalledBoth() {
        Certificates others = new Certificates(files, "others");
        assertThatThrownBy(() -> dial(server(others.issue("localhost", past, now.minusSeconds(60), null)),
                clients.issue("node")))
                .isInstanceOf(PeerUnreachable.class).hasMessageContaining(UNKNOWN).hasMessageContaining("CN=others")
                .hasMessageContaining("has expired");
    }

    @Test
    void serverOfAnotherAuthorityWithTheSameName_isCalledThat() {
        Certificates namesakes = new Certificates(files, "servers");
        Certificates.Pair own = namesakes.issue("localhost");
        servers = new Certificates(files, "servers");
        assertThatThrownBy(() -> dial(server(own), clients.issue("node"))).isInstanceOf(PeerUnreachable.class)
                .hasMessageContaining("another one of that name");
    }

    @Test
    void certificateForClientsOnly_isRefusedOfAServer_withThatReason() {
        assertThatThrownBy(() -> dial(server(servers.issue("localhost", past, future, KeyPurposeId.id_kp_clientAuth)),
                clients.issue("node")))
                .isInstanceOf(PeerUnreachable.class).hasMessageContaining("TLS server authentication")
                .hasMessageNotContaining(UNKNOWN);
    }

    @Test
    void expiredClient_isTold_andSoIsTheServersAudit() {
        Certificates.Pair own = clients.issue("node", past, now.minusSeconds(60), null);
        assertThatThrownBy(() -> dial(server(servers.issue("localhost")), own)).isInstanceOf(PeerUnreachable.class)
                .hasMessageContaining(own.cert().toString()).hasMessageContaining("has expired")
                .hasMessageContaining(now.minusSeconds(60).toString());
        audited("CN=node is not trusted: it has expired: it was valid until " + now.minusSeconds(60));
    }

    @Test
    void clientOfTheFuture_isTold_andSoIsTheServersAudit() {
        Certificates.Pair own = clients.issue("node", now.plusSeconds(3600), future, null);
        assertThatThrownBy(() -> dial(server(servers.issue("localhost")), own)).isInstanceOf(PeerUnreachable.class)
                .hasMessageContaining(own.cert().toString()).hasMessageContaining("not valid yet");
        audited("CN=node is not trusted: it is not valid yet");
    }

    /** It shows none, since the server names the authorities that it takes. */
    @Test
    void clientOfAnUnknownAuthority_isTold_thatItsAuthorityIsNotAmongTheServers() {
        Certificates.Pair own = new Certificates(files, "others").issue("node");
        assertThatThrownBy(() -> dial(server(servers.issue("localhost")), own)).isInstanceOf(PeerUnreachable.class)
                .hasMessageContaining(own.cert().toString()).hasMessageContaining("agentdb.server.tls.ca")
                .hasMessageNotContaining("expired");
    }

    @Test
    void certificateForServersOnly_isRefusedOfAClient_withThatReason() {
        Certificates.Pair own = clients.issue("node", past, future, KeyPurposeId.id_kp_serverAuth);
        assertThatThrownBy(() -> dial(server(servers.issue("localhost")), own)).isInstanceOf(PeerUnreachable.class)
                .hasMessageContaining("made for TLS clients");
        audited("TLS client authentication");
    }

    /** A pinned certificate is trusted for what it is, not until when. */
    @Test
    void pinnedFingerprint_holdsWhateverTheTime() {
        Certificates.Pair expired = servers.issue("localhost", past, now.minusSeconds(60), null);
        QuicServer server = loopback.server(Loopback.settings(0, 100, null,
                new ServerSettings.ServerPem(null, expired.cert(), expired.key(), null)));
        assertThat(loopback.pool(Loopback.VERIFIED, 1).ping(
                Loopback.to("127.0.0.1", server, null, server.status().fingerprint()))).isPositive();
    }

    private QuicServer server(Certificates.Pair own) {
        return loopback.server(Loopback.settings(0, 100, null,
                new ServerSettings.ServerPem(null, own.cert(), own.key(), clients.ca())));
    }

    private void dial(QuicServer server, Certificates.Pair own) {
        ClientSettings.ClientPem tls = new ClientSettings.ClientPem(null, own.cert(), own.key(), servers.ca(), true);
        loopback.pool(tls, 1).open(Loopback.to("localhost", server, null, null)).close();
    }

    /** The list is written by the listener's event loop. */
    private void audited(String why) {
        await().untilAsserted(() -> assertThat(List.copyOf(audit.list)).extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> line.startsWith("refused by ") && line.contains("127.0.0.1")
                        && line.contains("UNAUTHENTICATED") && line.contains(why)));
    }
}
