package io.agentdb.sync.replica.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.postgres.embedded.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.jdbc.PgConnection;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class FenceWatchTest {

    private final DataSource database = TestPostgres.createMigrated();
    private final List<Connection> open = new ArrayList<>();
    private FenceWatch ofOwner;
    private FenceWatch ofOtherRole;

    @BeforeEach
    void watch() throws SQLException {
        ofOwner = new FenceWatch(new JdbcTemplate(database));
        JdbcTemplate other = new JdbcTemplate(new SingleConnectionDataSource(connection(), true));
        // Any role that is no superuser and may not read the statistics of others.
        other.execute("set role pg_read_all_data");
        ofOtherRole = new FenceWatch(other);
    }

    @AfterEach
    void close() throws SQLException {
        for (Connection connection : open) {
            connection.close();
        }
    }

    @Test
    void nothingOpen_holdsNothingBack() {
        for (FenceWatch watch : List.of(ofOwner, ofOtherRole)) {
            long before = System.nanoTime();
            Fence fence = watch.look();
            assertThat(fence.age()).isZero();
            assertThat(fence.behind()).isLessThan(since(before));
        }
    }

    @Test
    void aTransactionWhoseBeginIsTold_isAsOldAsItIs() throws SQLException {
        long before = System.nanoTime();
        write();
        long written = System.nanoTime();
        Duration least = since(written);
        Fence fence = ofOwner.look();
        // Told times are cut to milliseconds.
        assertThat(fence.age().plusMillis(1)).isBetween(least, since(before).plusMillis(1));
        assertThat(fence.behind().plusMillis(1)).isBetween(least, since(before).plusMillis(1));
    }

    @Test
    void aTransactionWhoseBeginIsNotTold_isNeverTakenForYounger() throws SQLException {
        write();
        long written = System.nanoTime();
        for (int i = 0; i < 3; i++) {
            Duration least = since(written);
            assertThat(ofOtherRole.look().behind()).isGreaterThan(least);
        }
    }

    @Test
    void aTransactionWhoseBeginIsNotTold_isNotOlderThanTheLastLookBeforeIt() throws SQLException {
        ofOtherRole.look();
        Connection first = write();
        long between = System.nanoTime();
        ofOtherRole.look();
        write();
        long written = System.nanoTime();
        assertThat(ofOtherRole.look().behind()).as("held back by the first")
                .isGreaterThan(Duration.ofNanos(written - between));
        first.commit();
        Duration least = since(written);
        assertThat(ofOtherRole.look().behind()).as("held back by the second").isBetween(least, since(between));
    }

    @Test
    void aTransactionWhoseBeginIsNotTold_isAsOldAsItHasBeenSeen() throws SQLException {
        write();
        long before = System.nanoTime();
        ofOtherRole.look();
        long seen = System.nanoTime();
        Duration least = since(seen);
        assertThat(ofOtherRole.look().age()).isBetween(least, since(before));
    }

    @Test
    void aFenceThatIsHeldBackForLong_takesNoMemoryWithoutEnd_andWhatIsKnownStaysTrue() throws SQLException {
        ofOtherRole.look();
        Connection first = write();
        JdbcTemplate others = new JdbcTemplate(new SingleConnectionDataSource(connection(), true));
        for (int i = 0; i < 1_100; i++) {
            others.queryForObject("select pg_current_xact_id()::text", String.class);
            ofOtherRole.look();
        }
        write();
        long written = System.nanoTime();
        first.commit();
        Duration least = since(written);
        assertThat(ofOtherRole.look().behind()).isGreaterThan(least);
    }

    @Test
    void aTransactionInAnotherDatabaseOfTheServer_holdsTheFenceBackToo_andIsNamed() throws SQLException {
        Connection elsewhere = TestPostgres.createMigrated().getConnection();
        open.add(elsewhere);
        elsewhere.setAutoCommit(false);
        elsewhere.createStatement().execute("select pg_current_xact_id()");
        JdbcTemplate writer = new JdbcTemplate(database);
        long later = writer.queryForObject("select pg_current_xact_id()::text::bigint", Long.class);
        for (FenceWatch watch : List.of(ofOwner, ofOtherRole)) {
            Fence fence = watch.look();
            assertThat(fence.xid()).isLessThan(later);
            assertThat(fence.holder().words()).isEqualTo("process "
                    + elsewhere.unwrap(PgConnection.class).getBackendPID() + " of "
                    + elsewhere.getMetaData().getUserName() + " in database " + elsewhere.getCatalog());
        }
        elsewhere.rollback();
        assertThat(ofOwner.look()).matches(fence -> fence.holder() == null && fence.xid() > later);
    }

    @Test
    void holder_isToldWithEverythingThatThisRoleMaySee() throws SQLException {
        Connection writer = write();
        writer.createStatement().execute("set application_name = 'nightly job'");
        writer.createStatement().execute("select 'what it did last' -- " + "x".repeat(1_000));
        FenceHolder holder = ofOwner.look().holder();
        assertThat(holder.pid()).isEqualTo(writer.unwrap(PgConnection.class).getBackendPID());
        assertThat(holder.user()).isEqualTo(writer.getMetaData().getUserName());
        assertThat(holder.database()).isEqualTo(writer.getCatalog());
        assertThat(holder.client()).isEqualTo("127.0.0.1");
        assertThat(holder.application()).isEqualTo("nightly job");
        assertThat(holder.state()).isEqualTo("idle in transaction");
        assertThat(holder.since()).isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
        assertThat(holder.query()).startsWith("select 'what it did last'").hasSize(500);
        FenceHolder unseen = ofOtherRole.look().holder();
        assertThat(unseen.pid()).isEqualTo(holder.pid());
        assertThat(unseen.query()).as("of another role, without leave to see it").isNull();
    }

    @Test
    void statementWithAPassword_isNotShown() throws SQLException {
        Connection writer = write();
        writer.createStatement().execute("select 'alter role x PassWord ''hunter2'''");
        assertThat(ofOwner.look().holder().query()).doesNotContain("hunter2").contains("not shown");
    }

    /** An open transaction that has an id, as one that has written. */
    private Connection write() throws SQLException {
        Connection writer = connection();
        writer.setAutoCommit(false);
        writer.createStatement().execute("select pg_current_xact_id()");
        return writer;
    }

    private Connection connection() throws SQLException {
        Connection connection = database.getConnection();
        open.add(connection);
        return connection;
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }
}
