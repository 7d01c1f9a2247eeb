package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.attach.AttachSettings.DeleteMode;
import java.util.List;
import org.junit.jupiter.api.Test;
/** What was looked at, and is to be looked at again. */
class LookingAgainTest extends WithAttachedFile {

    @Test
    void heldRow_isLookedAtAgain_whenAPersonWantsIt() throws Exception {
        Rounds rounds = rounds(0);
        long bad = agent.episode("mended");
        agent.run("update episodes set metadata = '{bad'");
        rounds.once(true, false);
        agent.run("update episodes set metadata = null");
        rounds.once(true, false);
        assertThat(tally.held(9)).containsOnlyKeys("episodes row " + bad);
        tally.askAgain();
        rounds.once(false, false);
        assertThat(jdbc.queryForList("select task from episodes", String.class)).containsExactly("mended");
        assertThat(tally.held()).isZero();
    }

    @Test
    void newRow_comesInAtOnce_alsoBehindHeldAndAwaitedOnes_whileTheWholeFileIsLookedAtSeldom() throws Exception {
        agent.episode("old");
        Rounds rounds = rounds(Integer.MAX_VALUE);
        rounds.once(true, false);
        long bad = agent.episode("bad");
        agent.run("update episodes set metadata = '{bad' where id = " + bad);
        long awaited = agent.episodeWithoutVector("awaited");
        agent.episode("new");
        rounds.once(true, false);
        assertThat(tasks()).containsExactly("new", "old");
        agent.vector("episode", awaited, "awaited");
        agent.episode("newer");
        rounds.once(true, false);
        assertThat(tasks()).containsExactly("awaited", "new", "newer", "old");
    }

    @Test
    void databaseThatWasRestored_getsTheFilesRowsAgain_underTheirIds_butNotThoseThatItHasDeleted() throws Exception {
        agent.episode("of the agent");
        agent.skill("deleted");
        // AgentDB counts in seconds: it was made before it was deleted.
        agent.run("update skills set created_at = 1700000000");
        node.episode("of a peer");
        rounds(0).once(true, false);
        List<String> ids = jdbc.queryForList("select id::text from episodes order by 1", String.class);
        forgetRecords();
        jdbc.update("insert into skills (name) values ('deleted')");
        jdbc.update("delete from skills");
        agent.run("update agentdb_sync_meta set value = 'a.aaaaaaaa' where key = 'database'");
        Rounds rounds = rounds(0);
        for (int i = 0; i < 2; i++) {
            rounds.once(true, false);
            assertThat(jdbc.queryForList("select id::text from episodes order by 1", String.class)).isEqualTo(ids);
            assertThat(jdbc.queryForObject("select count(*) from skills", Long.class)).isZero();
            assertThat(agent.number("select count(*) from episodes")).isEqualTo(2);
        }
    }

    private Rounds rounds(int share) {
        return rounds(DeleteMode.PROPAGATE, 3, share);
    }

    private static List<String> tasks() {
        return jdbc.queryForList("select task from episodes order by 1", String.class);
    }
}
