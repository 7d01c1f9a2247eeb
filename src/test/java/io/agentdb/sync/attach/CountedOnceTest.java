package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.attach.AttachSettings.DeleteMode;
import io.agentdb.sync.attach.file.FileStopped;
import io.agentdb.sync.memory.Kind;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an agent changes comes in once, however often it writes and whoever is stopped in between. */
class CountedOnceTest extends WithAttachedFile {

    private Rounds rounds;

    @BeforeEach
    void attach() {
        rounds = rounds(DeleteMode.PROPAGATE, 3, 0);
    }

    private void round() throws Exception {
        rounds.once(true, false);
    }

    /** The database takes what has changed, and then the file cannot be written: as after a kill in between. */
    private void roundThatIsStopped() {
        agent.run("begin immediate");
        assertThatThrownBy(this::round).hasMessageContaining("SQLITE_BUSY");
        agent.run("rollback");
    }

    @Test
    void count_thatGrowsAgainBeforeTheFilesMapKnowsOfIt_isCountedOnce() throws Exception {
        agent.skill("rotation");
        round();
        agent.run("update skills set uses = uses + 2");
        roundThatIsStopped();
        agent.run("update skills set uses = uses + 1");
        roundThatIsStopped();
        roundThatIsStopped();
        open(text -> Optional.empty());
        attach();
        round();
        round();
        assertThat(uses()).isEqualTo(8);
        assertThat(agent.number("select uses from skills")).isEqualTo(8);
    }

    @Test
    void changeThatTheAgentTakesBack_beforeTheFilesMapKnowsOfIt_isTakenBack() throws Exception {
        agent.skill("rotation");
        round();
        agent.run("update skills set uses = uses + 2, code = 'x'");
        roundThatIsStopped();
        agent.run("update skills set uses = uses - 2, code = null");
        open(text -> Optional.empty());
        attach();
        round();
        assertThat(uses()).isEqualTo(5);
        assertThat(jdbc.queryForObject("select code from skills", String.class)).isNull();
    }

    @Test
    void sameChange_madeAgainAfterAPeerHasUndoneIt_isAChange() throws Exception {
        agent.skill("rotation");
        round();
        for (int i = 0; i < 3; i++) {
            agent.run("update skills set description = 'done'");
            round();
            assertThat(jdbc.queryForObject("select description from skills", String.class)).isEqualTo("done");
            jdbc.update("update skills set description = 'd'");
            round();
            assertThat(agent.text("select description from skills")).isEqualTo("d");
        }
    }

    @Test
    void countsThatGrowWhileANodeLooks_areCountedOnce() throws Exception {
        growWhileLooking(List.of(rounds));
    }

    @Test
    void countsThatGrowWhileTwoProcessesOfANodeLook_areCountedOnce() throws Exception {
        try (OpenFile there = OpenFile.open(agent.path, "a", false, Kind.ALL, text -> Optional.empty())) {
            Rounds others = new Rounds(there, node.bean(AttachParts.class), settings(DeleteMode.PROPAGATE, 3),
                    new AttachTally(), 0);
            growWhileLooking(List.of(rounds, others));
        }
    }

    private void growWhileLooking(List<Rounds> all) throws Exception {
        int skills = 40;
        for (int i = 0; i < skills; i++) {
            agent.skill("s" + i);
        }
        round();
        AtomicBoolean end = new AtomicBoolean();
        List<CompletableFuture<Void>> looking = all.stream().map(one -> OwnThread.run(() -> {
            while (!end.get()) {
                look(one);
            }
        })).toList();
        int writes = 30;
        try {
            for (int i = 0; i < writes; i++) {
                agent.run("update skills set uses = uses + 1");
                jdbc.update("update skills set uses = uses + 1");
            }
        } finally {
            end.set(true);
        }
        looking.forEach(CompletableFuture::join);
        round();
        round();
        assertThat(jdbc.queryForList("select distinct uses from skills", Long.class)).containsExactly(5L + 2 * writes);
        assertThat(agent.texts("select distinct uses from skills")).containsExactly(String.valueOf(5 + 2 * writes));
    }

    /** As an attachment does: a file that is busy is looked at again. */
    private static void look(Rounds rounds) {
        try {
            rounds.once(true, false);
        } catch (SQLException e) {
            assertThat(e.getMessage()).contains("SQLITE_BUSY");
        } catch (FileStopped e) {
            throw new IllegalStateException(e.why(), e);
        }
    }

    private static long uses() {
        return jdbc.queryForObject("select uses from skills", Long.class);
    }
}
