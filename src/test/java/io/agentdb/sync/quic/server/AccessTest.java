package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.admission.AccessFailure;
import io.agentdb.sync.admission.ClientCertificates;
import io.agentdb.sync.admission.Credentials;
import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.admission.Token;
import io.agentdb.sync.admission.TokenFile;
import io.agentdb.sync.admission.Tokens;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.quic.client.ClientSettings;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.quic.tls.Certificates;
import io.agentdb.sync.quic.tls.TlsFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who comes in by which certificate and token, over real QUIC. */
class AccessTest {

    @TempDir
    Path files;

    private final Loopback loopback = new Loopback();

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void certificate_namesItsBearer_byItsAlternativeName() {
        Certificates authority = new Certificates(files, "ca");
        Asking asking = new Asking();
        QuicServer server = server(authority, new HelloCheck(none(), new ClientCertificates(Map.of(), Map.of())),
                asking);
        try (Exchange exchange = pool(authority, "agent-7").open(Loopback.to("localhost", server, null, null))) {
            exchange.send(new PushRequest(List.of(), io.agentdb.sync.replica.feed.Selection.ALL));
            exchange.receive();
        }
        assertThat(asking.caller).isEqualTo("agent-7");
    }

    @Test
    void certificateOfAName_thatIsNotListed_isRefused() {
        Certificates authority = new Certificates(files, "ca");
        QuicServer server = server(authority, new HelloCheck(
                none(), new ClientCertificates(Map.of("agent-7", Permissions.ALL), Map.of())));
        assertThat(pool(authority, "agent-7").session(Loopback.to("localhost", server, null, null)).nodeId())
                .hasToString("server");
        assertThatThrownBy(() -> pool(authority, "agent-8").open(Loopback.to("localhost", server, null, null)))
                .isInstanceOf(PeerRejected.class).hasMessageContaining("'agent-8'")
                .hasMessageContaining("agentdb.server.certificates");
    }

    @Test
    void certificateAndToken_allowWhatBothAllow() {
        Certificates authority = new Certificates(files, "ca");
        Credentials tokens = new Credentials(Clock.systemUTC(),
                List.of(new Token("t", "s3cret", Map.of("skills", "both"), null, null)));
        QuicServer server = server(authority, new HelloCheck(
                tokens, new ClientCertificates(Map.of("agent-7", Permissions.of(Map.of("full", "read"))), Map.of())));
        Permissions granted = pool(authority, "agent-7").session(Loopback.to("localhost", server, "s3cret", null))
                .caller().permissions();
        assertThat(granted).isEqualTo(Permissions.of(Map.of("skills", "read")));
        assertThatThrownBy(() -> pool(authority, "agent-7").open(Loopback.to("localhost", server, "other", null)))
                .isInstanceOf(PeerRejected.class).hasMessageContaining("the token is wrong");
    }

    /** A token that was stolen is of no use with another certificate, nor the other way round. */
    @Test
    void tokenOfOne_andCertificateOfAnother_areRefused() {
        Certificates authority = new Certificates(files, "ca");
        Credentials tokens = new Credentials(Clock.systemUTC(),
                List.of(new Token("agent-7", "sevens", null, null, null),
                        new Token("agent-8", "eights", null, null, null),
                                new Token("guests", "guests", null, null, null)));
        Permissions all = Permissions.ALL;
        QuicServer server = server(authority, new HelloCheck(
                tokens, new ClientCertificates(Map.of("agent-7", all, "other", all, "agent-8", all), Map.of())));
        for (String[] together : new String[][] {{"agent-7", "sevens"}, {"other", "guests"}}) {
            assertThat(pool(authority, together[0]).ping(Loopback.to("localhost", server, together[1], null)))
                    .isPositive();
        }
        for (String[] swapped : new String[][] {{"agent-7", "eights"}, {"agent-7", "guests"}, {"other", "sevens"}}) {
            assertThatThrownBy(() -> pool(authority, swapped[0])
                    .open(Loopback.to("localhost", server, swapped[1], null)))
                    .isInstanceOf(PeerRejected.class).hasMessageContaining("do not belong together");
        }
    }

