package io.agentdb.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.home.TestProcess;
import org.junit.jupiter.api.Test;

class FreePortTest {

    @Test
    void ports_areOfOneProcessAlone_andGivenToNobodyElse() {
        for (int process = 1; process < FreePort.PROCESSES; process++) {
            assertThat(FreePort.first(process)).isGreaterThanOrEqualTo(end(process - 1));
        }
        assertThat(end(FreePort.PROCESSES - 1)).isLessThanOrEqualTo(FreePort.EPHEMERAL);
        int mine = TestProcess.number();
        assertThat(FreePort.udp()).isBetween(FreePort.first(mine), end(mine) - 1);
    }

    @Test
    void processForWhichThereAreNone_isRefusedThem() {
        assertThatThrownBy(() -> FreePort.first(FreePort.PROCESSES)).hasMessageContaining("-Dtests.processes");
    }

    private static int end(int process) {
        return FreePort.first(process) + FreePort.PER_PROCESS;
    }
}
