package io.agentdb.sync.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.postgres.embedded.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** From the schema of release 0.1.0 to this one's, while agents write and somebody has a long transaction open. */
@Timeout(120)
class LiveMigrationTest {

    private static final String FIRST_RELEASE = "9";
    private static final Duration BEARABLE = Duration.ofSeconds(6);

    private final DataSource database = TestPostgres.newDatabase();
    private final JdbcTemplate jdbc = new JdbcTemplate(database);
    private final AtomicBoolean enough = new AtomicBoolean();
    private final AtomicLong slowest = new AtomicLong();

    @Test
    void migrationsUnderLiveTraffic_loseNoWrite_andKeepNobodyWaitingForLong() throws Exception {
        Flyway.configure().dataSource(database).target(FIRST_RELEASE).load().migrate();
        jdbc.update("insert into node (node_id, actor, system_identifier, timeline, database_oid) values ('a',"
                + " 'a.aaaaaaaa', 's', 1, 1)");
        Flyway flyway = Flyway.configure().dataSource(database).load();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Connection slow = database.getConnection()) {
            slow.setAutoCommit(false);
            slow.createStatement()
                    .execute("insert into episodes (session_id, task) values ('slow', 'a long transaction')");
            List<Future<Integer>> writers = IntStream.range(0, 3).mapToObj(i -> threads.submit(writer(i))).toList();
            until(() -> jdbc.queryForObject("select count(*) from episodes", Integer.class) > 20);
            Future<?> migration = threads.submit(() -> new PatientMigration(30, Duration.ofMillis(100))
                    .migrate(flyway));
            until(this::migrationWaits);
            until(() -> !migrationWaits());
            assertThat(migration.isDone()).as("it tries again").isFalse();
            slow.commit();
            migration.get(60, TimeUnit.SECONDS);
            enough.set(true);
            int acknowledged = 0;
            for (Future<Integer> writer : writers) {
                acknowledged += writer.get(60, TimeUnit.SECONDS);
            }
            assertThat(jdbc.queryForObject("select count(*) from episodes where critique = 'seen'", Integer.class))
                    .isEqualTo(acknowledged);
            assertThat(Duration.ofNanos(slowest.get())).isLessThan(BEARABLE);
            assertThat(flyway.info().pending()).isEmpty();
        } finally {
            enough.set(true);
            threads.shutdownNow();
        }
    }

    @Test
    void everyMigrationSinceTheFirstRelease_waitsForLocksForAShortTimeOnly() throws Exception {
        Resource[] scripts = new PathMatchingResourcePatternResolver().getResources("classpath:db/migration/V*.sql");
        List<Resource> later = Stream.of(scripts).filter(script -> version(script) > Integer.parseInt(FIRST_RELEASE))
                .toList();
        assertThat(later).isNotEmpty();
        for (Resource script : later) {
            assertThat(script.getContentAsString(StandardCharsets.UTF_8)).as(script.getFilename())
                    .contains("set local lock_timeout = '2s';");
        }
    }

    @Test
    void processesThatStartTogether_migrateOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> starts = IntStream.range(0, 3).<Future<?>>mapToObj(i -> threads.submit(() ->
                    new PatientMigration(30, Duration.ofMillis(100))
                            .migrate(Flyway.configure().dataSource(database).load()))).toList();
            for (Future<?> start : starts) {
                start.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        MigrationInfo[] all = Flyway.configure().dataSource(database).load().info().all();
        assertThat(jdbc.queryForObject("select count(*) from flyway_schema_history where success", Integer.class))
                .isEqualTo(all.length);
    }

    /** An agent of the release before: it knows nothing of what is new. */
    private Callable<Integer> writer(int number) {
        return () -> {
            try (Connection connection = database.getConnection()) {
                JdbcTemplate agent = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
                int written = 0;
                for (; !enough.get(); written++) {
                    long start = System.nanoTime();
                    agent.update("insert into episodes (session_id, task) values (?, ?)", "w" + number,
                            "task " + written);
                    agent.update("update episodes set critique = 'seen' where session_id = ? and task = ?",
                            "w" + number, "task " + written);
                    long took = System.nanoTime() - start;
                    slowest.accumulateAndGet(took, Math::max);
                }
                return written;
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    private boolean migrationWaits() {
        return jdbc.queryForObject(
                "select exists (select from pg_locks where mode = 'AccessExclusiveLock' and not granted"
                        + " and database = (select oid from pg_database where datname = current_database()))",
                                Boolean.class);
    }

    private static int version(Resource script) {
        return Integer.parseInt(script.getFilename().substring(1, script.getFilename().indexOf("__")));
    }

    private static void until(BooleanSupplier condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition::getAsBoolean);
    }
}
