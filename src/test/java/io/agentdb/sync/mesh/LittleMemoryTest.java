package io.agentdb.sync.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Hlc;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A node with the image's least memory, which ends where memory does, and clients who send what makes much of itself.
 */
@Tag("long")
class LittleMemoryTest {

    /** Nine such records are a batch of 29 MB, which travels as a few hundred kilobytes. */
    private static final String MUCH = new Random(1).ints(10_700, 0, 1 << 20)
            .mapToObj(i -> Integer.toString(i, 36) + " is what differs" + ", and what repeats itself".repeat(12))
            .collect(Collectors.joining());

    @Test
    void nodeOf256Megabytes_outlivesBatchesThatMakeMuchOfThemselves_fromWhoMayWriteAndWhoMayNot() throws Exception {
        List<String> program = new ArrayList<>(List.of("-XX:+ExitOnOutOfMemoryError"));
        program.addAll(ThisRelease.program());
        program.addAll(List.of("--agentdb.server.tokens[0].name=nothing", "--agentdb.server.tokens[0].secret=nothing",
                "--agentdb.server.tokens[0].permissions.full=none", "--agentdb.server.tokens[1].name=writer",
                "--agentdb.server.tokens[1].secret=writer"));
        try (ProcessNode node = new ProcessNode("little", TestPostgres.createMigrated(), program); TestNode client =
                TestNode.start("client")) {
            node.start();
            String fingerprint = node.get("/status").get("quic").get("fingerprint").stringValue();
            for (String token : List.of("nothing", "writer")) {
                DialTarget remote = new DialTarget(token, new HostPort("127.0.0.1", node.quicPort), token, fingerprint);
                QuicClientPool pool = client.bean(QuicClientPool.class);
                IntStream.range(0, 4).mapToObj(i -> OwnThread.run(() -> push(pool, remote))).toList()
                        .forEach(CompletableFuture::join);
            }
            assertThat(node.get("/actuator/health").get("status").stringValue()).isEqualTo("UP");
        }
    }

    /** Without waiting for an answer. */
    private static void push(QuicClientPool pool, DialTarget remote) {
        try (Exchange exchange = pool.open(remote)) {
            exchange.send(new PushRequest(List.of(Kind.EPISODES), Selection.ALL));
            for (int batch = 1; batch <= 6; batch++) {
                exchange.send(new Batch(Kind.EPISODES, IntStream.range(batch * 9, batch * 9 + 9)
                        .mapToObj(LittleMemoryTest::record).toList()));
            }
            for (int answer = 0; answer < 7; answer++) {
                exchange.receive();
            }
        } catch (SyncException refused) {
            // Told to wait, or not to write: as the node likes, as long as it lives.
            assertThat(refused).hasMessageNotContaining("said nothing");
        }
    }

    private static Revision record(int counter) {
        Object[] values = new Object[Kind.EPISODES.columns().size()];
        Map.of("ts", Instant.EPOCH, "session_id", "s", "task", "t", "output", MUCH, "created_at", Instant.EPOCH)
                .forEach((name, value) -> values[Kind.EPISODES.indexOf(name)] = value);
        Dot dot = new Dot(new Actor("client.aaaaaaaa"), counter, Hlc.at(Instant.now()));
        return new Revision(Kind.EPISODES, UUID.randomUUID(), new Version(dot, VersionVector.of(dot), 1),
                new Content(Arrays.asList(values)));
    }
}
