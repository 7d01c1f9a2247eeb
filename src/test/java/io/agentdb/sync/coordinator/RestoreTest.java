package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.postgres.embedded.RestoredPostgres;
import io.agentdb.sync.postgres.embedded.RestoredPostgres.Saved;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.RunOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Every way in which a node's database becomes an earlier one, with what may happen before a peer is met: no false
 * conflict, counts exactly right, what was deleted stays deleted, nothing that was acknowledged vanishes, and both
 * nodes are equal.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestoreTest {

    /** How the database becomes what it was. */
    enum Way {
        SAME_DATABASE_EMPTIED, NEW_DATABASE, NEW_SERVER, PROMOTED, PROMOTED_WITHOUT_ITS_TAIL, DIRECTORY_PUT_BACK, CLONE;

        boolean loses() {
            return this != PROMOTED && this != CLONE;
        }

        boolean isADump() {
            return this == SAME_DATABASE_EMPTIED || this == NEW_DATABASE || this == NEW_SERVER;
        }
    }

    /** When the server is started once more: not at all, before anything is written, or between writes. */
    enum Restart { NOT, BEFORE, AFTER }

    /**
     * @param nodeRestarts instead of living through it
     * @param forgotten whether the peer has dropped a tombstone, so that what it knows and has not counts as deleted
     */
    record Case(Way way, Restart restart, boolean writes, boolean nodeRestarts, boolean forgotten,
            ConflictStrategy strategy) { }

    private RestoredPostgres postgres;
    private TestNode a;
    private TestNode b;
    private int number;

    @BeforeAll
    void start() throws IOException {
        postgres = new RestoredPostgres();
        a = TestNode.start("a", "spring.datasource.url=" + postgres.url(), "agentdb.sync.auto=false");
        b = TestNode.start("b", "agentdb.sync.auto=false");
    }

    @AfterAll
    void stop() throws IOException {
        a.close();
        b.close();
        postgres.close();
    }

    static Stream<Case> usual() {
        return Stream.concat(Arrays.stream(Way.values())
                .map(way -> new Case(way, Restart.NOT, way.ordinal() % 2 == 0, false, false, ConflictStrategy.MERGE)),
                Stream.of(new Case(Way.PROMOTED_WITHOUT_ITS_TAIL, Restart.AFTER, true, true, true,
                        ConflictStrategy.MERGE), new Case(Way.DIRECTORY_PUT_BACK, Restart.AFTER, true, true, true,
                                ConflictStrategy.MERGE),
                        new Case(Way.NEW_DATABASE, Restart.NOT, true, true, false, ConflictStrategy.LOCAL_WINS)));
    }

    /** Of any two things that may differ, every combination is there: 35 restores, where all of all would be 840. */
    static Stream<Case> pairs() {
        List<Case> pairs = new ArrayList<>();
        for (Way way : Way.values()) {
            for (ConflictStrategy strategy : ConflictStrategy.values()) {
                int w = way.ordinal();
                int s = strategy.ordinal();
                pairs.add(new Case(way, Restart.values()[(w + s) % 3], (w + s) % 2 == 0, (w / 2 + s) % 2 == 0,
                        (w + s / 2) % 2 == 0, strategy));
            }
        }
        return pairs.stream();
    }

    @ParameterizedTest
    @MethodSource("usual")
    void databaseThatWentBack_losesNothing_countsRight_andBringsNothingBack(Case one) {
        check(one);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("pairs")
    void databaseThatWentBackInAnyWay_losesNothing_countsRight_andBringsNothingBack(Case one) {
        check(one);
    }

    private void check(Case one) {
        String name = "c" + number++;
        JdbcTemplate here = postgres.jdbc();
        here.update("insert into skills (name, uses) values (?, 10), (?, 5)", name, name + " untouched");
        List.of(" changed", " deleted", " old").forEach(what -> episode(here, name + what, "as it was"));
        sync(one);
        int conflicts = conflicts();
        int incarnations = here.queryForObject("select count(distinct own_actor) from meetings", Integer.class);
        Saved saved = one.way().isADump() ? postgres.dump() : one.way().loses() ? postgres.copyDirectory() : null;
        a.bean(HikariDataSource.class).getHikariPoolMXBean().softEvictConnections();

        here.update("update skills set uses = uses + 1 where name = ?", name);
        here.update("delete from episodes where task = ?", name + " deleted");
        here.update("update episodes set output = 'as it became' where task = ?", name + " changed");
        episode(here, name + " lost", "only the peer has it");
        sync(one);
        if (one.forgotten()) {
            b.jdbc().update("insert into forgotten (kind, feed_xid) values ('episodes', agentdb_xid()) on conflict"
                    + " (kind) do update" + " set feed_xid = excluded.feed_xid");
        }

        String before = a.bean(LocalNode.class).actor().name();
        if (one.way() == Way.DIRECTORY_PUT_BACK || one.nodeRestarts()) {
            // It forgets as well that it has believed a witness within the hour.
            a.restart(() -> goBack(one, saved, name));
        } else {
            goBack(one, saved, name);
            // The node lives, and finds that its connections are gone.
            a.bean(HikariDataSource.class).getHikariPoolMXBean().softEvictConnections();
        }
        sync(one);
        sync(one);

        assertThat(a.bean(LocalNode.class).actor().name()).isNotEqualTo(before);
        assertThat(here.queryForObject("select count(distinct own_actor) from meetings", Integer.class))
                .as("incarnations").isEqualTo(incarnations + 1);
        assertThat(conflicts()).as("false conflicts").isEqualTo(conflicts);
        for (JdbcTemplate node : List.of(here, b.jdbc())) {
            assertThat(node.queryForObject("select uses from skills where name = ?", Integer.class, name)).as("uses")
                    .isEqualTo(11);
            assertThat(node.queryForObject("select uses from skills where name = ?", Integer.class,
                    name + " untouched"))
                    .isEqualTo(one.writes() ? 6 : 5);
            assertThat(node.queryForList("select task || ': ' || output from episodes where task like ? order by 1",
                    String.class, name + " %"))
                    .isEqualTo(Stream.of(Stream.of(name + " changed: as it became",
                            name + " lost: only the peer has it"),
                            one.writes() ? Stream.of(0, 1, 2, 3).map(i -> name + " new " + i + ": acknowledged")
                            : Stream.<String>of(),
                            Stream.of(name + " old: as it was")).flatMap(lines -> lines).toList());
        }
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    private void goBack(Case one, Saved saved, String name) {
        JdbcTemplate here = postgres.jdbc();
        goBack(one.way(), saved);
        if (one.restart() == Restart.BEFORE) {
            postgres.restart();
        }
        if (one.writes()) {
            for (int i = 0; i < 3; i++) {
                episode(here, name + " new " + i, "acknowledged");
            }
            here.update("update skills set uses = uses + 1 where name = ?", name + " untouched");
        }
        if (one.restart() == Restart.AFTER) {
            postgres.restart();
        }
        if (one.writes()) {
            episode(here, name + " new 3", "acknowledged");
        }
    }

    private void goBack(Way way, Saved saved) {
        switch (way) {
            case SAME_DATABASE_EMPTIED -> postgres.restoreOver(saved);
            case NEW_DATABASE -> postgres.restoreIntoANewDatabase(saved);
            case NEW_SERVER -> postgres.restoreIntoANewServer(saved);
            case PROMOTED -> postgres.putBack(postgres.copyDirectory(), true);
            case PROMOTED_WITHOUT_ITS_TAIL -> postgres.putBack(saved, true);
            case DIRECTORY_PUT_BACK -> postgres.putBack(saved, false);
            case CLONE -> postgres.replaceByAClone();
            default -> throw new IllegalStateException("unknown way");
        }
    }

    private void sync(Case one) {
        RunOptions options = new RunOptions(null, null, one.strategy(), null);
        assertThat(a.sync(a.peer(b), options).errors()).isEmpty();
        assertThat(b.sync(b.peer(a), options).errors()).isEmpty();
    }

    private int conflicts() {
        return postgres.jdbc().queryForObject("select count(*) from conflicts", Integer.class)
                + b.jdbc().queryForObject("select count(*) from conflicts", Integer.class);
    }

    private static void episode(JdbcTemplate node, String task, String output) {
        node.update("insert into episodes (session_id, task, output) values ('s', ?, ?)", task, output);
    }
}
