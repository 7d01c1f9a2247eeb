package io.agentdb.sync.cli.client;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node that runs on this machine, as the file that it keeps while it runs says.
 *
 * @param directory the node's own
 */
public record RunningNode(String node, String url, long pid, Path directory) {

    /** The node writes it. */
    public static final String FILE = "running.json";

    private static final List<String> DIRECTORY = List.of("AGENTDB_EMBEDDED_DATADIR", "AGENTDB_EMBEDDED_DATA_DIR");

    /**
     * Those whose process lives. One that was killed has left its file.
     *
     * @param environment in which a node would be started: it may name one
     */
    static List<RunningNode> all(Map<String, String> environment, Path userHome) {
        for (String name : DIRECTORY) {
            if (environment.containsKey(name)) {
                String directory = environment.get(name).replaceFirst("^~(?=/|$)", userHome.toString());
                return in(Path.of(directory)).map(List::of).orElse(List.of());
            }
        }
        List<RunningNode> found = new ArrayList<>();
        try (DirectoryStream<Path> places = Files.newDirectoryStream(userHome.resolve(".agentdb-sync"))) {
            for (Path place : places) {
                in(place).filter(one -> one.node.equals(environment.getOrDefault("AGENTDB_NODE_ID", one.node)))
                        .ifPresent(found::add);
            }
        } catch (IOException e) {
            // No node has run here yet.
        }
        return found;
    }

    private static Optional<RunningNode> in(Path directory) {
        try {
            JsonTree file = JsonTree.parse(Files.readString(directory.resolve(FILE), StandardCharsets.UTF_8));
            long pid = file.get("pid").number();
            return ProcessHandle.of(pid).isEmpty() || file.get("url").isNull() ? Optional.empty()
                    : Optional.of(new RunningNode(file.get("node").text(), file.get("url").text(), pid, directory));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether that is its address, however this machine is called in it. */
    boolean answersAt(URI url) {
        URI own = URI.create(this.url);
        return isThisMachine(url) && isThisMachine(own) && own.getPort() == url.getPort();
    }

    private static boolean isThisMachine(URI url) {
        return List.of("127.0.0.1", "localhost", "[::1]").contains(url.getHost());
    }
}
