package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.admission.BlockedClients;
import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.peers.NodeCredentials;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.version.NodeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a token lets its bearer do, on real nodes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PermissionsTest {

    private Path files;
    private TestNode server;
    private TestNode client;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        files = temporary;
        Path file = files.resolve("tokens.yml");
        tokens("all: one");
        server = TestNode.start("server", "agentdb.server.reload-interval=20ms", "agentdb.server.tokens-file=" + file,
                "agentdb.server.tokens[0].name=reader", "agentdb.server.tokens[0].secret=r3ader",
                "agentdb.server.tokens[0].permissions.full=read", "agentdb.server.tokens[1].name=writer",
                "agentdb.server.tokens[1].secret=wr1ter", "agentdb.server.tokens[1].permissions.full=write",
                "agentdb.server.tokens[2].name=skilled", "agentdb.server.tokens[2].secret=sk1lled",
                "agentdb.server.tokens[2].permissions.skills=both", "agentdb.server.tokens[3].name=idle",
                "agentdb.server.tokens[3].secret=1dle", "agentdb.server.tokens[3].permissions.full=none",
                "agentdb.server.tokens[4].name=old", "agentdb.server.tokens[4].secret=0ld",
                        "agentdb.server.tokens[4].expires=2020-01-01T00:00:00Z");
        client = TestNode.start("client");
    }

    @AfterAll
    void stop() {
        client.close();
        server.close();
    }

    @BeforeEach
    void empty() {
        for (TestNode node : List.of(server, client)) {
            List.of("edges", "episodes", "skills", "tombstones", "conflicts", "cursors", "knowledge",
                    "node_credentials")
                    .forEach(table -> node.jdbc().update("delete from " + table));
        }
        server.jdbc().update("insert into skills (name, description) values ('of both', 'server')");
        server.jdbc().update("insert into skills (name) values ('of the server')");
        server.episode("of the server");
        client.jdbc().update("insert into skills (name, description) values ('of both', 'client, later')");
        client.jdbc().update("insert into skills (name) values ('of the client')");
        client.episode("of the client");
    }

    @Test
    void reader_getsEverything_andChangesNothing() {
        assertThat(sync("r3ader").success()).isTrue();
        assertThat(names(server)).containsExactly("of both: server", "of the server: null");
        assertThat(names(client)).containsExactly("of both: client, later", "of the client: null",
                "of the server: null");
        assertThat(server.jdbc().queryForObject("select count(*) from conflicts", Integer.class)).isZero();
    }

    @Test
    void writer_givesEverything_andSeesNothing_alsoNotOfWhatBothHaveChanged() {
        SyncReport report = sync("wr1ter");
        assertThat(report.success()).isTrue();
        assertThat(report.conflictsDetected()).as("the server resolves them").isZero();
        assertThat(names(server)).containsExactly("of both: client, later", "of the client: null",
                "of the server: null");
        assertThat(names(client)).containsExactly("of both: client, later", "of the client: null");
        assertThat(server.jdbc().queryForObject("select count(*) from conflicts", Integer.class)).isEqualTo(1);
    }

    @Test
    void permissionForAKind_isForThatKindOnly() {
        assertThat(sync("sk1lled").success()).isTrue();
        assertThat(names(client)).isEqualTo(names(server));
        assertThat(client.jdbc().queryForList("select task from episodes", String.class))
                .containsExactly("of the client");
        assertThat(server.jdbc().queryForList("select task from episodes", String.class))
                .containsExactly("of the server");
    }

    @Test
    void tokenWithoutPermissions_connects_andIsToldThatItMayDoNothing() {
        assertThat(sync("1dle").errors()).singleElement().asString()
                .contains("FORBIDDEN", "lets this node neither read nor write");
    }

    @Test
    void expiredToken_isRefused_andNamed() {
        assertThat(sync("0ld").errors()).singleElement().asString().contains("UNAUTHENTICATED", "'old' has expired");
    }

    @Test
    void tokenThatIsExchanged_holdsUntilItIsTakenAway_withoutARestart() throws Exception {
        assertThat(sync("one").success()).isTrue();
        tokens("all: one", "all: two");
        SyncCoordinatorTest.await(() -> sync("two").success());
        assertThat(sync("one").success()).isTrue();
        tokens("all: two");
        SyncCoordinatorTest.await(() -> !sync("one").success());
        assertThat(sync("one").errors()).singleElement().asString().contains("UNAUTHENTICATED").doesNotContain("two");
        assertThat(sync("two").success()).isTrue();
    }

    @Test
    void fileThatCannotBeRead_changesNothing() throws Exception {
        tokens("all: one");
        SyncCoordinatorTest.await(() -> sync("one").success());
        Files.writeString(files.resolve("tokens.yml"), "tokens: [{name: a, secret: ");
        assertThat(sync("one").success()).isTrue();
    }

    @Test
    void blockedClient_isSentAway_andNotLetIn_untilThatIsLifted() {
        assertThat(sync("r3ader").success()).isTrue();
        BlockedClients blocked = server.bean(BlockedClients.class);
        blocked.block("reader", "asks too much");
        SyncCoordinatorTest.await(() -> server.bean(ConnectionRegistry.class).views().stream()
                .noneMatch(view -> "reader".equals(view.client())));
        assertThat(sync("r3ader").errors()).singleElement().asString()
                .contains("FORBIDDEN", "'reader' is blocked here");
        server.bean(NodeCredentials.class).release(new NodeId("client"));
        assertThat(sync("wr1ter").success()).as("it is no address").isTrue();
        blocked.block("127.0.0.1", null);
        assertThat(sync("wr1ter").success()).isFalse();
        assertThat(blocked.lift("127.0.0.1") && blocked.lift("reader")).isTrue();
        server.bean(NodeCredentials.class).release(new NodeId("client"));
        assertThat(sync("r3ader").success()).isTrue();
    }

    private void tokens(String... namesAndSecrets) throws Exception {
        StringBuilder yaml = new StringBuilder("tokens:\n");
        for (String one : namesAndSecrets) {
            yaml.append("  - name: ").append(one.split(": ")[0]).append("\n    secret: ").append(one.split(": ")[1])
                    .append('\n');
        }
        Path draft = Files.writeString(files.resolve("draft"), yaml);
        Files.move(draft, files.resolve("tokens.yml"), java.nio.file.StandardCopyOption.REPLACE_EXISTING,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    private SyncReport sync(String token) {
        return client.sync(new Peer(new PeerName(token), new HostPort("127.0.0.1", server.quicPort()), token,
                server.bean(QuicServer.class).status().fingerprint(), io.agentdb.sync.memory.Kind.ALL,
                io.agentdb.sync.replica.feed.Selection.ALL, null, Peer.Origin.API), RunOptions.DEFAULT);
    }

    private static List<String> names(TestNode node) {
        return node.jdbc()
                .queryForList("select name || ': ' || coalesce(description, 'null') from skills order by name",
                        String.class);
    }
}
