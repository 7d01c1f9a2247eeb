package io.agentdb.sync.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agentdb.sync.FreePort;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class DatabaseHealthTest {

    private static final long POOL_WAITS_MILLIS = 30_000;

    @Test
    void databaseThatRefusesEverybody_isDownLongBeforeThePoolGivesUp_andThenAtOnce() throws Exception {
        int nobodyListens = FreePort.tcp();
        try (HikariDataSource pool = pool("jdbc:postgresql://127.0.0.1:" + nobodyListens + "/x")) {
            assertDown(pool);
        }
    }

    @Test
    void databaseThatTakesConnectionsAndSaysNothing_isDownToo() throws Exception {
        ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (HikariDataSource pool = pool("jdbc:postgresql://127.0.0.1:" + mute.getLocalPort() + "/x"); mute) {
            assertDown(pool);
        }
    }

    @Test
    void databaseThatAnswers_isUp_andSoItIsWhenItAnswersLate() {
        try (HikariDataSource pool = pool(TestPostgres.url(TestPostgres.createMigrated()))) {
            pool.getHikariPoolMXBean().suspendPool();
            DatabaseHealth health = new DatabaseHealth(pool);
            assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
            pool.getHikariPoolMXBean().resumePool();
            await().atMost(Duration.ofSeconds(10)).until(() -> health.health().getStatus().equals(Status.UP));
        }
    }

    private static void assertDown(HikariDataSource pool) {
        DatabaseHealth health = new DatabaseHealth(pool);
        long begin = System.nanoTime();
        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
        long first = System.nanoTime();
        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(Duration.ofNanos(first - begin)).isLessThan(Duration.ofSeconds(10));
        assertThat(Duration.ofNanos(System.nanoTime() - first)).isLessThan(Duration.ofSeconds(1));
    }

    private static HikariDataSource pool(String url) {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(url);
        settings.setConnectionTimeout(POOL_WAITS_MILLIS);
        settings.setInitializationFailTimeout(-1);
        settings.setAllowPoolSuspension(true);
        return new HikariDataSource(settings);
    }
}
