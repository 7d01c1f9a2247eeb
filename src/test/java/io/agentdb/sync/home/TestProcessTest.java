package io.agentdb.sync.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TestProcessTest {

    /** Empty, as a placeholder that Maven took for its own made it, it was the same for every process. */
    @Test
    void everyProcess_hasANumber() {
        assertThat(TestProcess.name()).matches("process-[1-9]\\d*");
        assertThat(System.getenv("KUBECONFIG")).endsWith("fake-cluster-" + TestProcess.name().replace("process-", "") + ".yaml");
    }

    @Test
    void directories_areOfOneProcessAlone() {
        assertThat(TestProcess.directory("a")).isNotEqualTo(TestProcess.directory("b")).endsWithRaw(
                java.nio.file.Path.of("a", TestProcess.name()));
        assertThatThrownBy(() -> DirectoryLock.acquire(TestProcess.directory("test-processes"))).isInstanceOf(DirectoryInUse.class);
    }
}
