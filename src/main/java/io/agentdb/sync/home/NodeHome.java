package io.agentdb.sync.home;

import io.agentdb.sync.version.NodeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where this node keeps its own files, and its name if it has one without asking a database.
 *
 * <p>Thread-safe. The first call of a method may touch the file system; an error there is an
 * {@link java.io.UncheckedIOException} that names the path.
 */
public final class NodeHome {

    /** The name of the file with which psql and pg_dump get into the embedded database. */
    public static final String PASSFILE = "pgpass";
    /** The name of the file with the REST API's password that the node has made. */
    public static final String ADMIN_PASSWORD = "admin-password";

    private static final String ROOT = ".agentdb-sync";
    private static final String EXTERNAL = "external";

    private final Path userHome;
    private final Optional<Path> configured;
    private final Optional<NodeId> nodeId;
    private final boolean embedded;

    private NodeHome(Path userHome, Optional<Path> configured, Optional<NodeId> nodeId, boolean embedded) {
        this.userHome = userHome;
        this.configured = configured;
        this.nodeId = nodeId;
        this.embedded = embedded;
    }

    public static NodeHome of(NodeSettings node, EmbeddedSettings embedded, boolean embeddedDatabase, Path userHome) {
        Optional<Path> configured = Optional.ofNullable(embedded.dataDir())
                .map(directory -> expand(directory, userHome));
        Optional<NodeId> id = Optional.ofNullable(node.id()).map(NodeId::new);
        if (id.isEmpty() && embeddedDatabase) {
            // A configured directory keeps its own id: two nodes of one user must not share a name.
            Path place = configured.orElseGet(() -> userHome.resolve(ROOT));
            id = Optional.of(NodeIdFile.readOrCreate(OwnerOnly.directory(place)));
        }
        return new NodeHome(userHome, configured, id, embeddedDatabase);
    }

    /**
     * The directory of the node that these settings mean, if it has run here before. Makes nothing, and asks nobody.
     *
     * @param environment in which the node would be started
     */
    public static Optional<Path> existing(Map<String, String> environment, Path userHome) {
        String configured = environment.get("AGENTDB_EMBEDDED_DATADIR");
        if (configured != null) {
            return Optional.of(expand(configured, userHome)).filter(Files::isDirectory);
        }
        Path root = userHome.resolve(ROOT);
        String id = environment.getOrDefault("AGENTDB_NODE_ID", NodeIdFile.existing(root).orElse(EXTERNAL));
        return NodeId.parse(id).map(node -> root.resolve(node.name())).filter(Files::isDirectory);
    }

    /** The node's short name: present when it is configured or the database is embedded. */
    public Optional<NodeId> nodeId() {
        return nodeId;
    }

    /** The node's directory, created with permissions for its owner only if it was not there. */
    public Path directory() {
        return OwnerOnly.directory(configured.orElseGet(
                () -> userHome.resolve(ROOT).resolve(nodeId.map(NodeId::name).orElse(EXTERNAL))));
    }

    /**
     * A directory that stays when the process goes: beside the embedded database, or where somebody said; empty if
     * there is none.
     */
    public Optional<Path> kept() {
        return embedded || configured.isPresent() ? Optional.of(directory()) : Optional.empty();
    }

    /** With it psql and pg_dump get into the embedded database ({@code passfile=}). */
    public Path passfile() {
        return directory().resolve(PASSFILE);
    }

    public Path binaries(EmbeddedSettings embedded) {
        return Optional.ofNullable(embedded.binariesDir()).map(directory -> expand(directory, userHome))
                .orElseGet(() -> userHome.resolve(ROOT).resolve("binaries"));
    }

    private static Path expand(String directory, Path userHome) {
        boolean inHome = directory.equals("~") || directory.startsWith("~/");
        Path path = inHome ? userHome.resolve(directory.substring(Math.min(2, directory.length())))
                : Path.of(directory);
        return path.toAbsolutePath().normalize();
    }
}
