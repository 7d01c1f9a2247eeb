package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.attach.AttachSettings.DeleteMode;
import io.agentdb.sync.memory.Identity;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What cannot be written into the file, or read from it, as yet: and comes once it can. */
class WaitingRecordsTest extends WithAttachedFile {

    private Rounds rounds;

    @BeforeEach
    void attach() {
        rounds = rounds(DeleteMode.PROPAGATE, 3, 0);
    }

    private void round() throws Exception {
        rounds.once(true, false);
    }

    @Test
    void peersVersion_thatFindsTheAgentsRowInTheWay_isWrittenOnceTheAgentHasPutItRight() throws Exception {
        long row = agent.skill("rotation");
        long gone = agent.skill("deleted by a peer");
        round();
        agent.run("update skills set metadata = '{bad'");
        round();
        jdbc.update("update skills set description = 'peer' where name = 'rotation'");
        jdbc.update("delete from skills where name <> 'rotation'");
        round();
        assertThat(tally.held(9)).containsOnlyKeys("skills row " + row, "skills row " + gone);
        agent.run("update skills set metadata = null");
        rounds.once(true, false);
        round();
        assertThat(agent.texts("select name || description from skills")).containsExactly("rotationpeer");
        assertThat(tally.held()).isZero();
    }

    @Test
    void newRecord_whosePlaceARowThatIsNoRecordHas_isWrittenOnceThatIsGone() throws Exception {
        agent.skill("rotation");
        agent.run("update skills set metadata = '{bad'");
        round();
        jdbc.update("insert into skills (name, description) values ('rotation', 'peer')");
        round();
        agent.run("delete from skills");
        round();
        assertThat(agent.texts("select description from skills")).containsExactly("peer");
    }

    @Test
    void edgesThatWait_eachHaveTheirTurn_howeverManyMayWaitForEver() throws Exception {
        jdbc.update("insert into edges (from_type, from_id, relationship, to_type, to_id) select"
                + " 'skill', gen_random_uuid(), 'prerequisite', 'skill', gen_random_uuid()"
                + " from generate_series(1, 1200)");
        for (int i = 0; i < 20; i++) {
            jdbc.update("insert into edges (from_type, from_id, relationship, to_type, to_id) values ('skill', ?,"
                    + " 'prerequisite', 'skill', ?)", Identity.skill("from " + i), Identity.skill("to " + i));
        }
        round();
        jdbc.update("insert into skills (name) select w || i from generate_series(0, 19) i,"
                + " unnest(array['from ', 'to ']) w");
        for (int i = 0; i < 4; i++) {
            round();
        }
        assertThat(agent.number("select count(*) from skill_links")).isEqualTo(20);
    }

    @Test
    void recordsThatTheFilesRulesRefuse_areTriedAgain_whenAPersonWantsIt_andAtTheNextStart() throws Exception {
        agent.run("create trigger own before insert on skills when new.name = 'b' begin"
                + " select raise(abort, 'no b here'); end",
                "create trigger own_change before update on skills when new.description = 'b' begin"
                + " select raise(abort, 'no b here'); end");
        agent.skill("a");
        round();
        jdbc.update("insert into skills (name, description) values ('b', 'of a peer')");
        jdbc.update("update skills set description = 'b' where name = 'a'");
        round();
        round();
        assertThat(tally.held(9)).containsOnlyKeys("skills " + Identity.skill("a"), "skills " + Identity.skill("b"));
        agent.run("drop trigger own");
        round();
        assertThat(agent.texts("select name from skills")).as("nobody has asked").containsExactly("a");
        tally.askAgain();
        round();
        assertThat(agent.texts("select name from skills order by 1")).containsExactly("a", "b");
        assertThat(tally.held(9)).containsOnlyKeys("skills " + Identity.skill("a"));
        agent.run("drop trigger own_change");
        open(text -> Optional.empty());
        rounds = new Rounds(open, node.bean(AttachParts.class), settings(DeleteMode.PROPAGATE, 3), new AttachTally(),
                0);
        round();
        assertThat(agent.text("select description from skills where name = 'a'")).isEqualTo("b");
    }

    @Test
    void deletionThatTheFileRefuses_isMadeWhenAPersonWantsIt_onceNothingIsInItsWay() throws Exception {
        agent.episode("origin");
        round();
        agent.run("insert into skills (name, signature, created_from_episode, created_at) values ('x', '{}', 1, 1)");
        round();
        jdbc.update("delete from episodes");
        round();
        assertThat(tally.held()).isEqualTo(1);
        agent.run("update skills set created_from_episode = null");
        tally.askAgain();
        round();
        assertThat(agent.number("select count(*) from episodes")).isZero();
        assertThat(tally.held()).isZero();
    }

