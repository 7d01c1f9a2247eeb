package io.agentdb.sync.postgres.embedded;

import io.agentdb.sync.home.DirectoryInUse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A node in a process of its own, to be killed: starts the embedded server in the given directory, then commits row
 * after row and says so on standard output. A line means that this row must survive anything.
 */
public final class ChildNode {

    private ChildNode() {
    }

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        EmbeddedServer server;
        try {
            server = EmbeddedServer.start(new EmbeddedServerSettings(directory, 0, Path.of(args[1]), true));
        } catch (DirectoryInUse e) {
            System.out.println("in use");
            return;
        }
        try (Connection connection = DriverManager.getConnection(
                server.jdbcUrl(), server.node().user(), server.node().password());
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS rows");
            statement.execute("CREATE TABLE rows (n bigint GENERATED ALWAYS AS IDENTITY, filler text)");
            System.out.println("postmaster " + server.pid());
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO rows (filler) VALUES (repeat('x', 500)) RETURNING n")) {
                while (true) {
                    try (var row = insert.executeQuery()) {
                        row.next();
                        System.out.println("committed " + row.getLong(1));
                    }
                }
            }
        } catch (SQLException e) {
            System.out.println("disconnected");
        }
    }
}
