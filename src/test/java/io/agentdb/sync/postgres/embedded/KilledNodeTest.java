package io.agentdb.sync.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.home.DirectoryInUse;
import io.agentdb.sync.home.DirectoryLock;
import io.agentdb.sync.postgres.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Whatever is killed, the rows that a client saw committed are there after the next start. */
class KilledNodeTest {

    private static final int ROWS_BEFORE_THE_KILL = 200;

    /** One cluster for all tests: making one takes longer than any of them. */
    @TempDir
    private static Path directory;

    /** A test that failed half-way must not leave a server running in a directory that is deleted under it. */
    @AfterAll
    static void endOrphans() {
        new Cluster(settings()).stop();
    }

    @Test
    void killedJvm_leavesAnOrphanThatTheNextStartReplaces() throws Exception {
        long orphan;
        long committed;
        try (ChildProcess child = new ChildProcess(directory)) {
            orphan = Long.parseLong(child.next("postmaster"));
            child.awaitRow(ROWS_BEFORE_THE_KILL);
            child.kill();
            committed = child.lastCommitted();
        }
        assertThat(processes().isRunning(orphan)).as("PostgreSQL outlives its JVM").isTrue();
        try (EmbeddedServer server = start()) {
            assertThat(server.pid()).isNotEqualTo(orphan);
            assertThat(processes().isRunning(orphan)).isFalse();
            assertRowsUpTo(committed, server);
        }
    }

    @Test
    void killedJvmAndPostmaster_loseNothing() throws Exception {
        long committed;
        try (ChildProcess child = new ChildProcess(directory)) {
            long postmaster = Long.parseLong(child.next("postmaster"));
            child.awaitRow(ROWS_BEFORE_THE_KILL);
            child.kill();
            committed = child.lastCommitted();
            ProcessHandle.of(postmaster).orElseThrow().destroyForcibly();
        }
        // Right away: the postmaster's children still hold its shared memory.
        try (EmbeddedServer server = start()) {
            assertRowsUpTo(committed, server);
        }
    }

    @Test
    void killedPostmasterUnderALivingJvm_losesNothing() throws Exception {
        long committed;
        try (ChildProcess child = new ChildProcess(directory)) {
            long postmaster = Long.parseLong(child.next("postmaster"));
            child.awaitRow(ROWS_BEFORE_THE_KILL);
            ProcessHandle.of(postmaster).orElseThrow().destroyForcibly();
            // The child's only connection broke, and with it the child, perhaps before it reported its last commit.
            committed = child.lastCommitted();
        }
        try (EmbeddedServer server = start()) {
            assertRowsUpTo(committed, server);
        }
    }

    @Test
    void recordedProcessNumberOfSomeoneElse_isNotTouchedAndDoesNotHinderTheStart() throws IOException {
        start().close();
        Path pidFile = directory.resolve("postgres/postmaster.pid");
        long mine = ProcessHandle.current().pid();
        Files.writeString(pidFile, mine + "\n" + directory.resolve("postgres") + "\n1700000000\n5432\n\n127.0.0.1\n");
        try (EmbeddedServer server = start()) {
            assertThat(server.pid()).isNotEqualTo(mine);
        }
    }

    @Test
    void directoryOfALivingNode_isRefusedToAnotherProcessEvenAfterARefusalHere() throws Exception {
        try (DirectoryLock held = DirectoryLock.acquire(directory)) {
            for (int attempt = 0; attempt < 2; attempt++) {
                // A refusal that opened and closed the lock file here would free the lock for the child.
                assertThatThrownBy(() -> DirectoryLock.acquire(directory))
                        .isInstanceOf(DirectoryInUse.class).hasMessageContaining(directory.toString())
                        .hasMessageContaining("agentdb.node.id").hasMessageContaining("agentdb.embedded.data-dir");
            }
            try (ChildProcess child = new ChildProcess(directory)) {
                assertThat(child.next("in use")).isNotNull();
            }
            assertThat(held.isHeld()).isTrue();
        }
        DirectoryLock.acquire(directory).close();
    }

    private EmbeddedServer start() {
        return EmbeddedServer.start(settings());
    }

    private static EmbeddedServerSettings settings() {
        return new EmbeddedServerSettings(directory, 0, TestPostgres.BINARIES, true);
    }

    private ClusterProcesses processes() throws IOException {
        return new ClusterProcesses(directory.toRealPath().resolve("postgres"));
    }

    private static void assertRowsUpTo(long committed, EmbeddedServer server) {
        assertThat(committed).isGreaterThanOrEqualTo(ROWS_BEFORE_THE_KILL);
        JdbcClient jdbc = JdbcClient.create(new DriverManagerDataSource(
                server.jdbcUrl(), server.node().user(), server.node().password()));
        assertThat(jdbc.sql("SELECT count(*) FROM rows WHERE n <= ? AND length(filler) = 500").param(committed)
                .query(Long.class).single()).isEqualTo(committed);
    }
}
