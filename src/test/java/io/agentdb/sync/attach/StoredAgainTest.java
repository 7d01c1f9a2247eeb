package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.attach.AttachSettings.DeleteMode;
import io.agentdb.sync.memory.Identity;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A skill is known by its name, and an edge by its ends, so that what was deleted may be stored again. */
class StoredAgainTest extends WithAttachedFile {

    private Rounds rounds;

    @BeforeEach
    void attach() {
        rounds = rounds(DeleteMode.PROPAGATE, 0, 0);
    }

    private void settle() throws Exception {
        for (int i = 0; i < 4; i++) {
            rounds.once(true, false);
        }
    }

    private String skills() {
        return jdbc.queryForObject("select string_agg(name || ' ' || description || ' ' || uses, ', ' order by name)"
                + " from skills", String.class);
    }

    @Test
    void deletedSkill_storedAgainBeforeAnybodyLooked_staysItsRecord_andSaysWhatItSaysNow() throws Exception {
        agent.skill("rotation");
        settle();
        agent.run("delete from skills");
        agent.skill("rotation");
        agent.run("update skills set description = 'better', uses = 7");
        settle();
        assertThat(skills()).isEqualTo("rotation better 7");
        assertThat(agent.texts("select name || description from skills")).containsExactly("rotationbetter");
        assertThat(jdbc.queryForObject("select count(*) from tombstones", Long.class)).isZero();
        assertThat(tally.held()).isZero();
    }

    @Test
    void deletedSkill_storedAgainAfterItsDeletionCame_isARecordAgain() throws Exception {
        agent.skill("rotation");
        settle();
        jdbc.update("delete from skills");
        rounds.once(true, true);
        assertThat(agent.texts("select name from skills")).isEmpty();
        agent.skill("rotation");
        settle();
        assertThat(skills()).isEqualTo("rotation d 5");
        assertThat(agent.texts("select name from skills")).containsExactly("rotation");
        assertThat(tally.held()).isZero();
    }

    @Test
    void skillThatIsOlderThanItsDeletion_staysDeleted() throws Exception {
        jdbc.update("insert into skills (name) values ('rotation')");
        jdbc.update("delete from skills");
        long row = agent.skill("rotation");
        agent.run("update skills set created_at = 1700000000");
        settle();
        assertThat(skills()).isNull();
        assertThat(tally.held(9)).containsOnlyKeys("skills row " + row);
    }

    @Test
    void namesThatTwoSkillsHaveExchanged_areChangesOfBoth() throws Exception {
        agent.skill("one");
        agent.skill("two");
        agent.run("update skills set description = name");
        settle();
        agent.run("update skills set name = 'three' where name = 'one'",
                "update skills set name = 'one' where name = 'two'",
                "update skills set name = 'two' where name = 'three'");
        settle();
        assertThat(skills()).isEqualTo("one two 5, two one 5");
        assertThat(jdbc.queryForObject("select count(*) from tombstones", Long.class)).isZero();
    }

    @Test
    void linksOfARenamedSkill_leadToItsNewName() throws Exception {
        rounds = rounds(DeleteMode.PROPAGATE, 5, 0);
        agent.skill("rotation");
        agent.skill("keys");
        agent.run("insert into skill_links (parent_skill_id, child_skill_id, relationship, weight)"
                + " select a.id, b.id, 'prerequisite', 0.5 from skills a, skills b where a.name = 'rotation'"
                + " and b.name = 'keys'");
        settle();
        agent.run("update skills set name = 'turning' where name = 'rotation'");
        settle();
        assertThat(jdbc.queryForList("select from_id from edges", UUID.class))
                .containsExactly(Identity.skill("turning"));
        assertThat(agent.number("select count(*) from skill_links")).isEqualTo(1);
        assertThat(tally.held()).isZero();
    }

    @Test
    void linkThatIsStoredAgain_staysItsRecord() throws Exception {
        agent.skill("rotation");
        agent.skill("keys");
        String link = "insert into skill_links (parent_skill_id, child_skill_id, relationship, weight)"
                + " select a.id, b.id, 'prerequisite', %s from skills a, skills b where a.name = 'rotation'"
                + " and b.name = 'keys'";
        agent.run(link.formatted("0.5"));
        settle();
        agent.run("delete from skill_links", link.formatted("0.25"));
        settle();
        assertThat(jdbc.queryForList("select weight from edges", Double.class)).containsExactly(0.25);
        assertThat(jdbc.queryForObject("select count(*) from tombstones", Long.class)).isZero();
    }
}
