package io.agentdb.sync.replica.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.revision.Revision;
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
        assertThat(b.jdbc.queryForObject("select critique from episodes where id = ?", String.class, kept))
                .isEqualTo("deleted");
    }

    @Test
    void recordThatATriggerWritesAgainOnceItIsDeleted_isHere_andHasNoTombstone() {
        a.jdbc.update("insert into skills (name) values ('s')");
        trigger(a, "aaa_undelete", "after delete on skills",
                "insert into skills (name) values (old.name); return null;");
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
        trigger(b, "rate", "after insert on episodes",
                "update episodes set reward = 0.5 where id = new.id; return null;");
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
        b.jdbc.execute("alter table edges add foreign key (from_id) references skills on delete cascade deferrable"
                + " initially deferred");
        b.jdbc.update("insert into edges (from_id, relationship, to_id) select id, 'uses', id from skills");
        a.pull(Kind.EDGES, b);
        a.jdbc.update("delete from skills");
        b.pull(Kind.SKILLS, a);
        assertThat(b.everything(Kind.EDGES)).singleElement().matches(Revision::deleted);
        a.pull(Kind.EDGES, b);
        assertThat(a.memory(Kind.EDGES)).isEmpty();
    }

    @Test
    void recordThatATriggerDrops_isSetAside_withItsName_andTheOthersLand() {
        trigger(b, "picky", "before insert on episodes",
                "if new.task = 'unwanted' then return null; end if; return new;");
        a.episode("one");
        a.episode("unwanted");
        a.episode("two");
        Applied applied = b.pull(Kind.EPISODES, a);
        assertThat(applied.applied()).isEqualTo(2);
        assertThat(applied.quarantined()).isEqualTo(1);
        assertSetAside("dropped-by-database", "the trigger picky on episodes");
    }

    @Test
    void updateThatARuleDrops_isSetAside() {
        a.episode("one");
        b.pull(Kind.EPISODES, a);
        b.jdbc.execute("create rule frozen as on update to episodes do instead nothing");
        a.jdbc.update("update episodes set task = 'two'");
        assertThat(b.pull(Kind.EPISODES, a).quarantined()).isEqualTo(1);
        assertSetAside("dropped-by-database", "the rule frozen on episodes");
    }

    @Test
    void deleteThatATriggerPrevents_isSetAside_andLeavesNoTombstoneBesideTheRecord() {
        a.episode("one");
        b.pull(Kind.EPISODES, a);
        trigger(b, "keep", "before delete on episodes", "return null;");
        a.jdbc.update("delete from episodes");
        assertThat(b.pull(Kind.EPISODES, a).quarantined()).isEqualTo(1);
        assertThat(tombstones(b)).isZero();
        assertSetAside("dropped-by-database", "the trigger keep on episodes");
    }

    @Test
    void deleteOfARecordThatWasNeverHere_isSetAside_whereATriggerDropsWhatHoldsItsPlace() {
        trigger(b, "picky", "before insert on episodes", "return null;");
        a.episode("one");
        a.jdbc.update("delete from episodes");
        assertThat(b.pull(Kind.EPISODES, a).quarantined()).isEqualTo(1);
    }

    @Test
    void recordThatATriggerChanges_isSetAside_unlessItLeavesTheApplierAlone() {
        a.jdbc.update("insert into skills (name, updated_at) values ('s', '2019-01-01')");
        trigger(b, "zz_touch", "before insert or update on skills", "new.updated_at := '2021-01-01'; return new;");
        assertThat(b.pull(Kind.SKILLS, a).quarantined()).isEqualTo(1);
        assertSetAside("changed-by-database", "the trigger zz_touch on skills");
        b.jdbc.execute("drop trigger zz_touch on skills");
        b.jdbc.execute("create trigger zz_touch before insert or update on skills for each row"
                + " when (current_setting('agentdb.applying', true) is distinct from 'on')"
                + " execute function zz_touch()");
        a.jdbc.update("update skills set uses = 1");
        assertThat(b.pull(Kind.SKILLS, a).quarantined()).isZero();
        assertThat(b.memory(Kind.SKILLS)).isEqualTo(a.memory(Kind.SKILLS));
    }

    @Test
    void recordWhoseContextIsWidened_keepsItsContentUnderItsDot() {
        a.jdbc.update("insert into skills (name, created_at, updated_at) values ('s', '2019-01-01', '2019-01-01')");
        b.jdbc.update("insert into skills (name, created_at, updated_at) values ('s', '2019-01-01', '2019-01-01')");
        String before = b.memory(Kind.SKILLS).toString();
        trigger(b, "zz_touch", "before update on skills", "new.updated_at := '2021-01-01'; return new;");
        b.pull(Kind.SKILLS, a);
        assertThat(b.memory(Kind.SKILLS)).hasToString(before);
    }

    private void assertSetAside(String code, String words) {
        assertThat(b.jdbc.queryForObject("select code || ': ' || reason from quarantine", String.class))
                .startsWith(code + ": " + words);
    }

    private static void trigger(Database node, String name, String when, String body) {
        node.jdbc.execute("create function " + name + "() returns trigger language plpgsql as $$ begin " + body
                + " end $$");
        node.jdbc.execute("create trigger " + name + " " + when + " for each row execute function " + name + "()");
    }

    private static int tombstones(Database node) {
        return node.jdbc.queryForObject("select count(*) from tombstones", Integer.class);
    }

    private static long counter(Database node, String table) {
        return node.jdbc.queryForObject("select counter from " + table, Long.class);
    }
}
