package io.agentdb.sync.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.SyncException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who trusts whom: each refusal names the setting that changes it, and comes at once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(10)
class TrustTest {

    private static final Duration AT_ONCE = Duration.ofSeconds(4);

    private Path directory;
    private Loopback net;
    private Certificates authority;
    private QuicServer development;

    @BeforeAll
    void start(@TempDir Path temporary) {
        directory = temporary;
        net = new Loopback(directory);
        authority = new Certificates(directory, "the team's authority");
        development = net.serve(Loopback.settings(20, null, Loopback.DEVELOPMENT));
    }

    @AfterAll
    void stop() throws Exception {
        net.close();
    }

    @Test
    void unknownCertificate_isRefused_andSaysWhichSettingsHelp() {
        assertThat(failure(net.pool(Loopback.VERIFIED), Loopback.remote(development)).getMessage())
                .contains("not trusted", development.status().fingerprint(), "fingerprint", "agentdb.client.tls.ca",
                        "agentdb.client.tls.verify=false");
    }

    @Test
    void unverified_trustsAnybody() {
        assertThat(net.pool(Loopback.UNVERIFIED).session(Loopback.remote(development)).nodeId()).isEqualTo("server");
    }

    @Test
    void pinnedFingerprint_isEnough_howeverItIsWritten() {
        String bare = development.status().fingerprint().replace(":", "").toLowerCase(Locale.ROOT);
        assertThat(net.pool(Loopback.VERIFIED).session(Loopback.remote(development, null, bare)).nodeId()).isEqualTo("server");
    }

    @Test
    void wrongFingerprint_isRefused_evenUnverified_andShowsBoth() {
        String wrong = "AA:".repeat(31) + "AA";
        assertThat(failure(net.pool(Loopback.UNVERIFIED), Loopback.remote(development, null, wrong)).getMessage())
                .contains(wrong, development.status().fingerprint(), "change the peer's fingerprint");
    }

    @Test
    void certificateOfTheAuthority_isTrusted_forItsNames() {
        QuicServer server = net.serve(Loopback.settings(20, null, tls(authority.signed("localhost", "127.0.0.1"), null)));
        QuicClientPool pool = net.pool(new ClientSettings.Tls(null, null, authority.authority(), true));
        assertThat(pool.session(Loopback.remote(server)).nodeId()).isEqualTo("server");
        assertThat(pool.session(new Remote("peer", "localhost", server.port(), null, null)).nodeId()).isEqualTo("server");
    }

    @Test
    void certificateOfTheAuthority_forAnotherHost_isRefused_andSaysForWhich() {
        QuicServer server = net.serve(Loopback.settings(20, null, tls(authority.signed("other.example"), null)));
        QuicClientPool pool = net.pool(new ClientSettings.Tls(null, null, authority.authority(), true));
        assertThat(failure(pool, Loopback.remote(server)).getMessage()).contains("127.0.0.1", "other.example");
    }

    @Test
    void certificateOfAnotherAuthority_isRefused() {
        QuicServer server = net.serve(Loopback.settings(20, null,
                tls(new Certificates(directory, "somebody").signed("127.0.0.1"), null)));
        QuicClientPool pool = net.pool(new ClientSettings.Tls(null, null, authority.authority(), true));
        assertThat(failure(pool, Loopback.remote(server)).getMessage()).contains("not trusted", "agentdb.client.tls.ca");
    }

    @Test
    void clientCertificate_isAskedFor_andLetsIn() {
        QuicServer server = net.serve(Loopback.settings(20, null, tls(authority.signed("127.0.0.1"), authority.authority())));
        Certificates.Pair mine = authority.signed("client.example");
        QuicClientPool with = net.pool(new ClientSettings.Tls(mine.cert(), mine.key(), authority.authority(), true));
        QuicClientPool without = net.pool(new ClientSettings.Tls(null, null, authority.authority(), true));
        Certificates.Pair strange = new Certificates(directory, "somebody").signed("client.example");
        QuicClientPool stranger = net.pool(new ClientSettings.Tls(strange.cert(), strange.key(), authority.authority(), true));
        assertThat(failure(without, Loopback.remote(server)).getMessage())
                .contains("wants a client certificate", "agentdb.client.tls.cert");
        assertThat(failure(stranger, Loopback.remote(server)).getMessage()).contains("certificate", "agentdb.server.tls.ca");
        assertThat(with.session(Loopback.remote(server)).nodeId()).isEqualTo("server");
    }

    @Test
    void missingFiles_areToldAtStart_notAtTheFirstSync() {
        Path nowhere = directory.resolve("nowhere.pem");
        assertThatThrownBy(() -> net.pool(new ClientSettings.Tls(null, null, nowhere, true))).isInstanceOf(TlsFailure.class)
                .hasMessageContaining("agentdb.client.tls.ca").hasMessageContaining("nowhere.pem");
        assertThatThrownBy(() -> net.pool(new ClientSettings.Tls(nowhere, nowhere, null, true))).isInstanceOf(TlsFailure.class)
                .hasMessageContaining("agentdb.client.tls").hasMessageContaining("nowhere.pem");
        assertThatThrownBy(() -> net.serve(Loopback.settings(20, null, new ServerSettings.Tls(nowhere, nowhere, null))))
                .isInstanceOf(TlsFailure.class).hasMessageContaining("agentdb.server.tls.cert");
    }

    @Test
    void garbledFiles_areToldAtStart() throws Exception {
        Path garbled = Files.writeString(directory.resolve("garbled.pem"), "not a certificate");
        Certificates.Pair good = authority.signed("127.0.0.1");
        assertThatThrownBy(() -> net.serve(Loopback.settings(20, null, new ServerSettings.Tls(good.cert(), garbled, null))))
                .isInstanceOf(TlsFailure.class).hasMessageContaining("garbled.pem");
        assertThatThrownBy(() -> net.pool(new ClientSettings.Tls(null, null, garbled, true))).isInstanceOf(TlsFailure.class)
                .hasMessageContaining("garbled.pem");
    }

    private static ServerSettings.Tls tls(Certificates.Pair pair, Path clientAuthority) {
        return new ServerSettings.Tls(pair.cert(), pair.key(), clientAuthority);
    }

    private static SyncException failure(QuicClientPool pool, Remote remote) {
        long start = System.nanoTime();
        PeerUnreachable failure = catchThrowableOfType(PeerUnreachable.class, () -> pool.session(remote));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AT_ONCE);
        return failure;
    }
}
