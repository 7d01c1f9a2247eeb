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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
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

    @Test
    void clusterInWhichNothingHappens_isLookedAtMoreSeldom_untilSomethingDoes() {
        Duration interval = Duration.ofMillis(2);
        List<Long> times = new CopyOnWriteArrayList<>();
        // Whatever else the tests' server does meanwhile.
        try (ChangeWatch resting = new ChangeWatch(preparing((connection, sql) -> counted(
                connection.prepareStatement(sql.contains("from agentdb_fence()") ? sql : "select 1::bigint"),
                        () -> times.add(System.nanoTime()))), interval)) {
            resting.listen(() -> { });
            await().until(() -> times.size() > ChangeWatch.LOOKS_UNTIL_REST + 20);
            List<Long> gaps = gaps(times, ChangeWatch.LOOKS_UNTIL_REST + 10, times.size());
            assertThat(gaps).allMatch(gap -> gap >= ChangeWatch.AT_REST * interval.toNanos());
            int before = times.size();
            node.episode("new");
            resting.look();
            await().until(() -> times.size() > before + 100);
            assertThat(gaps(times, before + 5, before + 100))
                    .anyMatch(gap -> gap < ChangeWatch.AT_REST * interval.toNanos());
        }
    }

    @Test
    void transactionsThatBringNothingIntoTheFeed_letItRest() {
        Duration interval = Duration.ofMillis(2);
        List<Long> times = new CopyOnWriteArrayList<>();
        try (ChangeWatch resting = new ChangeWatch(preparing((connection, sql) -> sql.equals("select agentdb_fence()")
                ? counted(connection.prepareStatement("select txid_current()"), () -> times.add(System.nanoTime()))
                : connection.prepareStatement(sql)), interval)) {
            resting.listen(() -> { });
            await().until(() -> times.size() > ChangeWatch.LOOKS_UNTIL_REST + 20);
            assertThat(gaps(times, ChangeWatch.LOOKS_UNTIL_REST + 10, times.size()))
                    .allMatch(gap -> gap >= ChangeWatch.AT_REST * interval.toNanos());
        }
    }

    @Test
    void notesOfTheNode_letItRest() {
        Duration interval = Duration.ofMillis(2);
        List<Long> times = new CopyOnWriteArrayList<>();
        ChangeWatch[] itself = new ChangeWatch[1];
        try (ChangeWatch resting = new ChangeWatch(preparing((connection, sql) -> sql.equals("select agentdb_fence()")
                ? counted(connection.prepareStatement("select 1::bigint"), () -> {
                    times.add(System.nanoTime());
                    // Whoever commits in this process calls.
                    if (times.size() % 100 == 0) {
                        itself[0].look();
                    }
                }) : connection.prepareStatement(sql)), interval)) {
            itself[0] = resting;
            resting.listen(() -> { });
            await().until(() -> times.size() > ChangeWatch.LOOKS_UNTIL_REST + 250);
            assertThat(gaps(times, ChangeWatch.LOOKS_UNTIL_REST + 10, times.size()).stream()
                    .filter(gap -> gap < ChangeWatch.AT_REST * interval.toNanos()))
                    .as("but for the looks it is called for")
                    .hasSizeLessThanOrEqualTo(6);
        }
    }

    private static List<Long> gaps(List<Long> times, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> times.get(i) - times.get(i - 1)).toList();
    }

    /** Counts what is asked: one statement, or two, for each look. */
    private DataSource counting() {
        return preparing((connection, sql) -> counted(connection.prepareStatement(sql), looks::incrementAndGet));
    }

    private interface Preparing {
        PreparedStatement prepare(Connection connection, String sql) throws SQLException;
    }

    private DataSource preparing(Preparing statements) {
        return new DelegatingDataSource(node.dataSource) {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(),
                        new Class<?>[] {Connection.class}, (proxy, method, arguments) ->
                        method.getName().equals("prepareStatement")
                                ? statements.prepare(connection, (String) arguments[0])
                                : method.invoke(connection, arguments));
            }
        };
    }

    private static PreparedStatement counted(PreparedStatement statement, Runnable asked) {
        return (PreparedStatement) Proxy.newProxyInstance(ChangeWatchTest.class.getClassLoader(),
                new Class<?>[] {PreparedStatement.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("executeQuery")) {
                        asked.run();
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
