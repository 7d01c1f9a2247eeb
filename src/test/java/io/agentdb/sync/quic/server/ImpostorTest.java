package io.agentdb.sync.quic.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.node.Nodes;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.Message.PullStart;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.quic.client.ClientSettings;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.quic.tls.Certificates;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.version.Actor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Clients that say that they are somebody else: a node's id is its credential's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImpostorTest {

    private static final Actor B = new Actor("b.bbbbbbbb");
    private static final Actor C = new Actor("c.cccccccc");
    private static final Actor PINNED = new Actor("pinned.pppppppp");
    private final ListAppender<ILoggingEvent> audit = new ListAppender<>();
    private final Loopback loopback = new Loopback();
    private Path files;
    private String[] settings;
    private TestNode node;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        files = temporary;
        tokens();
        settings = Stream.concat(Stream.of("agentdb.server.open=false", "agentdb.server.reload-interval=20ms",
                "agentdb.server.tokens-file=" + files.resolve("tokens.yml")),
                        Stream.of("first", "second", "pinned").flatMap(ImpostorTest::token))
                .toArray(String[]::new);
        node = TestNode.start("node", settings);
    }

    private static Stream<String> token(String name) {
        String one = "agentdb.server.tokens[" + List.of("first", "second", "pinned").indexOf(name) + "].";
        return Stream.concat(Stream.of(one + "name=" + name, one + "secret=" + name),
                name.equals("pinned") ? Stream.of(one + "node=pinned") : Stream.of());
    }

    @AfterAll
    void stop() {
        node.close();
        loopback.close();
    }

    @BeforeEach
    void listen() {
        node.jdbc().update("delete from node_credentials");
        audit.list.clear();
        audit.start();
        logger().setLevel(Level.INFO);
        logger().addAppender(audit);
    }

    @AfterEach
    void listenNoMore() {
        logger().setLevel(null);
        logger().detachAppender(audit);
    }

    @Test
    void impostorWithAnotherToken_isRefused_andAudited_andTheFirstCredentialKeepsTheId() {
        assertThat(pull(B, "first")).isNull();
        PeerRejected refused = pull(B, "second");
        assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(refused).hasMessageContaining("'first'").hasMessageContaining("'second'")
                .hasMessageContaining("DELETE /nodes/b/credential");
        assertThat(audit.list).extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> line.startsWith("node-kept by first") && line.contains("node=b"))
                .anyMatch(line -> line.startsWith("refused by second") && line.contains("reason=UNAUTHENTICATED")
                        && line.contains("node b"));
        assertThat(pull(C, "second")).as("under its own id").isNull();
        assertThat(pull(B, "first")).isNull();
    }

    @Test
    void release_holdsOnEveryProcess_andIsShown() throws Exception {
        try (TestNode other = node.sibling(settings)) {
            assertThat(pull(node, B, "first", null)).isNull();
            assertThat(pull(other, B, "second", null)).isNotNull();
            assertThat(seen(other)).containsEntry("b", "first");
            assertThat(release("b")).isEqualTo(204);
            assertThat(release("b")).isEqualTo(404);
            assertThat(pull(other, B, "second", null)).isNull();
            assertThat(pull(node, B, "first", null)).isNotNull();
            assertThat(seen(node)).containsEntry("b", "second");
        }
    }

    @Test
    void tokenThatIsExchangedUnderOneName_goesOnForItsNode() throws Exception {
        tokens("one");
        await().until(() -> pull(B, "one") == null);
        tokens("one", "two");
        await().until(() -> pull(B, "two") == null);
        assertThat(pull(B, "one")).as("until it is taken away").isNull();
        tokens("two");
        await().until(() -> pull(B, "one") != null);
        assertThat(pull(B, "two")).isNull();
    }

    @Test
    void sharedToken_isOneTrustDomain_forAnyOfItsNodes() {
        assertThat(pull(B, "first")).isNull();
        assertThat(pull(C, "first")).isNull();
        assertThat(pull(new Actor("b.cccccccc"), "first")).as("who says that it is b, with b's own token").isNull();
    }

    @Test
    void tokenForOneNode_saysThatOneAlone_andNobodyElseSaysIt() {
        assertThat(pull(PINNED, "pinned")).isNull();
        assertThat(pull(B, "pinned")).hasMessageContaining("'pinned' is the credential of node pinned alone")
                .hasMessageContaining(".node");
        assertThat(pull(PINNED, "first")).hasMessageContaining("the credential 'pinned' alone")
                .hasMessageContaining("'first'");
        assertThat(audit.list).extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> line.startsWith("refused by") && line.contains("reason=UNAUTHENTICATED"))
                .hasSize(2);
        node.jdbc().update("update node_credentials set credential = 'first' where node_id = 'pinned'");
        assertThat(pull(PINNED, "pinned")).as("the configuration has the last word").isNull();
        assertThat(seen(node)).containsEntry("pinned", "pinned");
    }

    @Test
    void certificatesName_keepsAnIdAsATokensDoes() {
        Certificates authority = new Certificates(files, "authority");
        Certificates.Pair own = authority.issue("127.0.0.1");
        try (TestNode strict = TestNode.start("strict", "agentdb.server.open=false",
                "agentdb.server.tls.cert=" + own.cert(), "agentdb.server.tls.key=" + own.key(),
                "agentdb.server.tls.ca=" + authority.ca(), "agentdb.server.certificates[0].name=alpha",
                "agentdb.server.certificates[1].name=beta", "agentdb.server.certificates[2].name=gamma",
                        "agentdb.server.certificates[2].node=gamma")) {
            assertThat(pull(strict, B, null, tls(authority, "alpha"))).isNull();
            assertThat(pull(strict, B, null, tls(authority, "beta"))).hasMessageContaining("'alpha'")
                    .hasMessageContaining("'beta'");
            assertThat(pull(strict, B, null, tls(authority, "alpha"))).as("however often it is issued anew").isNull();
            assertThat(pull(strict, B, null, tls(authority, "gamma"))).hasMessageContaining("of node gamma alone");
        }
    }

    private static ClientSettings.ClientPem tls(Certificates authority, String name) {
        Certificates.Pair own = authority.issue(name);
        return new ClientSettings.ClientPem(null, own.cert(), own.key(), authority.ca(), true);
    }

    private PeerRejected pull(Actor actor, String token) {
        return pull(node, actor, token, null);
    }

    /** @return why it was refused; null if it was served */
    private PeerRejected pull(TestNode server, Actor actor, String token, ClientSettings.ClientPem tls) {
        QuicClientPool pool = tls == null ? loopback.pool(actor) : loopback.pool(actor, tls);
        try (Exchange exchange = pool.open(Loopback.to("127.0.0.1", server.bean(QuicServer.class), token, null))) {
            exchange.send(new PullRequest(Map.of(Kind.EPISODES, Cursor.start(server.bean(LocalNode.class).actor())),
                    Selection.ALL, 0));
            exchange.receive(PullStart.class);
            return null;
        } catch (PeerRejected refused) {
            return refused;
        } finally {
            pool.close();
        }
    }

    private static Map<String, String> seen(TestNode node) {
        return node.bean(Nodes.class).all(node.bean(LocalNode.class).actor()).stream()
                .filter(seen -> seen.credential() != null)
                .collect(Collectors.toMap(Nodes.Seen::nodeId, Nodes.Seen::credential));
    }

    private int release(String id) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(
                URI.create(node.url("/nodes/" + id + "/credential"))).DELETE().build(), BodyHandlers.ofString())
                .statusCode();
    }

    private void tokens(String... secrets) throws Exception {
        StringBuilder yaml = new StringBuilder("tokens:\n");
        for (String secret : secrets) {
            yaml.append("  - {name: exchanged, secret: ").append(secret).append("}\n");
        }
        Path draft = Files.writeString(files.resolve("draft"), secrets.length == 0 ? "tokens: []\n" : yaml);
        Files.move(draft, files.resolve("tokens.yml"), java.nio.file.StandardCopyOption.REPLACE_EXISTING,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("agentdb.audit");
    }
}
