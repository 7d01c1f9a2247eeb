package io.agentdb.sync.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.home.DirectoryInUse;
import io.agentdb.sync.home.DirectoryLock;
import io.agentdb.sync.home.EmbeddedSettings;
import io.agentdb.sync.postgres.ChildProcess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreshDirectoryTest {

    private static final EmbeddedSettings EMBEDDED = new EmbeddedSettings(null, 0, TestPostgres.BINARIES.toString());

    @TempDir
    Path parent;

    @Test
    void everythingInIt_isDeleted_andNothingBesideIt() throws Exception {
        Path node = parent.resolve("node");
        Files.createDirectories(node.resolve("postgres/base"));
        Files.writeString(node.resolve("postgres/base/1"), "x");
        Path beside = Files.writeString(parent.resolve("beside"), "x");
        Files.createSymbolicLink(node.resolve("link"), beside);
        FreshDirectory.empty(node, EMBEDDED);
        assertThat(node).isDirectoryNotContaining(file -> !file.endsWith("node.lock"));
        assertThat(beside).exists();
    }

    @Test
    void directoryOfARunningNode_isLeftAlone() throws Exception {
        Path data = Files.writeString(parent.resolve("data"), "x");
        try (DirectoryLock running = DirectoryLock.acquire(parent)) {
            assertThat(running.isHeld()).isTrue();
            assertThatThrownBy(() -> FreshDirectory.empty(parent, EMBEDDED)).isInstanceOf(DirectoryInUse.class);
        }
        assertThat(data).exists();
    }

    @Test
    void serverThatAKilledNodeLeftBehind_isEnded() throws Exception {
        try (ChildProcess killed = new ChildProcess(parent)) {
            killed.next("postmaster");
            int port = Integer.parseInt(Files.readAllLines(parent.resolve("postgres/postmaster.pid")).get(3));
            killed.kill();
            killed.lastCommitted();
            assertThat(answers(port)).isTrue();
            FreshDirectory.empty(parent, EMBEDDED);
            assertThat(answers(port)).isFalse();
        }
        assertThat(parent).isDirectoryNotContaining(file -> !file.endsWith("node.lock"));
    }

    /** Its process may stay in the list of processes after its end, until somebody asks for its status. */
    private static boolean answers(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (ConnectException refused) {
            return false;
        }
    }
}
