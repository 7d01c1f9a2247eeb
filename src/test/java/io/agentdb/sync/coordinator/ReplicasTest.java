package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.postgres.AsynchronousCommit;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.PeerLock;
import io.agentdb.sync.run.Phase;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncProgress;
import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.version.NodeId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Several nodes on one database, under one identity. */
@Timeout(120)
class ReplicasTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final RunOptions OPTIONS = new RunOptions(List.of(Kind.EPISODES),
            new Selection(Instant.parse("2026-01-01T00:00:00.123456789Z"), "s", true, 0.5, List.of("math"), null),
            ConflictStrategy.LATEST_WINS, 7);

    @Test
    void orphanedRun_isTakenOverByExactlyOne_ofTwoThatTryAtOnce() throws Exception {
        DataSource database = TestPostgres.createMigrated();
        RunStore store = store(database);
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 30; i++) {
                UUID dead = UUID.randomUUID();
                RunRecord left = running(i);
                store.save(left, dead);
                Callable<List<RunRecord>> heir = () -> store(database).takeOver(dead, UUID.randomUUID());
                List<Future<List<RunRecord>>> heirs = two.invokeAll(List.of(heir, heir));
                List<RunRecord> taken = List.of(heirs.get(0).get(), heirs.get(1).get()).stream().flatMap(List::stream)
                        .toList();
                assertThat(taken).containsExactly(left);
                assertThat(store.save(left, dead)).as("the dead one would be heard").isFalse();
            }
        } finally {
            two.shutdownNow();
        }
    }

    @Test
    void livingProcess_keepsItsRuns_untilItEnds() throws Exception {
        DataSource database = TestPostgres.createMigrated();
        RunStore store = store(database);
        ProcessLock living = new ProcessLock(database);
        living.take();
        RunRecord run = running(1);
        store.save(run, living.id());
        assertThat(store.owners()).containsExactly(living.id());
        assertThat(store.takeOver(living.id(), UUID.randomUUID())).isEmpty();
        unseen(database);
        living.keep();
        assertThat(store.takeOver(living.id(), UUID.randomUUID())).as("after it lost its connection").isEmpty();
        living.destroy();
        assertThat(store.takeOver(living.id(), UUID.randomUUID())).containsExactly(run);
    }

    @Test
    void whatAProcessIsAloneAt_isItsOwn_untilItCannotBeSeen_andAnotherTakesIt() throws Exception {
        DataSource database = TestPostgres.createMigrated();
        ProcessLock one = new ProcessLock(database);
        one.take();
        ProcessLock other = new ProcessLock(database);
        other.take();
        AtomicInteger lost = new AtomicInteger();
        assertThat(one.takeAlone("a link", lost::incrementAndGet)).isTrue();
        assertThat(one.takeAlone("a link", lost::incrementAndGet)).as("twice").isFalse();
        assertThat(other.takeAlone("a link", lost::incrementAndGet)).isFalse();
        assertThat(other.isTakenElsewhere("a link")).isTrue();
        assertThat(one.isTakenElsewhere("a link")).isFalse();
        unseen(database);
        one.keep();
        other.keep();
        assertThat(other.takeAlone("a link", lost::incrementAndGet)).as("once it is seen again").isFalse();
        unseen(database);
        other.keep();
        assertThat(other.takeAlone("a link", () -> { })).isTrue();
        assertThat(lost).hasValue(0);
        one.keep();
        assertThat(lost).hasValue(1);
        other.destroy();
        assertThat(one.takeAlone("a link", () -> { })).isTrue();
        one.destroy();
    }

    /** As if the connections by which processes are seen were lost. */
    private static void unseen(DataSource database) {
        new JdbcTemplate(database)
                .queryForList("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted"
                        + " and pid <> pg_backend_pid() and database = (select oid from pg_database where datname ="
                        + " current_database())");
    }

    @Test
    void prunedTable_keepsWhatIsUnderWay_andTheNewest() {
        RunStore store = store(TestPostgres.createMigrated());
        UUID owner = UUID.randomUUID();
        for (int i = 0; i < 5; i++) {
            RunRecord run = running(i);
            store.save(run, owner);
            if (i > 0) {
                store.save(new RunRecord(run.id(), run.peer(), run.options(), run.automatic(), SyncRun.State.FAILED, 1,
                        run.startedAt(), List.of(), report(run)), owner);
            }
        }
        assertThat(store.prune(Instant.EPOCH, 2)).isEqualTo(2);
        assertThat(store.newest(10)).extracting(run -> run.peer().text())
                .containsExactly("peer4", "peer3", "peer0");
        assertThat(store.prune(Instant.now().plusSeconds(60), 10)).isEqualTo(2);
        assertThat(store.newest(10)).extracting(RunRecord::state).containsExactly(SyncRun.State.RUNNING);
    }

    @Test
    void automaticSync_ticksOncePerInterval_andIsSwitchedForAll() throws Exception {
        String[] eager = {"agentdb.sync.auto=true", "agentdb.sync.interval=1s"};
        try (TestNode b = TestNode.start("b"); TestNode a = TestNode.start("a", eager); TestNode other =
                a.sibling(eager)) {
            a.bean(Peers.class).save(a.peer(b), Map.of());
            JdbcTemplate database = a.jdbc();
            await().atMost(SOON).until(() -> database.queryForObject(
                    "select count(*) >= 10 from sync_runs", Boolean.class));
            a.bean(SyncCoordinator.class).stopAutoSync();
            // On average: a busy machine is late with one run, and the next one is then on time.
            assertThat(database.queryForObject(
                    "select extract(epoch from max(started_at) - min(started_at)) / (count(*) - 1)"
                            + " from sync_runs where automatic", Double.class))
                    .as("seconds from one automatic run of two processes to the next").isGreaterThan(0.9);
            assertThat(other.bean(SyncCoordinator.class).autoSync()).isFalse();
            await().atMost(SOON).until(() -> database.queryForObject(
                    "select count(*) = 0 from sync_runs where state = 'RUNNING'", Boolean.class));
            other.restart();
            assertThat(other.bean(SyncCoordinator.class).autoSync())
                    .as("after a restart, and against the configuration").isFalse();
        }
    }

    @Test
    void run_isSeenAndFollowedOnTheOther() throws Exception {
        try (TestNode b = TestNode.start("b"); TestNode a = TestNode.start("a"); TestNode other = a.sibling()) {
            a.episode("to be sent");
            SyncRun run;
            try (PeerLock.Held busy = a.bean(PeerLock.class).acquire(new NodeId("b"), Duration.ZERO).orElseThrow()) {
                run = a.bean(SyncCoordinator.class).start(a.peer(b), OPTIONS);
                SyncRun followed = other.bean(SyncRuns.class).follow(run.id()).orElseThrow();
                assertThat(followed.state()).isEqualTo(SyncRun.State.RUNNING);
                busy.close();
                assertThat(followed.await(SOON)).hasValue(run.report());
            }
            assertThat(other.bean(SyncRuns.class).find(run.id())).hasValueSatisfying(there -> assertThat(there)
                    .usingRecursiveComparison().ignoringFields("progress").isEqualTo(run.record()));
            HttpClient http = HttpClient.newHttpClient();
            for (String path : List.of("/sync/runs", "/sync/runs/" + run.id(), "/sync/runs/" + run.id() + "/events")) {
                assertThat(http.send(HttpRequest.newBuilder(URI.create(other.url(path))).build(),
                        BodyHandlers.ofString()).body())
                        .as(path).contains("\"success\":true");
            }
        }
    }

    @Test
    void runThatEndedWithThreeProcesses_isGivenUp() throws Exception {
        try (TestNode b = TestNode.start("b"); TestNode a = TestNode.start("a")) {
            a.bean(Peers.class).save(a.peer(b), Map.of());
            RunStore store = a.bean(RunStore.class);
            RunRecord poison = new RunRecord(UUID.randomUUID(), new PeerName("b"), RunOptions.DEFAULT, false,
                    SyncRun.State.RUNNING,
                    3, Instant.now(), List.of(), null);
            RunRecord stranger = new RunRecord(UUID.randomUUID(), new PeerName("gone"), RunOptions.DEFAULT, false,
                    SyncRun.State.RUNNING, 1, Instant.now(), List.of(), null);
            RunRecord other = new RunRecord(UUID.randomUUID(), new PeerName("b"), RunOptions.DEFAULT, true,
                    SyncRun.State.RUNNING, 2,
                    Instant.now(), List.of(), null);
            List.of(poison, stranger, other).forEach(run -> store.save(run, UUID.randomUUID()));
            await().atMost(SOON).until(() -> store.owners().isEmpty());
            assertThat(store.find(poison.id()).orElseThrow().report().errors()).singleElement().asString()
                    .contains("each of the 3 processes");
            assertThat(store.find(stranger.id()).orElseThrow().report().errors()).singleElement().asString()
                    .contains("no peer 'gone'");
            assertThat(store.find(other.id())).hasValueSatisfying(run -> {
                assertThat(run.state()).isEqualTo(SyncRun.State.SUCCEEDED);
                assertThat(run.attempts()).isEqualTo(3);
            });
        }
    }

    /** As behind one DNS name: nothing is told to itself, and nobody takes the other for a restored copy. */
    @Test
    void processThatMeetsAnotherOfItsNode_exchangesNothing() {
        try (TestNode a = TestNode.start("a"); TestNode other = a.sibling()) {
            a.episode("known to both");
            String actor = a.bean(LocalNode.class).actor().name();
            for (int i = 0; i < 3; i++) {
                assertThat(a.sync(other)).matches(report -> report.errors().isEmpty()
                        && report.itemsPushed() + report.itemsPulled() == 0);
                assertThat(other.sync(a)).matches(report -> report.errors().isEmpty()
                        && report.itemsPushed() + report.itemsPulled() == 0);
            }
            assertThat(a.jdbc().queryForObject("select actor from node", String.class)).isEqualTo(actor);
            assertThat(other.bean(QuicServer.class).status().connections()).isPositive();
        }
    }

    private static RunStore store(DataSource database) {
        AsynchronousCommit commit = new AsynchronousCommit(new JdbcTemplate(database),
                new TransactionTemplate(new DataSourceTransactionManager(database)));
        return new RunStore(JdbcClient.create(database), commit, JsonMapper.builder().build());
    }

    private static RunRecord running(int i) {
        Instant at = Instant.parse("2026-11-01T10:00:00.123456Z").plusSeconds(i);
        return new RunRecord(UUID.randomUUID(), new PeerName("peer" + i), OPTIONS, i % 2 == 0,
                SyncRun.State.RUNNING, 1, at,
                List.of(new SyncProgress(Phase.PUSHING, 1, 2, "episodes", "half", at)), null);
    }

    private static SyncReport report(RunRecord run) {
        return new SyncReport(run.peer().text(), false, run.startedAt(), run.startedAt(), 0, 0, 0, 0, 0, 0, 0, 0,
                "latest-wins", "internal", List.of("failed"));
    }
}
