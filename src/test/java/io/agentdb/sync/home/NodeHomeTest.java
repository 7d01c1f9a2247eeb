package io.agentdb.sync.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.agentdb.sync.version.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NodeHomeTest {

    @TempDir
    private Path userHome;

    @Test
    void unnamedEmbeddedNode_getsAShortNameOnceAndKeepsIt() {
        NodeHome first = home(null, null, true);
        assertThat(first.nodeId().orElseThrow().name()).matches("n[a-z2-7]{6}");
        assertThat(home(null, null, true).nodeId()).isEqualTo(first.nodeId());
        assertThat(userHome.resolve(".agentdb-sync/node-id")).content().isEqualTo(first.nodeId().get() + "\n");
        assertThat(first.directory()).isDirectory().isEqualTo(
                userHome.resolve(".agentdb-sync/" + first.nodeId().get()));
    }

    @Test
    void configuredName_isUsedAndNothingIsKept() {
        NodeHome home = home("alpha-1", null, true);
        assertThat(home.nodeId()).contains(new NodeId("alpha-1"));
        assertThat(home.directory()).isEqualTo(userHome.resolve(".agentdb-sync/alpha-1"));
        assertThat(userHome.resolve(".agentdb-sync/node-id")).doesNotExist();
    }

    @Test
    void unnamedNodeWithADatabase_hasNoNameAndTouchesNothingUntilAsked() {
        NodeHome home = home(null, null, false);
        assertThat(home.nodeId()).isEmpty();
        assertThat(userHome).isEmptyDirectory();
        assertThat(home.directory()).isDirectory().isEqualTo(userHome.resolve(".agentdb-sync/external"));
    }

    @Test
    void configuredDirectory_keepsItsOwnName() {
        NodeHome one = home(null, userHome.resolve("one").toString(), true);
        NodeHome two = home(null, userHome.resolve("two").toString(), true);
        assertThat(one.nodeId()).isNotEqualTo(two.nodeId());
        assertThat(one.directory()).isEqualTo(userHome.resolve("one"));
        assertThat(home(null, userHome.resolve("one").toString(), true).nodeId()).isEqualTo(one.nodeId());
        assertThat(userHome.resolve(".agentdb-sync")).doesNotExist();
    }

    @Test
    void tilde_isTheUsersHome() {
        assertThat(home("a", "~/memory/a", true).directory()).isEqualTo(userHome.resolve("memory/a"));
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void directory_isForItsOwnerOnly() throws IOException {
        Path directory = home("a", null, true).directory();
        for (Path each : List.of(directory, directory.getParent())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each))).isEqualTo("rwx------");
        }
    }

    @Test
    void firstStartsAtOnce_agreeOnOneName() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<NodeId> start = () -> home(null, null, true).nodeId().orElseThrow();
            Set<NodeId> names = new HashSet<>();
            for (Future<NodeId> name : threads.invokeAll(List.of(
                    start, start, start, start, start, start, start, start))) {
                names.add(name.get());
            }
            assertThat(names).hasSize(1);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void damagedNameFile_isNamedInTheError() throws IOException {
        Path file = Files.createDirectories(userHome.resolve(".agentdb-sync")).resolve("node-id");
        Files.writeString(file, "");
        assertThatIllegalStateException().isThrownBy(() -> home(null, null, true))
                .withMessageContaining(file.toString()).withMessageContaining("agentdb.node.id");
    }

    private NodeHome home(String id, String dataDir, boolean embedded) {
        return NodeHome.of(new NodeSettings(id), new EmbeddedSettings(dataDir, 0, null), embedded, userHome);
    }
}
