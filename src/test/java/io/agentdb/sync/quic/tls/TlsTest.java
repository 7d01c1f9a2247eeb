package io.agentdb.sync.quic.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.quic.client.ClientSettings;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.quic.server.Loopback;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.quic.server.ServerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a client believes, and whom a server lets in. */
class TlsTest {

    @TempDir
    private Path files;
    private final Loopback loopback = new Loopback();

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void developmentCertificate_isNotTrustedBlindly_andTheMessageSaysWhatToDo() {
        QuicServer server = loopback.server();
        assertThatThrownBy(() -> loopback.pool(Loopback.VERIFIED, 1).open(Loopback.to(server)))
                .isInstanceOf(PeerUnreachable.class)
                .hasMessageContaining(server.status().fingerprint()).hasMessageContaining("fingerprint")
                .hasMessageContaining("agentdb.client.tls.ca").hasMessageContaining("agentdb.client.tls.verify=false");
    }

    @Test
    void pinnedFingerprint_isTrusted_withoutAuthorityAndWhateverTheHost() {
        QuicServer server = loopback.server();
        String bare = server.status().fingerprint().replace(":", "").toLowerCase();
        assertThat(loopback.pool(Loopback.VERIFIED, 1).ping(Loopback.to("127.0.0.1", server, null, bare))).isPositive();
    }

    @Test
    void anotherFingerprint_isRefused_evenWithVerificationOff() {
        QuicServer server = loopback.server();
        String own = server.status().fingerprint();
        String other = (own.startsWith("00") ? "01" : "00") + own.substring(2);
        assertThatThrownBy(() -> loopback.pool().open(Loopback.to("127.0.0.1", server, null, other)))
                .isInstanceOf(PeerUnreachable.class)
                .hasMessageContaining(server.status().fingerprint()).hasMessageContaining("not the pinned " + other);
    }

    @Test
    void certificateOfATrustedAuthority_isTrustedForItsHost_andForNoOther() {
        Certificates authority = new Certificates(files, "one");
        QuicServer server = loopback.server(Loopback.settings(0, 100, null, tls(authority.issue("localhost"), null)));
        ClientSettings.ClientPem trusting = new ClientSettings.ClientPem(null, null, null, authority.ca(), true);
        assertThat(loopback.pool(trusting, 1).ping(Loopback.to("localhost", server, null, null))).isPositive();
        assertThatThrownBy(() -> loopback.pool(trusting, 1).open(Loopback.to("127.0.0.1", server, null, null)))
                .isInstanceOf(PeerUnreachable.class).hasMessageContaining("is not trusted")
                .hasMessageContaining("127.0.0.1");
    }

    /** As pasted from YAML: Spring would pass over the block without a word. */
    @Test
    void certificateWithBlanksAroundItsLines_isReadAllTheSame_andOneThatCannotBe_isToldOf() throws Exception {
        Certificates authority = new Certificates(files, "one");
        QuicServer server = loopback.server(Loopback.settings(0, 100, null, tls(authority.issue("localhost"), null)));
        Path two = files.resolve("two.pem");
        String one = Files.readString(authority.ca());
        Files.writeString(two, Files.readString(new Certificates(files, "two").ca()) + one.indent(2)
                .replace("\n", " \n"));
        ClientSettings.ClientPem trusting = new ClientSettings.ClientPem(null, null, null, two, true);
        assertThat(loopback.pool(trusting, 1).ping(Loopback.to("localhost", server, null, null))).isPositive();
        Files.writeString(two, one + one.replace("MII", "M!I"));
        assertThatThrownBy(() -> loopback.pool(trusting, 1).open(Loopback.to("localhost", server, null, null)))
                .hasMessageContaining("has a certificate that cannot be read: of 2 only 1 can");
    }

    @Test
    void addressBehindAName_needsTheCertificateOfTheName() {
        Certificates authority = new Certificates(files, "one");
        QuicServer server = loopback.server(Loopback.settings(
                0, 100, null, tls(authority.issue("nodes.example"), null)));
        QuicClientPool pool = loopback.pool(new ClientSettings.ClientPem(null, null, null, authority.ca(), true), 1);
        assertThat(pool.ping(new DialTarget(
                "peer", new HostPort("127.0.0.1", server.port()), null, null, "nodes.example")))
                .isPositive();
        assertThatThrownBy(() -> pool.open(new DialTarget(
                "peer", new HostPort("127.0.0.1", server.port()), null, null, "others.example")))
                .isInstanceOf(PeerUnreachable.class).hasMessageContaining("it is not for others.example");
    }

    @Test
    void certificateOfAnotherAuthority_isRefused() {
        QuicServer server = loopback.server(Loopback.settings(0, 100, null,
                tls(new Certificates(files, "one").issue("localhost"), null)));
        ClientSettings.ClientPem trusting = new ClientSettings.ClientPem(null,
                null, null, new Certificates(files, "two").ca(), true);
        assertThatThrownBy(() -> loopback.pool(trusting, 1).open(Loopback.to("localhost", server, null, null)))
                .isInstanceOf(PeerUnreachable.class).hasMessageContaining("is not trusted");
    }

