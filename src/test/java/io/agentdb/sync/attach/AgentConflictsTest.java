package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.attach.AttachSettings.DeleteMode;
import io.agentdb.sync.review.conflict.ConflictResolution;
import io.agentdb.sync.review.conflict.ResolutionRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What becomes of a peer's value where an agent has changed the same one. */
class AgentConflictsTest extends WithAttachedFile {

    private Rounds rounds;

    @BeforeEach
    void attach() throws Exception {
        rounds = rounds(DeleteMode.PROPAGATE, 3, 0);
        agent.skill("rotation");
        rounds.once(true, false);
    }

    @Test
    void peersValue_thatTheAgentsTakesThePlaceOf_isLogged_andAPersonCanRestoreIt() throws Exception {
        jdbc.update("update skills set code = 'by a peer', uses = uses + 1");
        agent.run("update skills set code = 'by the agent'");
        rounds.once(true, false);
        rounds.once(true, false);
        assertThat(text("select code from skills")).isEqualTo("by the agent");
        assertThat(jdbc.queryForList("select strategy || ' ' || outcome || ' ' || peer_node || ' '"
                + " || (local -> 'content' ->> 'code') || ' ' || (remote -> 'content' ->> 'code') from conflicts",
                String.class)).containsExactly("latest-wins remote a by a peer by the agent");
        node.bean(ConflictResolution.class).resolve(jdbc.queryForObject("select id from conflicts", Long.class),
                ResolutionRequest.read((ObjectNode) new JsonMapper().readTree("{\"pick\":\"local\"}")));
        rounds.once(true, false);
        assertThat(text("select code || uses from skills")).isEqualTo("by a peer6");
        assertThat(agent.text("select code || uses from skills")).isEqualTo("by a peer6");
    }

    @Test
    void recordThatAPeerHasDeleted_andTheAgentChanges_comesBack_andIsLogged() throws Exception {
        jdbc.update("delete from skills");
        agent.run("update skills set code = 'by the agent'");
        rounds.once(true, false);
        assertThat(text("select code from skills")).isEqualTo("by the agent");
        assertThat(text("select outcome || ' ' || (local ->> 'deleted') from conflicts")).isEqualTo("remote true");
    }

    @Test
    void changesOfDifferentFields_ofTheSameTo_andOfCounts_areNoConflict() throws Exception {
        jdbc.update("update skills set description = 'by a peer', code = 'same', uses = uses + 1");
        agent.run("update skills set success_rate = 0.1, code = 'same', uses = uses + 2");
        rounds.once(true, false);
        assertThat(text("select description || code || uses || success_rate from skills"))
                .isEqualTo("by a peersame80.1");
        assertThat(text("select count(*) from conflicts")).isEqualTo("0");
    }

    private static String text(String query) {
        return jdbc.queryForObject(query, String.class);
    }
}
