package io.agentdb.sync.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Somebody's own triggers and cascades on the kinds' tables. */
class ForeignTriggersTest {

    private final Database a = new Database("a");
    private final Database b = new Database("b");

    @Test
    void triggerThatSortsBehindOurs_isPartOfWhatIsStamped() {
        trigger(a, "touch", "before insert or update on skills", "new.updated_at := '2020-01-01'; return new;");
        a.jdbc.update("insert into skills (name, updated_at) values ('s', '2019-01-01')");
        a.jdbc.execute("drop trigger touch on skills");
        a.jdbc.update("update skills set updated_at = '2019-01-01'");
        trigger(a, "zz_touch", "before update on skills", "new.updated_at := '2021-01-01'; return new;");
        long counter = counter(a, "skills");
        a.jdbc.update("update skills set uses = uses");
        assertThat(counter(a, "skills")).as("the trigger's change is one").isGreaterThan(counter);
        assertThat(a.jdbc.queryForObject("select field_hlc ? 'updated_at' from skills", Boolean.class)).isTrue();
        b.pull(Kind.SKILLS, a);
        assertThat(b.memory(Kind.SKILLS)).isEqualTo(a.memory(Kind.SKILLS));
    }

    @Test
    void deleteThatATriggerPrevents_leavesNoTombstone() {
        UUID kept = a.episode("kept");
        trigger(a, "soft_delete", "before delete on episodes",
                "update episodes set critique = 'deleted' where id = old.id; return null;");
        a.jdbc.update("delete from episodes");
        assertThat(tombstones(a)).isZero();
        b.pull(Kind.EPISODES, a);
        assertThat(b.jdbc.queryForObject("select critique from episodes where id = ?", String.class, kept)).isEqualTo("deleted");
    }

    @Test
    void recordThatATriggerWritesAgainOnceItIsDeleted_isHere_andHasNoTombstone() {
        a.jdbc.update("insert into skills (name) values ('s')");
        trigger(a, "aaa_undelete", "after delete on skills", "insert into skills (name) values (old.name); return null;");
        a.jdbc.update("delete from skills");
        assertThat(a.jdbc.queryForObject("select count(*) from skills", Integer.class)).isEqualTo(1);
        assertThat(tombstones(a)).isZero();
    }

    @Test
    void recordThatATriggerDeletesOnceItIsWritten_hasATombstone() {
        a.jdbc.update("insert into skills (name) values ('s')");
        a.jdbc.update("delete from skills");
        trigger(a, "aaa_refuse", "after insert on skills", "delete from skills where id = new.id; return null;");
        a.jdbc.update("insert into skills (name) values ('s')");
        assertThat(a.jdbc.queryForObject("select count(*) from skills", Integer.class)).isZero();
        assertThat(tombstones(a)).isEqualTo(1);
    }

    @Test
    void whatAnAfterTriggerWrites_whileAPeersRecordsAreStored_isALocalWrite() {
        a.episode("t");
        trigger(b, "rate", "after insert on episodes", "update episodes set reward = 0.5 where id = new.id; return null;");
        b.pull(Kind.EPISODES, a);
        Revision rated = b.everything(Kind.EPISODES).get(0);
        assertThat(rated.version().dot().actor()).isEqualTo(b.actor());
        assertThat(rated.version().context().counters()).containsOnlyKeys(a.actor(), b.actor());
        a.pull(Kind.EPISODES, b);
        assertThat(a.memory(Kind.EPISODES)).isEqualTo(b.memory(Kind.EPISODES));
    }

    @Test
    void whatACascadeDeletes_whileAPeersRecordsAreStored_hasATombstone() {
        a.jdbc.update("insert into skills (name) values ('s')");
        b.pull(Kind.SKILLS, a);
        b.jdbc.execute("alter table edges add foreign key (from_id) references skills on delete cascade deferrable initially deferred");
        b.jdbc.update("insert into edges (from_id, relationship, to_id) select id, 'uses', id from skills");
        a.pull(Kind.EDGES, b);
        a.jdbc.update("delete from skills");
        b.pull(Kind.SKILLS, a);
        assertThat(b.everything(Kind.EDGES)).singleElement().matches(Revision::deleted);
        a.pull(Kind.EDGES, b);
        assertThat(a.memory(Kind.EDGES)).isEmpty();
    }

    private static void trigger(Database node, String name, String when, String body) {
        node.jdbc.execute("create function " + name + "() returns trigger language plpgsql as $$ begin " + body + " end $$");
        node.jdbc.execute("create trigger " + name + " " + when + " for each row execute function " + name + "()");
    }

    private static int tombstones(Database node) {
        return node.jdbc.queryForObject("select count(*) from tombstones", Integer.class);
    }

    private static long counter(Database node, String table) {
        return node.jdbc.queryForObject("select counter from " + table, Long.class);
    }
}
