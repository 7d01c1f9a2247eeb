package io.agentdb.sync.postgres.embedded;

import io.agentdb.sync.home.DurableMove;
import io.agentdb.sync.home.KeptSecret;
import io.agentdb.sync.home.NodeHome;
import io.agentdb.sync.home.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who may log in to the embedded server: whoever can read the passwords in the node's directory, which are for its
 * owner only. Without them any account of the machine would be a superuser there, and run programs as the node's user.
 *
 * <p>The rules lie beside the cluster, not in it: it never runs under rules with which a release before, or somebody,
 * has made it.
 */
final class ClusterDoor {

    /** The superuser, who makes roles and databases; nothing of the node's work is done as him. */
    static final String SUPERUSER = "postgres";
    /** The node: owns its database and has rights to no program, no file and no other role. */
    static final String NODE = "agentdb";
    static final String RULES = "pg_hba.conf";

    private static final String LOOPBACK_WITH_PASSWORD = """
            # Written at each start of the node. Passwords: database-password, database-superuser-password.
            host all         all 127.0.0.1/32 %1$s
            host replication all 127.0.0.1/32 %1$s
            """;

    private final Path directory;
    private final KeptSecret superuser;
    private final KeptSecret node;

    private ClusterDoor(Path directory) {
        this.directory = directory;
        this.superuser = KeptSecret.in(directory.resolve("database-superuser-password"));
        this.node = KeptSecret.in(directory.resolve("database-password"));
    }

    /** Makes what is missing of passwords and rules in the node's directory. */
    static ClusterDoor of(EmbeddedServerSettings settings) {
        ClusterDoor door = new ClusterDoor(settings.directory());
        // A test's connections are short: hashing its password some thousand times would be most of what one does.
        door.write(door.directory.resolve(RULES), LOOPBACK_WITH_PASSWORD.formatted(
                settings.durable() ? "scram-sha-256" : "password"));
        door.write(door.passfile(), "127.0.0.1:*:*:" + NODE + ":" + door.node.secret() + "\n");
        return door;
    }

    Login superuser() {
        return new Login(SUPERUSER, superuser.secret());
    }

    Login node() {
        return new Login(NODE, node.secret());
    }

    /** Its first line is the superuser's password. */
    Path superuserPassword() {
        return superuser.file();
    }

    /** For psql and pg_dump, with the node's password. */
    Path passfile() {
        return directory.resolve(NodeHome.PASSFILE);
    }

    private void write(Path file, String content) {
        try {
            if (!Files.exists(file) || !Files.readString(file).equals(content)) {
                Path draft = OwnerOnly.file(file.resolveSibling(file.getFileName() + ".new"));
                Files.writeString(draft, content);
                DurableMove.move(draft, file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
