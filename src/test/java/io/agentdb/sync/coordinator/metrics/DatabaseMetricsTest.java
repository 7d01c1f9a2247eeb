package io.agentdb.sync.coordinator.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.postgres.DatabaseWait;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class DatabaseMetricsTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void fewRecords_areCounted_andMany_estimatedWithoutReadingThem() {
        try (TestNode node = TestNode.start("full")) {
            node.jdbc().update("insert into skills (name) values ('one'), ('two')");
            node.jdbc().update("""
                    insert into episodes (session_id, task, input)
                    select 's', 't', (select string_agg(md5(i || '.' || j), '') from generate_series(1, 50) j)
                        from generate_series(1, 25000) i
                    """);
            node.jdbc().execute("analyze episodes");
            DatabaseMetrics metrics = new DatabaseMetrics(node.bean(NodeCounts.class),
                    node.bean(DatabaseWait.class), meters, LONG);
            assertThat(value("agentdb.database.up")).as("not looked yet").isZero();
            metrics.refresh();
            assertThat(value("agentdb.database.up")).isEqualTo(1);
            assertThat(records("skills")).isEqualTo(2);
            assertThat(records("episodes")).isCloseTo(25_000, within(1_000.0));
            assertThat(value("agentdb.database.tombstones")).isZero();
            assertThat(value("agentdb.database.size")).isGreaterThan(32 << 20);
        }
    }

    @Test
    void databaseThatRefuses_orSaysNothingForLong_isNotUp() {
        NodeCounts away = new NodeCounts(new JdbcTemplate(
                new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/none")), null);
        try (TestNode node = TestNode.start("silent")) {
            DatabaseMetrics refused = new DatabaseMetrics(away, node.bean(DatabaseWait.class), meters, LONG);
            refused.refresh();
            assertThat(value("agentdb.database.up")).isZero();
            SimpleMeterRegistry others = new SimpleMeterRegistry();
            // Three intervals without an answer: here, they have passed once the look is done.
            new DatabaseMetrics(node.bean(NodeCounts.class), node.bean(DatabaseWait.class), others, Duration.ZERO)
                    .refresh();
            assertThat(others.get("agentdb.database.up").gauge().value()).isZero();
        }
    }

    /** The alert counts changes of it, over restarts of the process. */
    @Test
    void newIncarnation_isTold_whoeverHasTakenIt() {
        try (TestNode node = TestNode.start("restored"); TestNode other = node.sibling()) {
            DatabaseMetrics metrics = new DatabaseMetrics(node.bean(NodeCounts.class),
                    node.bean(DatabaseWait.class), meters, LONG);
            metrics.refresh();
            double before = value("agentdb.node.incarnated.timestamp");
            assertThat(before).isCloseTo(System.currentTimeMillis() / 1000.0, within(600.0));
            LocalNode self = other.bean(LocalNode.class);
            self.renew(self.actor(), null, "a test says so");
            metrics.refresh();
            assertThat(value("agentdb.node.incarnated.timestamp")).isGreaterThan(before);
        }
    }

    private double records(String kind) {
        return meters.get("agentdb.database.records").tag("kind", kind).gauge().value();
    }

    private double value(String name) {
        return meters.get(name).gauge().value();
    }
}
