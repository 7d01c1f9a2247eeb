package io.agentdb.sync.replica.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.NodeIdentity;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import io.agentdb.sync.version.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A release that knows {@code critique} and {@code latency_ms} takes over a database whose release did not. */
class UnknownFieldMigrationTest {

    private final DataSource database = TestPostgres.createMigrated();
    private final JdbcTemplate jdbc = new JdbcTemplate(database);

    @BeforeEach
    void before() {
        new NodeIdentity(jdbc, new TransactionTemplate(new DataSourceTransactionManager(database)),
                Optional.of(new NodeId("a")));
        jdbc.update("insert into episodes (session_id, task) select 's', 'task ' || i from generate_series(1, 2500) i");
    }

    @Test
    void keptFields_moveIntoTheirColumns_underTheVersionsThatTheyHad() {
        keep("critique");
        List<Map<String, Object>> versions = versions();
        migrate(1);
        assertThat(count("critique = 'of a later release' and unknown_fields is null")).isEqualTo(2500);
        assertThat(versions()).isEqualTo(versions);
    }

    @Test
    void aValueThatTheDatabaseRefuses_staysUnread_andStopsNothing() {
        keep("critique");
        jdbc.execute("begin; set local agentdb.applying = 'on'; update episodes set unknown_fields = 'latency' where"
                + " task = 'task 7'; commit");
        migrate(1);
        assertThat(count("critique = 'of a later release'")).isEqualTo(2499);
        assertThat(count("task = 'task 7' and unknown_fields = 'latency' and latency_ms is null")).isEqualTo(1);
    }

    @Test
    void aRecordThatTheReleaseBeforeDeletesMeanwhile_stopsNothing() {
        keep("critique");
        AtomicBoolean deleted = new AtomicBoolean();
        migrate(1, (kind, content) -> {
            if (deleted.compareAndSet(false, true)) {
                // In the first of three batches, one of the last.
                jdbc.update("delete from episodes where id = (select id from episodes order by id desc limit 1)");
            }
            return recognized(kind, content);
        });
        assertThat(count("critique = 'of a later release'")).isEqualTo(2499);
    }

    @Test
    void itHappensOncePerRelease() {
        migrate(1);
        keep("critique");
        migrate(1);
        assertThat(count("critique is null")).as("the same release again").isEqualTo(2500);
        migrate(2);
        assertThat(count("critique is null")).as("the next release").isZero();
    }

    private void keep(String fields) {
        jdbc.execute("begin; set local agentdb.applying = 'on'; update episodes set unknown_fields = '" + fields
                + "'; commit");
    }

    private void migrate(int known) {
        migrate(known, UnknownFieldMigrationTest::recognized);
    }

    private void migrate(int known, BiFunction<Kind, Content, Content> recognized) {
        Flyway.configure().dataSource(database).callbacks(new UnknownFieldMigration(known, recognized)).load()
                .migrate();
    }

    /** Stands for the codec: the text names the field that a record has. */
    private static Content recognized(Kind kind, Content content) {
        List<Object> values = new ArrayList<>(content.values());
        if ("critique".equals(content.unknown())) {
            values.set(kind.indexOf("critique"), "of a later release");
        } else {
            values.set(kind.indexOf("latency_ms"), -1L);
        }
        return new Content(values);
    }

    private List<Map<String, Object>> versions() {
        return jdbc.queryForList(
                "select id, actor, counter, xid, context::text, hlc, feed_xid, via from episodes order by id");
    }

    private int count(String where) {
        return jdbc.queryForObject("select count(*) from episodes where " + where, Integer.class);
    }
}
