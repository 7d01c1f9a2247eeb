package io.agentdb.sync.quic.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** A jar that was built for another platform. */
class ForeignPlatformTest {

    @Test
    void jarWithoutThisPlatformsLibraries_saysSo_andWhatToDo() {
        Throwable failure = new IllegalStateException("no bean", new NoClassDefFoundError("Quic").initCause(
                new UnsatisfiedLinkError("could not load a native library: netty_quiche_osx_aarch_64")));
        FailureAnalysis analysis = new ForeignPlatformAnalyzer().analyze(failure);
        assertThat(analysis.getDescription()).contains(System.getProperty("os.name"), "netty_quiche_osx_aarch_64");
        assertThat(analysis.getAction()).contains("-Pall-platforms");
    }
}
