package io.agentdb.sync.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.Credentials;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.quic.server.Loopback;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Selection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stays open lets its peer do what it may do now, not what it might when it began. */
class LivePermissionsTest {

    @TempDir
    private Path files;
    private TestNode server;
    private TestNode reader;

    @BeforeEach
    void start() throws Exception {
        tokens("{name: reader, secret: r3ader, permissions: {skills: read}}");
        server = TestNode.start("server", "agentdb.server.open=false", "agentdb.server.reload-interval=20ms",
                "agentdb.server.tokens-file=" + files.resolve("tokens.yml"));
        reader = TestNode.start("reader", "agentdb.sync.auto=true", "agentdb.sync.interval=1h",
                "agentdb.peers[0].name=server", "agentdb.peers[0].auth-token=r3ader",
                "agentdb.peers[0].address=127.0.0.1:" + server.quicPort(),
                "agentdb.peers[0].fingerprint=" + server.bean(QuicServer.class).status().fingerprint());
        await().until(() -> reader.bean(LiveSync.class).peers().contains(new PeerName("server")));
    }

    @AfterEach
    void stop() {
        reader.close();
        server.close();
    }

    @Test
    void whatMayNotBeRead_isNotSent_andWhatMayNotBeWritten_isNotTaken() {
        server.episode("of a kind that it may not read");
        reader.jdbc().update("insert into skills (name) values ('of one who may not write')");
        server.jdbc().update("insert into skills (name) values ('to be read')");
        await().until(() -> names(reader).contains("to be read"));
        assertThat(reader.jdbc().queryForObject("select count(*) from episodes", Integer.class)).isZero();
        assertThat(names(server)).containsExactly("to be read");
    }

    @Test
    void kindThatMayNotBeRead_isRefused() {
        try (Loopback loopback = new Loopback()) {
            QuicClientPool pool = loopback.pool("reader", Loopback.UNVERIFIED, 1, Limits.ALPN, 0);
            try (Exchange exchange = pool.openStanding(
                    Loopback.to("127.0.0.1", server.bean(QuicServer.class), "r3ader", null))) {
                Cursor start = Cursor.start(server.bean(LocalNode.class).actor());
                exchange.send(new PullRequest(Map.of(Kind.EPISODES, start), Selection.ALL, 0, Map.of(), List.of(),
                        true));
                assertThatThrownBy(exchange::receive).isInstanceOfSatisfying(PeerRejected.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.FORBIDDEN));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{name: reader, secret: r3ader, permissions: {full: none}}",
        "{name: reader, secret: an0ther}"})
    void permissionThatIsTakenAway_endsIt_beforeAnythingElseIsSent(String token) throws Exception {
        server.jdbc().update("insert into skills (name) values ('before')");
        await().until(() -> names(reader).contains("before"));
        tokens(token + ", {name: of-the-new-file, secret: x}");
        await().until(() -> server.bean(Credentials.class).knows("of-the-new-file"));
        server.jdbc().update("insert into skills (name) values ('afterwards')");
        await().until(() -> reader.bean(LiveSync.class).peers().isEmpty());
        await().until(() -> server.bean(ConnectionRegistry.class).views().stream()
                .allMatch(connection -> connection.openStreams() == 0));
        assertThat(names(reader)).containsExactly("before");
    }

    private void tokens(String list) throws Exception {
        Path draft = Files.writeString(files.resolve("draft"), "tokens: [" + list + "]");
        Files.move(draft, files.resolve("tokens.yml"), StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<String> names(TestNode node) {
        return node.jdbc().queryForList("select name from skills order by name", String.class);
    }
}
