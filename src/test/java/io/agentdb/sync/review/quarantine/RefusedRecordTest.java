package io.agentdb.sync.review.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.replica.store.PostgresTransactions;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;

/**
 * Whatever a database has against one record, of the node's own or of somebody's: that record waits, and nothing behind
 * it.
 */
class RefusedRecordTest {

    private final Database a = new Database("a");
    private final Database b = new Database("b");
    private final QuarantineTable table = new QuarantineTable(b.jdbc);
    private final QuarantineReplay replay = new QuarantineReplay(
            new PostgresTransactions(b.jdbc, b.transaction), b.applier, table, revision -> revision);

    @Test
    void recordThatAnotherIndexRefuses_isSetAside_andComesInOnceTheOtherIsGone() {
        b.jdbc.execute("create unique index one_task on episodes (session_id, task)");
        UUID here = b.episode("same");
        UUID before = a.episode("before");
        UUID twin = a.episode("same");
        UUID behind = a.episode("behind");
        assertThat(b.pull(Kind.EPISODES, a)).matches(applied -> applied.applied() == 2 && applied.quarantined() == 1);
        assertThat(b.memory(Kind.EPISODES)).containsOnlyKeys(before, behind, here);
        assertThat(setAside()).matches(record -> record.key().id().equals(twin))
                .matches(record -> record.reason().contains("\"one_task\""));
        b.jdbc.update("delete from episodes where id = ?", here);
        assertThat(again()).isEqualTo(QuarantineReplay.ReplayResult.APPLIED);
        assertThat(b.memory(Kind.EPISODES)).isEqualTo(a.memory(Kind.EPISODES));
    }

    @Test
    void updateThatAnotherIndexRefuses_isSetAsideAsWell() {
        UUID one = a.episode("one");
        a.episode("two");
        b.pull(Kind.EPISODES, a);
        b.jdbc.execute("create unique index one_task on episodes (session_id, task)");
        a.jdbc.update("update episodes set task = 'two' where id = ?", one);
        UUID behind = a.episode("behind");
        assertThat(b.pull(Kind.EPISODES, a).quarantined()).isEqualTo(1);
        assertThat(b.memory(Kind.EPISODES)).containsKey(behind);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "alter table episodes add constraint own exclude using btree (task with =)",
        "alter table episodes add constraint own check (task <> 'poison')",
        "alter table episodes add own text not null default 'x' constraint own check (task <> 'poison')",
        "create table owners (task text primary key); insert into owners values ('before'), ('behind');"
            + " alter table episodes add constraint own foreign key (task) references owners (task)",
        "create table owners (task text primary key); insert into owners values ('before'), ('behind');"
            + " alter table episodes add constraint own foreign key (task) references owners (task) deferrable"
            + " initially deferred",
        "alter table episodes add constraint own unique (task) deferrable initially deferred"})
    void constraintOfSomebodysOwn_setsAsideTheRecordThatBreaksIt(String made) {
        if (made.contains("exclude") || made.contains("unique")) {
            b.episode("poison");
        }
        b.jdbc.execute(made.replace("owners values", "owners values ('poison-not'),"));
        onePoisonIsSetAside();
    }

    @ParameterizedTest
    @ValueSource(strings = {"raise 'not this one'", "raise 'not this one' using errcode = 'AG001'",
        "raise unique_violation using message = 'so says a trigger', constraint = 'episodes_pkey'",
        "perform 1 / 0", "perform 1 from nowhere", "perform repeat('x', 2000000000)::text",
        "perform array_fill(0, array[100000000, 100000])",
                "execute 'select ' || repeat('(', 20000) || '1' || repeat(')', 20000)", "commit"})
    void whateverATriggerOfSomebodysOwnRaises_isAboutItsRecord(String raises) {
        b.jdbc.execute("""
                create function own_rule() returns trigger language plpgsql as $$
                begin if new.task = 'poison' then %s; end if; return new; end $$""".formatted(raises));
        b.jdbc.execute("create trigger own before insert or update on episodes for each row execute function"
                + " own_rule()");
        onePoisonIsSetAside();
    }

    @Test
    void recordThatIsTooLargeForAnIndex_isSetAside() {
        a.jdbc.execute("drop index episodes_tags");
        a.episode("before");
        a.jdbc.update("insert into episodes (session_id, task, tags) select 's', 'poison',"
                + " array[(select string_agg(md5(i::text), '') from generate_series(1, 100) i)]");
        a.episode("behind");
        b.pull(Kind.EPISODES, a);
        assertThat(b.jdbc.queryForList("select task from episodes order by task", String.class))
                .containsExactly("before", "behind");
        assertThat(setAside().reason()).contains("index row size");
    }

    @Test
    void recordThatIsNestedTooDeeplyForTheStackHere_isSetAside() {
        // As an earlier release let it.
        a.jdbc.execute("alter table episodes drop constraint episodes_metadata_portable");
        a.episode("before");
        a.transaction.executeWithoutResult(status -> {
            a.jdbc.execute("set local max_stack_depth = '7MB'");
            a.jdbc.update("insert into episodes (session_id, task, metadata) values ('s', 'poison', (repeat('[',"
                    + " 20000) || repeat(']', 20000))::jsonb)");
        });
        a.episode("behind");
        b.pull(Kind.EPISODES, a);
        assertThat(b.jdbc.queryForList("select task from episodes order by task", String.class))
                .containsExactly("before", "behind");
        assertThat(setAside().reason()).contains("stack depth");
    }

    /** Set aside for that, all that comes would leave the stream. */
    @Test
    void whatNoRecordIsToBlameFor_setsNothingAside_andFailsTheBatch() {
        a.episode("sound");
        b.jdbc.execute("alter table episodes rename column critique to review");
        assertThatThrownBy(() -> b.pull(Kind.EPISODES, a)).isInstanceOf(DataAccessException.class);
        assertThat(b.jdbc.queryForObject("select count(*) from quarantine", Integer.class)).isZero();
        b.jdbc.execute("alter table episodes rename column review to critique");
        b.pull(Kind.EPISODES, a);
        assertThat(b.memory(Kind.EPISODES)).isEqualTo(a.memory(Kind.EPISODES));
    }

    private void onePoisonIsSetAside() {
        UUID before = a.episode("before");
        UUID poison = a.episode("poison");
        UUID behind = a.episode("behind");
        assertThat(b.pull(Kind.EPISODES, a)).matches(applied -> applied.applied() == 2 && applied.quarantined() == 1);
        assertThat(b.memory(Kind.EPISODES)).containsKeys(before, behind).doesNotContainKey(poison);
        assertThat(setAside().key().id()).isEqualTo(poison);
    }

    private Quarantined setAside() {
        return table.list(QuarantineFilter.of(java.util.Map.of()), null, 10).items().get(0);
    }

    private QuarantineReplay.ReplayResult again() {
        return replay.replay(setAside().key(), b.policy).orElseThrow().outcome();
    }
}
