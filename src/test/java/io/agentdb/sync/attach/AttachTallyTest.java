package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is held back. */
class AttachTallyTest {

    @Test
    void countIsExact_andReasonsAreBounded() {
        AttachTally tally = new AttachTally();
        for (int i = 0; i < 2_000; i++) {
            tally.hold("episodes row " + i, "it is bad");
        }
        assertThat(tally.held()).isEqualTo(2_000);
        assertThat(tally.holds("episodes row 1999")).isTrue();
        assertThat(tally.held(Integer.MAX_VALUE)).hasSize(500).containsEntry("episodes row 0", "it is bad");
        tally.release("episodes row 0");
        assertThat(tally.held()).isEqualTo(1_999);
        tally.askAgain();
        assertThat(tally.takesAgain()).isTrue();
        assertThat(tally.held()).isZero();
        assertThat(tally.held(9)).isEmpty();
    }
}
