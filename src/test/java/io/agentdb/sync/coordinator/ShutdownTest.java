package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.BatchAck;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.Message.PushEnd;
import io.agentdb.sync.protocol.Message.PushReady;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.quic.client.QuicClientPool;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.run.SyncState;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;

@Timeout(120)
class ShutdownTest {

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void stoppingNode_isUnreadyFirst_takesNothingNew_andFinishesWhatIsUnderWay() throws Exception {
        TestNode stopping = TestNode.start("stopping", "agentdb.server.shutdown-grace=60s");
        JdbcTemplate kept = stopping.jdbc();
        try (TestNode peer = TestNode.start("peer", "agentdb.client.max-retries=0", "agentdb.client.timeout=5s");
                Exchange push = peer.bean(QuicClientPool.class).open(peer.peer(stopping).remote())) {
            push.send(new PushRequest(List.of(Kind.EPISODES), Selection.ALL, 0, 0, 0));
            push.receive(PushReady.class);
            Peer target = peer.peer(stopping);
            URI readiness = URI.create(stopping.url("/actuator/health/readiness"));
            CompletableFuture<Void> stop = OwnThread.run(stopping::close);
            await().atMost(Duration.ofSeconds(10)).until(() -> status(readiness) == 503);
            assertThat(peer.sync(target, RunOptions.DEFAULT)).extracting(SyncReport::failure).isEqualTo("unreachable");
            assertThat(stop).as("it waits for the push").isNotDone();

            push.send(new Batch(Kind.EPISODES, written(peer)));
            assertThat(push.receive(BatchAck.class).applied()).isEqualTo(1);
            push.send(new PushEnd(Map.of()));
            push.finish();
            push.receive(PushDone.class);
            push.close();
            stop.get(30, TimeUnit.SECONDS);
        }
        assertThat(kept.queryForObject("select count(*) from episodes", Integer.class)).isEqualTo(1);
    }

    @Test
    void requestThatDoesNotEnd_isBrokenOffAfterTheGrace_andKeepsWhatItHadApplied() throws Exception {
        TestNode stopping = TestNode.start("hurried", "agentdb.server.shutdown-grace=300ms");
        JdbcTemplate kept = stopping.jdbc();
        try (TestNode peer = TestNode.start("slow", "agentdb.client.max-retries=0");
                Exchange push = peer.bean(QuicClientPool.class).open(peer.peer(stopping).remote())) {
            push.send(new PushRequest(List.of(Kind.EPISODES), Selection.ALL, 0, 0, 0));
            push.receive(PushReady.class);
            push.send(new Batch(Kind.EPISODES, written(peer)));
            assertThat(push.receive(BatchAck.class).applied()).isEqualTo(1);
            OwnThread.run(stopping::close).get(30, TimeUnit.SECONDS);
        }
        assertThat(kept.queryForObject("select count(*) from episodes", Integer.class)).isEqualTo(1);
    }

    /** Its own stopping says nothing about the peer, which is tried again as soon as the node is back. */
    @Test
    void runThatTheNodesOwnStopBreaksOff_leavesNoPeerAlone() {
        try (TestNode peer = TestNode.start("paced", "agentdb.server.rate-limit.max-requests-per-minute=1")) {
            TestNode stopping = TestNode.start("leaving");
            SyncRun run = stopping.bean(SyncCoordinator.class).start(stopping.peer(peer), RunOptions.DEFAULT);
            await().atMost(Duration.ofSeconds(20)).until(() -> run.history().stream().anyMatch(progress ->
                    progress.message() != null && progress.message().contains("paced")));
            stopping.restart();
            assertThat(run.report()).isNotNull().satisfies(report -> assertThat(report.success()).isFalse());
            assertThat(stopping.bean(SyncState.class).leftAlone(Instant.now())).isEmpty();
            stopping.close();
        }
    }

    /** A version that a node has really written. */
    private static List<Revision> written(TestNode node) {
        node.episode("under way");
        ChangeFeed feed = node.bean(ChangeFeed.class);
        return feed.read(Kind.EPISODES, Cursor.start(node.bean(LocalNode.class).actor()), feed.horizon(), Selection.ALL,
                new Reader(null, Knowledge.NONE), 10, 1 << 20).revisions();
    }

    private int status(URI uri) throws Exception {
        return http.send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(), BodyHandlers.discarding())
                .statusCode();
    }
}
