package io.agentdb.sync.bench.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.bench.Loading;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A run costs no more than when it was measured last: bytes allocated for each record, statements and round trips to
 * PostgreSQL, frames. None of them depends on how busy the machine is, so that one more of any is somebody's change.
 */
@Tag("long")
class CostGuardTest {

    private static final int RECORDS = 4_000;
    private static final int BATCH = 100;
    /** What else a node does now and then only adds: the least of so many is the run's own. */
    private static final int ROUNDS = 4;
    private static final List<String> QUIET = List.of("agentdb.sync.lag-interval=1h",
            "agentdb.server.reload-interval=1h", "spring.main.sources=" + CountingRegistry.Source.class.getName());

    private static ResourceLeakDetector.Level leakDetection;
    private static DataSource askingDatabase;
    private static DataSource answeringDatabase;
    private static CountingServer askingServer;
    private static CountingServer answeringServer;
    private static TestNode asking;
    private static TestNode answering;
    private static Bounds bounds;

    @BeforeAll
    static void start() throws IOException {
        // The other tests have each buffer's way noted down, which takes more than what is measured.
        leakDetection = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        bounds = new Bounds();
        askingDatabase = TestPostgres.createMigrated();
        answeringDatabase = TestPostgres.createMigrated();
        askingServer = new CountingServer(TestPostgres.url(askingDatabase));
        answeringServer = new CountingServer(TestPostgres.url(answeringDatabase));
        answering = TestNode.start("answering", settings(answeringServer));
        asking = TestNode.start("asking", settings(askingServer));
    }

    @AfterAll
    static void stop() throws IOException {
        asking.close();
        answering.close();
        askingServer.close();
        answeringServer.close();
        ResourceLeakDetector.setLevel(leakDetection);
    }

    @Test
    void push_costsNoMoreThanBefore() throws Exception {
        // How many batches become one transaction there is chance; of one batch, below, it is none.
        assertNoneGrew("push", RECORDS, () -> load(askingDatabase, RECORDS), CostGuardTest::sync,
                "answering.statements", "answering.round-trips");
    }

    @Test
    void pull_costsNoMoreThanBefore() throws Exception {
        assertNoneGrew("pull", RECORDS, () -> load(answeringDatabase, RECORDS), CostGuardTest::sync,
                "asking.statements", "asking.round-trips");
    }

    @Test
    void pushedBatch_costsNoMoreThanBefore() throws Exception {
        assertNoneGrew("pushed-batch", BATCH, () -> load(askingDatabase, BATCH), CostGuardTest::sync,
                "asking.bytes-per-record", "answering.bytes-per-record");
    }

    @Test
    void pulledBatch_costsNoMoreThanBefore() throws Exception {
        assertNoneGrew("pulled-batch", BATCH, () -> load(answeringDatabase, BATCH), CostGuardTest::sync,
                "asking.bytes-per-record", "answering.bytes-per-record");
    }

    @Test
    void runThatFindsNothing_costsNoMoreThanBefore() throws Exception {
        assertNoneGrew("empty-run", 1, () -> { }, CostGuardTest::sync,
                "asking.bytes-per-record", "answering.bytes-per-record");
    }

    private interface Step {

        void run() throws Exception;
    }

    private static void assertNoneGrew(String scenario, int records, Step before, Step measured,
            String... byChance) throws Exception {
        Map<String, Long> least = new TreeMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            // A run leaves something to the next one, which would then cost more than the same run after another.
            sync();
            before.run();
            Footprint start = now();
            measured.run();
            now().since(start, records).forEach((name, figure) -> least.merge(name, figure, Math::min));
        }
        least.keySet().removeAll(List.of(byChance));
        assertThat(asking.digests()).isEqualTo(answering.digests());
        assertThat(bounds.exceeded(scenario, least)).as("what costs more than cost-bounds.properties says").isEmpty();
    }

    /** Once both are done: a run gives its locks back after its report. */
    private static Footprint now() {
        AtomicReference<Footprint> last = new AtomicReference<>(footprint());
        return await().pollInterval(Duration.ofMillis(100))
                .until(CostGuardTest::footprint, one -> one.sameCounts(last.getAndSet(one)));
    }

    private static Footprint footprint() {
        return Footprint.of(asking, askingServer, answering, answeringServer);
    }

    private static void sync() {
        assertThat(asking.sync(answering).success()).isTrue();
    }

    private static void load(DataSource database, int records) throws SQLException {
        try (Connection connection = database.getConnection()) {
            new Loading(connection).episodesOnly(records);
            connection.createStatement().execute("analyze episodes");
        }
    }

    private static String[] settings(CountingServer server) {
        return Stream.concat(QUIET.stream(), Stream.of("spring.datasource.url=" + server.url()))
                .toArray(String[]::new);
    }
}
