package io.agentdb.sync.replica.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Database;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** What is committed is told, by whomever, and a while of nothing is silence. */
class ChangeWatchTest {

    private final Database node = new Database("a");
    private final AtomicInteger looks = new AtomicInteger();
    private final ChangeWatch watch = new ChangeWatch(counting(), Duration.ofMillis(10));
    private final AtomicInteger told = new AtomicInteger();

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void everyKind_andADeletion_isTold() {
        watch.listen(told::incrementAndGet);
        var episode = node.episode("new");
        await().until(() -> told.get() > 0);
        for (String sql : new String[] {"insert into skills (name) values ('fib')",
            "insert into edges (from_id, to_id, relationship) select id, id, 'is' from skills",
            "update skills set description = 'a test'", "delete from episodes where id = '" + episode + "'"}) {
            int before = settled();
            node.jdbc.update(sql);
            await(sql).until(() -> told.get() > before);
        }
    }

    @Test
    void transactionThatEndsLate_isToldWhenItEnds_andWhatItHeldBackWithIt() throws Exception {
        watch.listen(told::incrementAndGet);
        int before = settled();
        try (Connection open = node.begin()) {
            open.createStatement().execute("insert into episodes (session_id, task) values ('s', 'late')");
            node.episode("held back by it");
            assertThat(settled()).as("what no reader sees").isEqualTo(before);
            long start = System.nanoTime();
            int asked = looks.get();
            settled();
            assertThat(looks.get() - asked).as("one statement, at most, for each interval")
                    .isLessThanOrEqualTo((int) Duration.ofNanos(System.nanoTime() - start).toMillis() / 10 + 4);
            open.commit();
        }
        await().until(() -> told.get() > before);
        await().until(() -> node.everything(Kind.EPISODES).size() == 2);
    }

    @Test
    void manyThatListen_areToldSeldom_howeverOftenThereIsSomething() {
        try (ChangeWatch seldom = new ChangeWatch(node.dataSource, Duration.ofMillis(200))) {
            for (int i = 0; i < 300; i++) {
                seldom.listen(() -> { });
            }
            seldom.listen(told::incrementAndGet);
            long start = System.nanoTime();
            for (int i = 0; i < 500; i++) {
                node.episode("one of many");
                seldom.look();
            }
            assertThat(told.get()).isBetween(1, (int) Duration.ofNanos(System.nanoTime() - start).toMillis() / 200 + 2);
        }
    }

    @Test
    void writesThatAreNoRecords_areNotTold() {
        watch.listen(told::incrementAndGet);
        int before = settled();
        node.jdbc.update("insert into sync_state (peer) values ('b')");
        watch.look();
        assertThat(settled()).isEqualTo(before);
    }

    @Test
    void whoHasEnded_isNotToldAnyMore() {
        Runnable end = watch.listen(told::incrementAndGet);
        AtomicInteger other = new AtomicInteger();
        watch.listen(other::incrementAndGet);
        int before = settled();
        end.run();
        int others = other.get();
        node.episode("new");
        await().until(() -> other.get() > others);
        assertThat(told).hasValue(before);
    }

    /** Counts what is asked: one statement, or two, for each look. */
    private DataSource counting() {
        return new DelegatingDataSource(node.dataSource) {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(),
                        new Class<?>[] {Connection.class}, (proxy, method, arguments) ->
                        method.getName().equals("prepareStatement")
                                ? counted((PreparedStatement) method.invoke(connection, arguments))
                                : method.invoke(connection, arguments));
            }
        };
    }

    private PreparedStatement counted(PreparedStatement statement) {
        return (PreparedStatement) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {PreparedStatement.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("executeQuery")) {
                        looks.incrementAndGet();
                    }
                    return method.invoke(statement, arguments);
                });
    }

    /** How often it was told, some looks from now: each asks once or twice. */
    private int settled() {
        int enough = looks.get() + 6;
        await().until(() -> looks.get() >= enough);
        return told.get();
    }
}
