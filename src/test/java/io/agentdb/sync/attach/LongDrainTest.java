package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.attach.AttachSettings.DeleteMode;
import io.agentdb.sync.attach.file.FileStopped;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes out takes longer than an agent may wait for what it writes to come in. */
class LongDrainTest extends WithAttachedFile {

    private final AtomicLong nanos = new AtomicLong();
    private Rounds rounds;

    @BeforeEach
    void attach() {
        // Each look at the clock takes 300 ms: a round writes four pages of 50.
        rounds = new Rounds(open, node.bean(AttachParts.class), settings(DeleteMode.PROPAGATE, 100), tally, 0,
                () -> nanos.addAndGet(Duration.ofMillis(300).toNanos()));
    }

    @Test
    void firstCopy_pausesAfterASecond_soThatWhatTheAgentWritesComesIn() throws Exception {
        jdbc.update("insert into episodes (session_id, task) select 's', 'task ' || n from generate_series(1, 500) n");
        assertThat(rounds.once(true, false)).as("there is more").isTrue();
        assertThat(agent.number("select count(*) from episodes")).isBetween(50L, 300L);
        agent.skill("of the agent");
        rounds.once(true, false);
        assertThat(jdbc.queryForObject("select count(*) from skills", Long.class)).isEqualTo(1);
        while (rounds.once(true, false)) {
            assertThat(agent.number("select count(*) from episodes")).isLessThan(500);
        }
        assertThat(agent.number("select count(*) from episodes")).isEqualTo(500);
    }

    @Test
    void deletionsOfSeveralRounds_withoutAPause_areAtOnce_andAPersonsWordLastsAsLong() throws Exception {
        jdbc.update("insert into episodes (session_id, task) select 's', 'task ' || n from generate_series(1, 500) n");
        while (rounds.once(true, false)) {
            assertThat(agent.number("select count(*) from episodes")).isLessThan(500);
        }
        jdbc.update("delete from episodes");
        assertThatThrownBy(() -> {
            while (rounds.once(true, false)) {
                assertThat(agent.number("select count(*) from episodes")).isBetween(400L, 500L);
            }
        }).isInstanceOf(FileStopped.class).hasMessageContaining("more than the 100 records");
        assertThat(rounds.once(true, true)).isTrue();
        while (rounds.once(true, false)) {
            assertThat(agent.number("select count(*) from episodes")).isPositive();
        }
        assertThat(agent.number("select count(*) from episodes")).isZero();
    }
}