    @Test
    void exchangedCertificate_isShownToWhoComesNext_andABadOneChangesNothing() throws Exception {
        Certificates authority = new Certificates(files, "ca");
        Certificates.Pair old = authority.issue("localhost");
        Path cert = files.resolve("live-cert.pem");
        Path key = files.resolve("live-key.pem");
        put(old, cert, key);
        QuicServer server = loopback.server(Loopback.settings(
                0, 100, null, new ServerSettings.ServerPem(null, cert, key, null)));
        String before = server.status().fingerprint();
        assertThat(server.reloadTls()).as("nothing has changed").isFalse();
        Files.writeString(cert, "no certificate");
        assertThatThrownBy(server::reloadTls).isInstanceOf(TlsFailure.class).hasMessageContaining(cert.toString());
        ClientSettings.ClientPem trusting = new ClientSettings.ClientPem(null, null, null, authority.ca(), true);
        assertThat(loopback.pool(trusting, 1).session(Loopback.to("localhost", server, null, null)).nodeId())
                .hasToString("server");
        put(new Certificates(files, "other").issue("localhost"), cert, key);
        assertThat(server.reloadTls()).isTrue();
        assertThat(server.status().fingerprint()).isNotEqualTo(before);
        assertThatThrownBy(() -> loopback.pool(trusting, 1).open(Loopback.to("localhost", server, null, null)))
                .as("it is another authority's").hasMessageContaining("certificate");
        assertThat(loopback.pool().session(Loopback.to("localhost", server, null, server.status().fingerprint()))
                .nodeId()).hasToString("server");
    }

    @Test
    void tokenOfTheNodesOwn_isMadeOnce_forItsOwnerOnly() throws Exception {
        String token = Tokens.kept(files).secret();
        assertThat(token).hasSizeGreaterThan(20).isEqualTo(Tokens.kept(files).secret());
        assertThat(Files.getPosixFilePermissions(Tokens.kept(files).file())).extracting(Object::toString)
                .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
        Files.writeString(Tokens.kept(files).file(), "\n");
        assertThatThrownBy(() -> Tokens.kept(files)).isInstanceOf(AccessFailure.class)
                .hasMessageContaining("holds no secret");
    }

    @Test
    void tokenFile_isReadWithItsPermissions_andWhatIsWrongIsNamedWithoutASecret() throws Exception {
        Path file = Files.writeString(files.resolve("t.yml"), """
                tokens:
                  - {name: a, secret: s3cret-a}
                  - name: b
                    secret: sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b
                    permissions: {skills: read, full: none}
                    expires: 2030-01-01T00:00:00Z
                """);
        assertThat(TokenFile.read(file)).extracting(Token::name).containsExactly("a", "b");
        assertThat(TokenFile.read(file).get(1).expires()).isEqualTo("2030-01-01T00:00:00Z");
        for (String wrong : List.of("tokens: [{name: a, secret: s3cret",
                "tokens: [{name: a, secret: s3cret, permissions: {dreams: read}}]", "tokens: [{secret: s3cret}]",
                        "others: [{name: a, secret: s3cret}]", "tokens: [{name: a, secret: s3cret, expires: soon}]")) {
            Files.writeString(file, wrong);
            assertThatThrownBy(() -> TokenFile.read(file)).as(wrong).isInstanceOf(AccessFailure.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageNotContaining("s3cret");
        }
    }

    @Test
    void addressThatBeginsTooManyConnections_isNotAnswered() {
        loopback.limits(100, 3).timeout(java.time.Duration.ofSeconds(2));
        QuicServer server = loopback.server();
        for (int i = 0; i < 3; i++) {
            assertThat(loopback.pool().session(Loopback.to(server)).nodeId()).hasToString("server");
        }
        assertThatThrownBy(() -> loopback.pool().session(Loopback.to(server))).isInstanceOf(PeerUnreachable.class);
        assertThat(loopback.meters.counter("agentdb.quic.refused", "reason", "too_many_handshakes").count())
                .isPositive();
    }

    private QuicServer server(Certificates authority, HelloCheck introduction, RequestHandler<?>... handlers) {
        Certificates.Pair own = authority.issue("localhost");
        return loopback.server(Loopback.settings(0, 100, null,
                new ServerSettings.ServerPem(null, own.cert(), own.key(), authority.ca())), introduction, handlers);
    }

    private QuicClientPool pool(Certificates authority, String name) {
        Certificates.Pair own = authority.issue(name);
        return loopback.pool(new ClientSettings.ClientPem(null, own.cert(), own.key(), authority.ca(), true), 1);
    }

    private static Credentials none() {
        return new Credentials(Clock.systemUTC(), List.of());
    }

    private static void put(Certificates.Pair pair, Path cert, Path key) throws Exception {
        Files.copy(pair.cert(), cert, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(pair.key(), key, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Remembers who asked. */
    private static final class Asking implements RequestHandler<PushRequest> {
        private volatile String caller;

        @Override
        public Class<PushRequest> request() {
            return PushRequest.class;
        }

        @Override
        public void handle(PushRequest request, Exchange exchange) {
            caller = exchange.session().caller().name();
            exchange.send(new io.agentdb.sync.protocol.Message.PushDone());
        }
    }
}
