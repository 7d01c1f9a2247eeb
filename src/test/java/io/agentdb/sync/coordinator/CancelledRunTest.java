package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.run.PeerLock;
import io.agentdb.sync.run.Phase;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.run.SyncState;
import io.agentdb.sync.version.NodeId;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs that somebody ends before they are done. */
class CancelledRunTest {

    private static final RunOptions SMALL_BATCHES = new RunOptions(null, null, null, 10);
    /** Several times what a push has under way at once: what is, is counted still. */
    private static final int RECORDS = 20_000;

    private final HttpClient http = HttpClient.newHttpClient();

    @ParameterizedTest
    @EnumSource(value = Phase.class, names = {"PUSHING", "PULLING"})
    void cancelledRun_losesNothing_theNextGoesOn(Phase phase) throws Exception {
        try (TestNode b = TestNode.start("b"); TestNode a = TestNode.start("a")) {
            (phase == Phase.PUSHING ? a : b).jdbc().update("insert into episodes (session_id, task)"
                    + " select 's', 'task ' || i from generate_series(1, ?) i", RECORDS);
            SyncRun run = cancelledIn(a, a.peer(b), phase);
            SyncReport first = run.await(Duration.ofSeconds(30)).orElseThrow();
            assertThat(run.state()).isEqualTo(SyncRun.State.CANCELLED);
            assertThat(first.errors()).singleElement().asString().startsWith("cancelled by a test: what was exchanged");
            assertThat(first.itemsPushed() + first.itemsPulled()).isBetween(1L, RECORDS - 1L);
            assertThat(a.bean(SyncRuns.class).find(run.id()).orElseThrow().state())
                    .isEqualTo(SyncRun.State.CANCELLED);
            SyncReport second = a.sync(b);
            assertThat(second.errors()).isEmpty();
            assertThat(b.digests()).isEqualTo(a.digests());
            assertThat(second.itemsPushed() + second.itemsPulled()).as("what is there is not exchanged again")
                    .isBetween(1L, RECORDS - first.itemsPushed() - first.itemsPulled());
        }
    }

    @Test
    void cancelledRun_isNoFailureOfThePeer() throws Exception {
        try (TestNode b = TestNode.start("b"); TestNode a = TestNode.start("a")) {
            assertThat(a.sync(b).success()).isTrue();
            a.jdbc().update("insert into episodes (session_id, task)"
                    + " select 's', 'task ' || i from generate_series(1, ?) i", RECORDS);
            SyncRun run = cancelledIn(a, a.peer(b), Phase.PUSHING);
            assertThat(run.await(Duration.ofSeconds(30))).isPresent();
            assertThat(a.bean(SyncState.class).all()).singleElement().satisfies(state -> {
                assertThat(state.lastError()).isNull();
                assertThat(state.failuresInARow()).isZero();
                assertThat(state.nextAttemptAt()).isNull();
            });
            assertThat(a.bean(MeterRegistry.class).get("agentdb.sync.runs").tag("outcome", "cancelled").timer()
                    .count()).isEqualTo(1);
        }
    }

    @Test
    void runThatWaitsForAnother_hearsAtOnceThatItIsCancelled() throws Exception {
        try (TestNode b = TestNode.start("b"); TestNode a = TestNode.start("a");
                PeerLock.Held busy = a.bean(PeerLock.class).acquire(new NodeId("b"), Duration.ZERO).orElseThrow()) {
            SyncRun run = a.bean(SyncCoordinator.class).start(a.peer(b), SMALL_BATCHES);
            await().until(() -> run.history().stream().anyMatch(step -> step.phase() == Phase.DETECTING));
            a.bean(SyncRuns.class).cancel(run.id(), "cancelled by a test");
            assertThat(run.await(Duration.ofSeconds(10))).as("while the other one goes on").hasValueSatisfying(
                    report -> assertThat(report.cancelled()).isTrue());
        }
    }

    @Test
    void runOfAnotherProcess_isCancelledThroughTheDatabase() throws Exception {
        try (TestNode b = TestNode.start("b"); TestNode a = TestNode.start("a"); TestNode other = a.sibling()) {
            Peer peer = a.peer(b);
            SyncRun run;
            try (PeerLock.Held busy = a.bean(PeerLock.class).acquire(new NodeId("b"), Duration.ZERO).orElseThrow()) {
                run = a.bean(SyncCoordinator.class).start(peer, SMALL_BATCHES);
                HttpResponse<String> answer = delete(other, run.id());
                assertThat(answer.statusCode()).isEqualTo(202);
                assertThat(answer.body()).contains(run.id().toString(), "RUNNING");
                assertThat(run.await(Duration.ofSeconds(20)).orElseThrow().errors()).singleElement().asString()
                        .startsWith("cancelled by anybody").contains("what was exchanged stays");
            }
            HttpResponse<String> again = delete(other, run.id());
            assertThat(again.statusCode()).isEqualTo(409);
            assertThat(again.body()).contains("has ended");
            assertThat(delete(other, UUID.randomUUID()).statusCode()).isEqualTo(404);
        }
    }

    /** As soon as that phase has carried something. */
    private static SyncRun cancelledIn(TestNode node, Peer peer, Phase phase) throws SQLException {
        // Or it would be done on a busy machine before anybody watches it.
        try (PeerLock.Held busy = node.bean(PeerLock.class).acquire(new NodeId("b"), Duration.ZERO).orElseThrow()) {
            SyncRun run = node.bean(SyncCoordinator.class).start(peer, SMALL_BATCHES);
            run.watch(progress -> {
                if (progress.phase() == phase && progress.current() > 0) {
                    node.bean(SyncRuns.class).cancel(run.id(), "cancelled by a test");
                }
            }, report -> { });
            return run;
        }
    }

    private HttpResponse<String> delete(TestNode node, UUID run) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(node.url("/sync/runs/" + run))).DELETE().build(),
                BodyHandlers.ofString());
    }
}
