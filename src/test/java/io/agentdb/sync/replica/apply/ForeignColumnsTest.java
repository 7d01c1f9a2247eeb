package io.agentdb.sync.replica.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.digest.NodeCounts;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** Columns that somebody has added to a kind's table, and arrays that begin elsewhere than at 1. */
class ForeignColumnsTest {

    private final Database a = new Database("a");
    private final Database b = new Database("b");

    @Test
    void ourColumns_areTheKinds() {
        for (Kind kind : Kind.ALL) {
            assertThat(a.jdbc.queryForList(
                    "select attname from pg_attribute where attrelid = ?::regclass and attnum > 0 and not attisdropped",
                            String.class, kind.name())).containsExactlyInAnyOrderElementsOf(
                            a.jdbc.queryForList("select unnest(agentdb_columns(?))", String.class, kind.name()));
        }
    }

    @Test
    void updateThatChangesNothing_isNoVersion_besideAGeneratedColumn() {
        a.jdbc.execute("alter table episodes add upper_task text generated always as (upper(task)) stored not null");
        a.episode("t");
        long counter = counter(a);
        a.jdbc.update("update episodes set task = task, metadata = metadata");
        assertThat(counter(a)).isEqualTo(counter);
        a.jdbc.update("update episodes set task = 'u'");
        assertThat(counter(a)).isGreaterThan(counter);
        assertThat(a.jdbc.queryForObject("select upper_task from episodes", String.class)).isEqualTo("U");
        assertThat(a.jdbc.queryForObject("select field_hlc ? 'task' and not field_hlc ? 'upper_task' from episodes",
                Boolean.class)).isTrue();
    }

    @Test
    void updateOfSomebodysOwnColumnAlone_isKept_andIsNoVersion() {
        a.jdbc.execute("alter table episodes add seen timestamptz, add note json, add hits numeric");
        a.episode("t");
        a.jdbc.update("update episodes set metadata = '{\"n\": 1}'");
        long counter = counter(a);
        a.jdbc.update("update episodes set seen = now(), note = '{\"a\": 1}', hits = 1.0, metadata = '{\"n\": 1.0}'");
        assertThat(counter(a)).isEqualTo(counter);
        assertThat(a.jdbc.queryForMap(
                "select seen is not null as seen, note::text, hits::text, metadata::text from episodes"))
                .isEqualTo(Map.of("seen", true, "note", "{\"a\": 1}", "hits", "1.0", "metadata", "{\"n\": 1}"));
        a.jdbc.update("update episodes set hits = 2, metadata = 'null'");
        assertThat(counter(a)).as("JSON's null is not SQL's").isGreaterThan(counter);
        long second = counter(a);
        a.jdbc.update("update episodes set hits = 3, metadata = null");
        assertThat(counter(a)).isGreaterThan(second);
    }

    @Test
    void whatComesFromAPeer_isStoredBesideSomebodysOwnColumns() {
        a.episode("t");
        b.jdbc.execute("alter table episodes add mine text not null default 'mine', add doubled text generated always"
                + " as (task || task) stored not null");
        b.pull(Kind.EPISODES, a);
        b.jdbc.update("update episodes set mine = 'kept'");
        a.jdbc.update("update episodes set task = 'u'");
        assertThat(b.pull(Kind.EPISODES, a).quarantined()).isZero();
        assertThat(b.jdbc.queryForMap("select task, mine, doubled from episodes"))
                .isEqualTo(Map.of("task", "u", "mine", "kept", "doubled", "uu"));
        assertThat(b.memory(Kind.EPISODES)).isEqualTo(a.memory(Kind.EPISODES));
    }

    @Test
    void arrayThatDoesNotBeginAtOne_isStoredAsOneThatDoes() {
        a.jdbc.update("insert into episodes (session_id, task, tags) values ('s', 't', '[0:1]={a,b}')");
        a.jdbc.update("update episodes set tags[0] = 'x'");
        a.jdbc.update("insert into skills (name, tags) values ('n', '[5:5]={a}')");
        assertThat(a.jdbc.queryForObject("select tags::text from episodes", String.class)).isEqualTo("{x,a,b}");
        assertThat(a.jdbc.queryForObject("select tags::text from skills", String.class)).isEqualTo("{a}");
        for (Kind kind : Kind.ALL) {
            b.pull(kind, a);
            assertThat(digest(b, kind)).isEqualTo(digest(a, kind));
        }
    }

    @Test
    void arrayThatWasStoredSoBefore_hasTheDigestOfItsPeersOne() {
        a.episode("t");
        // As it was before the stamp saw to it.
        a.transaction.executeWithoutResult(status -> {
            a.jdbc.execute("set local agentdb.applying = 'on'");
            a.jdbc.update("update episodes set tags = '[0:1]={a,b}'");
        });
        b.pull(Kind.EPISODES, a);
        assertThat(digest(b, Kind.EPISODES)).isEqualTo(digest(a, Kind.EPISODES));
        assertThat(Arrays.asList(a.everything(Kind.EPISODES).get(0).content().values().toArray()))
                .contains(List.of("a", "b"));
    }

    private static long counter(Database node) {
        return node.jdbc.queryForObject("select counter from episodes", Long.class);
    }

    private static String digest(Database node, Kind kind) {
        return new NodeCounts(new JdbcTemplate(node.dataSource), node.transaction).digest(kind).digest();
    }
}
