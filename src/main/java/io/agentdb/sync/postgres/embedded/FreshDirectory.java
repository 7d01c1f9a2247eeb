package io.agentdb.sync.postgres.embedded;

import io.agentdb.sync.home.DirectoryInUse;
import io.agentdb.sync.home.DirectoryLock;
import io.agentdb.sync.home.EmbeddedSettings;
import io.agentdb.sync.home.NodeHome;
import io.agentdb.sync.home.NodeSettings;
import io.agentdb.sync.home.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes a node's directory as it was before the node's first start. */
public final class FreshDirectory {

    private FreshDirectory() {
    }

    /**
     * Deletes everything in the directory, the database included; there is no way back. Creates it if it is not there.
     *
     * @throws DirectoryInUse if a node runs in it; nothing is deleted then
     */
    public static void empty(Path directory, EmbeddedSettings embedded) {
        OwnerOnly.directory(directory);
        try (DirectoryLock held = DirectoryLock.acquire(directory)) {
            NodeHome home = NodeHome.of(new NodeSettings(null), embedded, false,
                    Path.of(System.getProperty("user.home")));
            // A server that a killed node left behind would go on writing into what is deleted here.
            new Cluster(new EmbeddedServerSettings(directory, 0, home.binaries(embedded), true)).stop();
            try (DirectoryStream<Path> content = Files.newDirectoryStream(directory)) {
                for (Path entry : content) {
                    // Without its file the lock would not keep out a node that starts right now.
                    if (!held.isFile(entry)) {
                        Directories.delete(entry);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot empty " + directory + ": " + e.getMessage(), e);
        }
    }
}