    @Test
    void renamedSkill_isADeletionAndANewRecord() throws Exception {
        long row = agent.skill("rotation");
        round();
        agent.run("update skills set name = 'turning'");
        for (int i = 0; i < 3; i++) {
            round();
        }
        assertThat(jdbc.queryForList("select id from skills", UUID.class)).containsExactly(Identity.skill("turning"));
        assertThat(jdbc.queryForList("select id from tombstones", UUID.class))
                .containsExactly(Identity.skill("rotation"));
        assertThat(agent.texts("select id || name from skills")).containsExactly(row + "turning");
    }

    @Test
    void edgeWithAnEndThatIsNotThere_isChangedAsAnyOther_andStaysItsRecord() throws Exception {
        jdbc.update("insert into edges (from_type, from_id, relationship, to_type, to_id, uplift) values ('episode',"
                + " gen_random_uuid(), 'causal', 'episode', gen_random_uuid(), 0.1)");
        UUID id = jdbc.queryForObject("select id from edges", UUID.class);
        round();
        agent.run("update causal_edges set uplift = 0.7");
        round();
        round();
        assertThat(jdbc.queryForList("select id || ' ' || uplift from edges", String.class)).containsExactly(id
                + " 0.7");
    }

    @Test
    void rowWhoseTimeSaysNothing_comesInAMinuteAfterItWasSeenFirst() throws Exception {
        AtomicLong nanos = new AtomicLong();
        rounds = new Rounds(open, node.bean(AttachParts.class), settings(DeleteMode.PROPAGATE, 3), tally, 0,
                nanos::get);
        agent.episodeWithoutVector("milliseconds");
        agent.run("update episodes set created_at = created_at * 1000");
        agent.episodeWithoutVector("text");
        agent.run("update episodes set created_at = '2024-01-01T00:00:00Z' where task = 'text'");
        agent.episodeWithoutVector("future");
        agent.run("update episodes set created_at = created_at + 86400 where task = 'future'");
        assertThat(rounds.once(true, false)).as("they are waited for").isTrue();
        assertThat(jdbc.queryForObject("select count(*) from episodes", Long.class)).isZero();
        nanos.addAndGet(61_000_000_000L);
        round();
        assertThat(jdbc.queryForObject("select count(*) from episodes", Long.class) + tally.held()).isEqualTo(3);
        assertThat(jdbc.queryForList("select task from episodes", String.class)).contains("future");
    }

    @Test
    void rowThatTheDatabaseRefuses_isHeldBackAlone_whetherChangedOrDeleted() throws Exception {
        long bad = agent.episode("fine");
        long kept = agent.episode("kept");
        round();
        jdbc.execute("alter table episodes add constraint own_rule check (task <> 'bad')");
        jdbc.execute("create function own_rule() returns trigger language plpgsql as $$ begin raise exception"
                + " using errcode = '23000', message = 'this one stays'; end $$");
        jdbc.execute("create trigger own_rule before delete on episodes for each row execute function own_rule()");
        try {
            agent.run("update episodes set task = 'bad' where id = " + bad, "delete from episodes where id = " + kept);
            agent.skill("other");
            round();
            assertThat(jdbc.queryForObject("select count(*) from skills", Long.class)).isEqualTo(1);
            assertThat(tally.held(9)).hasSize(2).containsKey("episodes row " + bad);
        } finally {
            jdbc.execute("alter table episodes drop constraint own_rule");
            jdbc.execute("drop trigger own_rule on episodes");
            jdbc.execute("drop function own_rule()");
        }
        agent.run("update episodes set output = 'o'");
        round();
        assertThat(jdbc.queryForList("select task from episodes", String.class)).containsExactly("bad");
        assertThat(tally.held()).isZero();
    }

    @Test
    void whatAgentDbWritesNullFor_comesBackFromThePeersRowAsNoChange() throws Exception {
        node.episode("one");
        jdbc.update("update episodes set input = '', latency_ms = 0");
        long counter = jdbc.queryForObject("select counter from episodes", Long.class);
        for (int i = 0; i < 3; i++) {
            round();
        }
        assertThat(jdbc.queryForObject("select counter from episodes", Long.class)).isEqualTo(counter);
        assertThat(tally.of(AttachTally.Passed.ROWS_IN)).isZero();
        assertThat(agent.text("select input is null and latency_ms is null from episodes")).isEqualTo("1");
    }
}
