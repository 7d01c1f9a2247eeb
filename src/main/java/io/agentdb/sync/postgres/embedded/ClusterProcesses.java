package io.agentdb.sync.postgres.embedded;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The PostgreSQL processes of one cluster, found without asking the server.
 *
 * <p>Every PostgreSQL process works in its cluster's directory, so on Linux {@code /proc} tells them from a process
 * that merely got the number of a dead one (usual in containers, where numbers start again) and shows the children that
 * outlive a killed postmaster. Elsewhere a live process of that name has to do. Thread-safe; never blocks.
 */
final class ClusterProcesses {

    private static final Path PROC = Path.of("/proc");
    private static final boolean LINUX = Files.isSymbolicLink(PROC.resolve("self/cwd"));

    private final Path cluster;

    ClusterProcesses(Path cluster) {
        this.cluster = cluster;
    }

    /** Whether the list of {@link #all} is complete on this system. */
    boolean visible() {
        return LINUX;
    }

    boolean isRunning(long pid) {
        if (LINUX) {
            return worksInCluster(PROC.resolve(Long.toString(pid)));
        }
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        return process.flatMap(p -> p.info().command())
                .map(command -> Path.of(command).getFileName().toString())
                .filter(name -> name.equals("postgres") || name.equals("postgres.exe"))
                .isPresent();
    }

    /** All of the cluster's processes; empty where they are not {@link #visible}. */
    List<ProcessHandle> all() {
        List<ProcessHandle> found = new ArrayList<>();
        if (!LINUX) {
            return found;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[1-9]*")) {
            for (Path process : processes) {
                if (worksInCluster(process)) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString())).ifPresent(found::add);
                }
            }
        } catch (IOException e) {
            throw new EmbeddedServerFailure("Cannot list processes: " + e.getMessage(), e);
        }
        return found;
    }

    /**
     * A zombie has no working directory any more, and neither has a process of another user for us: both are not ours.
     */
    private boolean worksInCluster(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(cluster);
        } catch (IOException e) {
            return false;
        }
    }
}
