package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.attach.AttachSettings.DeleteMode;
import io.agentdb.sync.attach.AttachTally.Passed;
import io.agentdb.sync.memory.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A file whose tables AgentDB 3's tool {@code agentdb_init} has made: fewer columns, and no links of skills. */
class TablesOfInitToolTest extends WithAttachedFile {

    private Rounds rounds;

    TablesOfInitToolTest() {
        super(AgentFile.byTool(directory().resolve("agentdb.db")));
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory("agentdb-attached");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void attach() {
        rounds = rounds(DeleteMode.PROPAGATE, 3, 0);
    }

    @Test
    void whatTheAgentStores_isARecord_withTheIdAndTimesThatImportGivesIt_andItsChangesAreTakenIn() throws Exception {
        agent.episode("rotate the keys");
        agent.skill("rotation");
        agent.run("insert into causal_edges (from_memory_id, from_memory_type, to_memory_id, to_memory_type, uplift)"
                + " values (0, 'rain', 0, 'mud', 0.4)");
        Path copy = agent.path.resolveSibling("copy.db");
        agent.run("vacuum into '" + copy + "'");
        node.bean(AttachParts.class).importer().sqlite(copy, true);
        rounds.once(true, false);
        rounds.once(true, false);
        UUID id = Identity.foreign("episode|" + agent.text("select id || '|' || ts || '|' || ts || '|s|' || task"
                + " from episodes"));
        assertThat(jdbc.queryForList("select id from episodes where created_at = ts", UUID.class)).containsExactly(id);
        assertThat(jdbc.queryForList("select extract(epoch from created_at)::bigint from skills", Long.class))
                .containsExactly(agent.number("select ts from skills"));
        assertThat(jdbc.queryForObject("select count(*) from edges", Long.class)).isEqualTo(1);
        agent.run("update skills set uses = uses + 2", "update episodes set critique = 'better'");
        rounds.once(true, false);
        assertThat(jdbc.queryForObject("select uses from skills", Long.class)).isEqualTo(7);
        assertThat(jdbc.queryForObject("select critique from episodes", String.class)).isEqualTo("better");
        assertThat(tally.of(Passed.ROWS_OUT)).as("its own rows do not come back").isZero();
        assertThat(jdbc.queryForObject("select count(*) from conflicts", Long.class)).isZero();
    }

    @Test
    void whatTheNodeHas_isInTheFile_withNothingThatItsTablesRefuse_andDoesNotComeBack() throws Exception {
        jdbc.update("insert into episodes (session_id, task, ts, created_at) values ('s', 'bare',"
                + " '2020-01-01T00:00:00Z', '2021-01-01T00:00:00Z')");
        jdbc.update("insert into skills (name) values ('bare'), ('other')");
        jdbc.update("insert into edges (from_type, from_id, relationship, to_type, to_id) select 'skill', a.id,"
                + " 'needs', 'skill', b.id from skills a, skills b where a.name < b.name");
        jdbc.update("insert into edges (from_type, from_id, relationship, to_type, to_id) values"
                + " ('rain', gen_random_uuid(), 'causal', 'mud', gen_random_uuid())");
        String versions = "select string_agg(counter::text, ',' order by counter) from (select counter from episodes"
                + " union all select counter from skills union all select counter from edges) as every";
        String before = jdbc.queryForObject(versions, String.class);
        for (int i = 0; i < 3; i++) {
            rounds.once(true, false);
        }
        assertThat(agent.text("select ts || '|' || reward || '|' || success from episodes"))
                .isEqualTo("1577836800|0.0|0");
        assertThat(agent.texts("select name || description from skills order by 1")).containsExactly("bare", "other");
        assertThat(agent.number("select count(*) from causal_edges")).isEqualTo(1);
        assertThat(tally.of(Passed.NO_ROW_FOR_IT)).as("the link of skills").isPositive();
        assertThat(jdbc.queryForObject(versions, String.class)).isEqualTo(before);
        jdbc.update("delete from skills where name = 'bare'");
        rounds.once(true, false);
        assertThat(agent.texts("select name from skills")).containsExactly("other");
    }
}