    @Test
    void verificationOff_trustsAnybody() {
        assertThat(loopback.pool().ping(Loopback.to(loopback.server()))).isPositive();
    }

    @Test
    void serverWithAnAuthority_letsInOnlyClientsThatItSigned() {
        Certificates servers = new Certificates(files, "servers");
        Certificates clients = new Certificates(files, "clients");
        QuicServer server = loopback.server(Loopback.settings(
                0, 100, null, tls(servers.issue("localhost"), clients.ca())));
        DialTarget remote = Loopback.to("localhost", server, null, null);
        assertThat(loopback.pool(client(clients.issue("node"), servers), 1).ping(remote)).isPositive();
        assertThatThrownBy(() -> loopback.pool(client(new Certificates(files, "others").issue("node"), servers), 1)
                .open(remote))
                .isInstanceOf(PeerUnreachable.class).hasMessageContaining("agentdb.client.tls.cert");
        assertThatThrownBy(() -> loopback.pool(new ClientSettings.ClientPem(null, null, null, servers.ca(), true), 1)
                .open(remote))
                .isInstanceOf(PeerUnreachable.class).hasMessageContaining("wants a client certificate");
    }

    /** A certificate and its key are two files, and the one is there before the other. */
    @Test
    void filesThatAreJustExchanged_keepNobodyFromDialling() throws Exception {
        Certificates servers = new Certificates(files, "servers");
        Certificates clients = new Certificates(files, "clients");
        QuicServer server = loopback.server(Loopback.settings(
                0, 100, null, tls(servers.issue("localhost"), clients.ca())));
        DialTarget remote = Loopback.to("localhost", server, null, null);
        Certificates.Pair own = clients.issue("node");
        Certificates.Pair next = clients.issue("node");
        QuicClientPool pool = loopback.pool(client(own, servers), 1);
        assertThat(pool.ping(remote)).isPositive();
        Files.copy(next.cert(), own.cert(), StandardCopyOption.REPLACE_EXISTING);
        pool.disconnect(remote);
        assertThat(pool.ping(remote)).isPositive();
        assertThatThrownBy(() -> loopback.pool(client(own, servers), 1)).as("at start they have to be right")
                .isInstanceOf(TlsFailure.class).hasMessageContaining("is not the key of the certificate");
        Files.copy(next.key(), own.key(), StandardCopyOption.REPLACE_EXISTING);
        pool.disconnect(remote);
        assertThat(pool.ping(remote)).isPositive();
    }

    @Test
    void anotherProtocolOnThePort_isNamed() {
        QuicServer server = loopback.server();
        assertThatThrownBy(() -> loopback.pool("client", Loopback.UNVERIFIED, 1, "h3", 0).open(Loopback.to(server)))
                .isInstanceOf(PeerUnreachable.class).hasMessageContaining("does not speak h3");
        assertThat(Limits.ALPN).isEqualTo("agentdb-sync/1");
    }

    @Test
    void developmentCertificate_isKept_andItsKeyIsForItsOwnerOnly() throws Exception {
        new DevelopmentCertificate(loopback.directory);
        QuicServer server = loopback.server();
        String before = server.status().fingerprint();
        server.stop();
        server.start();
        assertThat(server.status().fingerprint()).isEqualTo(before).hasSize(95);
        Path tls = loopback.directory.resolve("tls");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tls))).isEqualTo("rwx------");
        try (var all = Files.list(tls)) {
            assertThat(all).hasSize(2).allSatisfy(file ->
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void filesThatCannotBeUsed_areNamed() throws Exception {
        Certificates authority = new Certificates(files, "one");
        Certificates.Pair good = authority.issue("localhost");
        Path empty = Files.writeString(files.resolve("empty.pem"), "");
        Path missing = files.resolve("missing.pem");
        refused(good.cert(), missing, "agentdb.server.tls.key: " + missing);
        refused(missing, good.key(), "agentdb.server.tls.cert: " + missing);
        refused(good.cert(), empty, "holds no private key");
        refused(empty, good.key(), "holds no certificate");
        refused(good.cert(), authority.issue("localhost").key(), "is not the key of the certificate");
    }

    private void refused(Path cert, Path key, String why) {
        assertThatThrownBy(() -> loopback.server(Loopback.settings(
                0, 100, null, new ServerSettings.ServerPem(null, cert, key, null))))
                .isInstanceOf(TlsFailure.class).hasMessageContaining(why);
    }

    private static ServerSettings.ServerPem tls(Certificates.Pair own, Path ca) {
        return new ServerSettings.ServerPem(null, own.cert(), own.key(), ca);
    }

    private static ClientSettings.ClientPem client(Certificates.Pair own, Certificates trusted) {
        return new ClientSettings.ClientPem(null, own.cert(), own.key(), trusted.ca(), true);
    }
}
