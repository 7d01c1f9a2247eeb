package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.review.conflict.ConflictLog;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each strategy over real QUIC. */
class StrategiesTest {

    private static TestNode a;
    private static TestNode b;

    @BeforeAll
    static void start() {
        a = TestNode.start("a", "agentdb.sync.conflict-strategies.skills=merge");
        b = TestNode.start("b", "agentdb.sync.conflict-strategy=local-wins");
    }

    @AfterAll
    static void stop() {
        a.close();
        b.close();
    }

    @ParameterizedTest
    @EnumSource(value = ConflictStrategy.class, names = "MANUAL", mode = EnumSource.Mode.EXCLUDE)
    void afterOneRun_bothSidesAreEqual_whateverStrategyEitherSideHas(ConflictStrategy strategy) {
        String prefix = strategy.label() + " ";
        for (int i = 0; i < 4; i++) {
            a.jdbc().update("insert into skills (name, description, uses) values (?, 'first', 1)", prefix + i);
        }
        assertThat(a.sync(b).success()).isTrue();
        change(a, prefix, "of a");
        change(b, prefix, "of b");

        SyncReport report = sync(a, b, strategy);
        assertThat(report.success()).isTrue();
        assertThat(report.conflictsDetected()).isEqualTo(4);
        assertThat(a.digests()).isEqualTo(b.digests());
        assertThat(report.conflictStrategy()).isEqualTo(strategy.label());
        assertThat(description(a, prefix + 0)).isEqualTo(strategy == ConflictStrategy.LOCAL_WINS ? "of a" : "of b");
        // Both are live only where both changed; an update against a delete goes by the strategy.
        Map<ConflictStrategy, List<Boolean>> left = Map.of(ConflictStrategy.LOCAL_WINS, List.of(true, false),
                ConflictStrategy.REMOTE_WINS, List.of(false, true), ConflictStrategy.LATEST_WINS, List.of(false, true),
                ConflictStrategy.MERGE, List.of(true, true));
        assertThat(List.of(exists(a, prefix + 2), exists(a, prefix + 3))).isEqualTo(left.get(strategy));
        assertThat(b.sync(a).conflictsDetected()).as("nothing is left to resolve").isZero();
    }

    /** What both changed, what one changed and the other deleted, and the reverse; b is the later one. */
    @ParameterizedTest
    @CsvSource({"LOCAL_WINS, 4, 0", "REMOTE_WINS, 0, 4", "LATEST_WINS, 0, 4", "MERGE, 1, 3"})
    void settledPair_movesNothingInTheNextRun_andTheReportCountsEachRecordWhereItWasTakenOver(
            ConflictStrategy strategy, long pushed, long pulled) {
        String prefix = "settled by " + strategy.label() + " ";
        for (int i = 0; i < 4; i++) {
            a.jdbc().update("insert into skills (name, description, uses) values (?, 'first', 1)", prefix + i);
        }
        assertThat(a.sync(b).success()).isTrue();
        change(a, prefix, "of a");
        change(b, prefix, "of b");
        double counted = received(a);

        SyncReport report = sync(a, b, strategy);
        assertThat(List.of(report.itemsPushed(), report.itemsPulled(), report.conflictsDetected(),
                report.conflictsResolved()))
                .containsExactly(pushed, pulled, 4L, 4L);
        assertThat(received(a) - counted).as("as the metrics count").isEqualTo(pulled);
        for (SyncReport again : List.of(sync(a, b, strategy), sync(b, a, strategy), sync(a, b, strategy))) {
            assertThat(again.itemsPushed() + again.itemsPulled() + again.itemsKnown() + again.conflictsDetected())
                    .isZero();
        }
    }

    @Test
    void twoNodesThatBothKeepTheirOwn_end() {
        a.jdbc().update("insert into skills (name, description) values ('stubborn', 'of a')");
        b.jdbc().update("insert into skills (name, description) values ('stubborn', 'of b')");
        sync(a, b, ConflictStrategy.LOCAL_WINS);
        a.jdbc().update("update skills set description = 'of a again' where name = 'stubborn'");
        b.jdbc().update("update skills set description = 'of b again' where name = 'stubborn'");
        assertThat(sync(b, a, ConflictStrategy.LOCAL_WINS).conflictsDetected()).isEqualTo(1);
        assertThat(sync(a, b, ConflictStrategy.LOCAL_WINS).conflictsDetected()).isZero();
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    @Test
    void strategyOfAKind_goesBeforeTheNodes_andIsInTheReport() {
        a.jdbc().update("insert into skills (name, tags) values ('tagged', '{x}')");
        b.jdbc().update("insert into skills (name, tags) values ('tagged', '{y}')");
        SyncReport report = a.sync(b);
        assertThat(report.conflictStrategy()).isEqualTo("latest-wins, skills: merge");
        assertThat(a.jdbc().queryForObject("select tags::text from skills where name = 'tagged'", String.class))
                .isEqualTo("{x,y}");
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    @Test
    void openConflict_holdsUpNothingElse_andStaysOpen() {
        a.jdbc().update("insert into skills (name, description) values ('open', 'of a')");
        b.jdbc().update("insert into skills (name, description) values ('open', 'of b')");
        a.episode("goes on");
        SyncReport report = sync(a, b, ConflictStrategy.MANUAL);
        assertThat(List.of(report.conflictsDetected(), report.conflictsResolved())).containsExactly(1L, 0L);
        assertThat(report.errors()).singleElement().asString().contains("1 conflict is open", "until somebody decides",
                "GET /conflicts?outcome=open");
        assertThat(sync(a, b, ConflictStrategy.MANUAL).success()).isTrue();
        assertThat(a.bean(ConflictLog.class).open()).isEqualTo(1);
        assertThat(b.jdbc().queryForObject("select count(*) from episodes where task = 'goes on'", Integer.class))
                .isEqualTo(1);
        assertThat(description(a, "open")).isEqualTo("of a");
        assertThat(description(b, "open")).isEqualTo("of b");
    }

    private static void change(TestNode node, String prefix, String what) {
        node.jdbc().update("update skills set description = ? where name in (?, ?)", what, prefix + 0, prefix + 1);
        boolean isA = node == a;
        node.jdbc().update("update skills set description = ? where name = ?", what, prefix + (isA ? 2 : 3));
        node.jdbc().update("delete from skills where name = ?", prefix + (isA ? 3 : 2));
    }

    private static SyncReport sync(TestNode from, TestNode to, ConflictStrategy strategy) {
        return from.sync(from.peer(to), new RunOptions(null, null, strategy, null));
    }

    private static double received(TestNode node) {
        return node.bean(MeterRegistry.class).find("agentdb.sync.records").tags("direction", "in", "outcome", "applied")
                .counters().stream()
                .mapToDouble(Counter::count).sum();
    }

    private static String description(TestNode node, String name) {
        return node.jdbc().queryForObject("select description from skills where name = ?", String.class, name);
    }

    private static boolean exists(TestNode node, String name) {
        return node.jdbc().queryForObject("select exists (select from skills where name = ?)", Boolean.class, name);
    }
}
