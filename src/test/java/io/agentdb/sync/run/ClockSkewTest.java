package io.agentdb.sync.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.protocol.PeerRejected;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Judged at the begin of each run, by the clocks of that moment. */
class ClockSkewTest {

    @Test
    void clocksThatAreMoreThanFiveMinutesApart_endTheRun_whicheverIsAhead() {
        assertThatCode(() -> PeerSessions.judge(new PeerName("b"), Duration.ofMinutes(5))).doesNotThrowAnyException();
        assertThatCode(() -> PeerSessions.judge(new PeerName("b"), Duration.ofMinutes(-5))).doesNotThrowAnyException();
        assertThatThrownBy(() -> PeerSessions.judge(new PeerName("b"), Duration.ofMinutes(6)))
                .isInstanceOf(PeerRejected.class)
                .hasMessageContaining("the clock of peer b is 360 s ahead of ours");
        assertThatThrownBy(() -> PeerSessions.judge(new PeerName("b"), Duration.ofMinutes(-6)))
                .isInstanceOf(PeerRejected.class)
                .hasMessageContaining("the clock of peer b is 360 s behind ours");
    }
}
