package io.agentdb.sync.attach;

import io.agentdb.sync.attach.AttachSettings.AttachMode;
import io.agentdb.sync.attach.AttachSettings.DeleteMode;
import io.agentdb.sync.attach.AttachSettings.FileToAttach;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.jdbc.core.JdbcTemplate;

/** An agent's file and a node without records, whose rounds the test makes itself. */
abstract class WithAttachedFile {

    static TestNode node;
    static JdbcTemplate jdbc;

    final AgentFile agent;
    final AttachTally tally = new AttachTally();
    OpenFile open;

    WithAttachedFile() {
        this(AgentFile.fresh());
    }

    WithAttachedFile(AgentFile agent) {
        this.agent = agent;
    }

    @BeforeAll
    static void startNode() {
        node = TestNode.start("a");
        jdbc = node.jdbc();
    }

    @AfterAll
    static void endNode() {
        node.close();
    }

    @BeforeEach
    final void openFile() throws Exception {
        forgetRecords();
        open(text -> Optional.empty());
    }

    @AfterEach
    final void closeFile() {
        open.close();
        agent.close();
    }

    /** As a node does that starts. */
    final void open(Function<String, Optional<float[]>> miniLm) throws Exception {
        if (open != null) {
            open.close();
        }
        open = OpenFile.open(agent.path, "a", false, Kind.ALL, miniLm);
    }

    final Rounds rounds(DeleteMode deletes, int mostDeletes, int share) {
        return new Rounds(open, node.bean(AttachParts.class), settings(deletes, mostDeletes), tally, share);
    }

    final FileToAttach settings(DeleteMode deletes, int mostDeletes) {
        return new FileToAttach(agent.path, AttachMode.AUTO, Duration.ofMillis(250), List.of(), deletes, mostDeletes);
    }

    /** Deleted, they would leave tombstones. */
    static void forgetRecords() {
        jdbc.execute("begin; set local session_replication_role = replica;"
                + " truncate episodes, skills, edges, tombstones, attached_changes, embeddings, conflicts cascade;"
                + " commit");
    }
}
