package io.agentdb.sync.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.agentdb.sync.OwnThread;
import io.agentdb.sync.home.DirectoryInUse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

class EmbeddedServerTest {

    /** One cluster for all tests: making one takes longer than any of them. */
    @TempDir
    private static Path parent;
    private Path directory;
    private EmbeddedServer server;
    private HikariDataSource pool;
    private JdbcClient jdbc;

    @BeforeEach
    void start() throws IOException {
        directory = Files.createDirectories(parent.resolve("a directory with spaces"));
        open();
    }

    @AfterEach
    void stop() {
        pool.close();
        server.close();
    }

    @Test
    void settings_favourDurabilityAndModesty() {
        assertThat(shown("fsync")).isEqualTo("on");
        assertThat(shown("synchronous_commit")).isEqualTo("on");
        assertThat(shown("full_page_writes")).isEqualTo("on");
        assertThat(shown("listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(shown("max_connections")).isEqualTo("60");
        assertThat(shown("shared_buffers")).isEqualTo("64MB");
        assertThat(shown("max_wal_size")).isEqualTo("1GB");
        assertThat(shown("log_checkpoints")).isEqualTo("off");
        assertThat(shown("server_encoding")).isEqualTo("UTF8");
    }

    @Test
    void killedPostmaster_isRestartedOnTheSamePort() throws SQLException {
        jdbc.sql("CREATE TABLE kept (id int)").update();
        jdbc.sql("INSERT INTO kept VALUES (1)").update();
        long pid = server.pid();
        int port = server.port();
        try (Connection inUse = pool.getConnection(); Statement statement = inUse.createStatement()) {
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(60)")).isInstanceOf(SQLException.class);
        }
        await().atMost(Duration.ofSeconds(20)).ignoreExceptions().untilAsserted(() ->
                assertThat(jdbc.sql("SELECT count(*) FROM kept").query(Integer.class).single()).isOne());
        assertThat(server.port()).isEqualTo(port);
        assertThat(server.pid()).isNotEqualTo(pid);
    }

    @Test
    void backendThatComputesWhenItsPostmasterDies_doesNotHinderTheRestart() throws SQLException {
        long pid = server.pid();
        try (Connection inUse = pool.getConnection(); Statement statement = inUse.createStatement()) {
            // Never looks up from its work, so it would hold the dead server's shared memory for minutes.
            CompletableFuture<Void> computing = OwnThread.run(() -> {
                try {
                    statement.execute("SELECT count(*) FROM generate_series(1, 5000000000)");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().until(() -> jdbc.sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%series(1, 50%' "
                    + "AND state = 'active' AND pid <> pg_backend_pid()").query(Integer.class).single() == 1);
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> server.pid() != pid
                    && jdbc.sql("SELECT 1").query(Integer.class).single() == 1);
            await().until(computing::isCompletedExceptionally);
        }
    }

    @Test
    void closedServer_leavesNoProcessAndKeepsItsRows() throws IOException {
        jdbc.sql("CREATE TABLE answers AS SELECT 42 AS id").update();
        stop();
        assertThat(new ClusterProcesses(directory.toRealPath().resolve("postgres")).all()).isEmpty();
        server.close();
        open();
        assertThat(jdbc.sql("SELECT id FROM answers").query(Integer.class).single()).isEqualTo(42);
    }

    @Test
    void directoryInUse_isRefused() {
        assertThatThrownBy(() -> EmbeddedServer.start(settings(0))).isInstanceOf(DirectoryInUse.class);
        assertThat(jdbc.sql("SELECT 1").query(Integer.class).single()).isOne();
    }

    @Test
    void portOfSomeoneElse_isReportedInPostgresOwnWordsAndTheDirectoryIsFree() throws IOException {
        stop();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedServer.start(settings(taken.getLocalPort())))
                    .isInstanceOf(EmbeddedServerFailure.class)
                    .hasMessageContaining("on port " + taken.getLocalPort())
                    .hasMessageContaining("could not bind");
        }
        open();
        assertThat(jdbc.sql("SELECT 1").query(Integer.class).single()).isOne();
    }

    @Test
    void draftOfAnInterruptedFirstStart_isSweptAway() throws IOException {
        stop();
        Path draft = Files.createDirectories(directory.resolve("postgres.draft-1/base"));
        Files.writeString(draft.resolve("half"), "half");
        open();
        assertThat(directory.resolve("postgres.draft-1")).doesNotExist();
    }

    /** Of a cluster whose node was the superuser: its agents are back as soon as the server is. */
    @Test
    void handingOver_deadlocksWithNobodyWhoWritesInAnotherOrder() throws SQLException {
        List<String> tables = List.of("made_1", "made_2", "made_3", "made_4", "made_5");
        try (Connection writer = DriverManager.getConnection(
                server.jdbcUrl(), server.superuser().user(), server.superuser().password());
                Statement statement = writer.createStatement()) {
            for (String table : tables) {
                statement.execute("create table " + table + " (id int)");
            }
            writer.setAutoCommit(false);
            statement.execute("insert into made_5 values (1)");
            CompletableFuture<Void> handedOver = OwnThread.run(this::handOver);
            await().until(() -> jdbc.sql("select exists (select from pg_locks where not granted)").query(Boolean.class)
                    .single());
            for (String table : tables) {
                statement.execute("insert into " + table + " values (1)");
            }
            writer.commit();
            handedOver.join();
        }
        assertThat(jdbc.sql("select distinct tableowner from pg_tables where tablename in (:tables)")
                .param("tables", tables)
                .query(String.class).list()).containsExactly("agentdb");
    }

    private void handOver() {
        try {
            NodeDatabase.prepare(server.port(), ClusterDoor.of(settings(0)));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void open() {
        server = EmbeddedServer.start(settings(0));
        pool = new HikariDataSource();
        pool.setJdbcUrl(server.jdbcUrl());
        pool.setUsername(server.node().user());
        pool.setPassword(server.node().password());
        pool.setMaximumPoolSize(3);
        pool.setConnectionTimeout(2000);
        jdbc = JdbcClient.create(pool);
    }

    private EmbeddedServerSettings settings(int port) {
        return new EmbeddedServerSettings(directory, port, TestPostgres.BINARIES, true);
    }

    private String shown(String setting) {
        return jdbc.sql("SHOW " + setting).query(String.class).single();
    }
}
