package io.agentdb.sync.sqlite;

import io.agentdb.sync.embedding.EmbeddingModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A SQLite file with AgentDB's tables, made and looked at by its SQL. */
final class AgentDbFile {

    private final Path path;

    private AgentDbFile(Path path) {
        this.path = path;
    }

    /** An empty one. */
    static AgentDbFile create(Path directory) throws Exception {
        AgentDbFile file = new AgentDbFile(directory.resolve("agentdb-" + System.nanoTime() + ".sqlite"));
        file.run(ExportSchema.sql());
        return file;
    }

    static AgentDbFile of(Path path) {
        return new AgentDbFile(path);
    }

    static AgentDbFile of(Path directory, byte[] bytes) throws Exception {
        return new AgentDbFile(Files.write(directory.resolve("agentdb-" + System.nanoTime() + ".sqlite"), bytes));
    }

    Path path() {
        return path;
    }

    void run(String sql) throws SQLException {
        try (Connection connection = open(); Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    void vector(String what, long row, float... vector) throws SQLException {
        try (Connection connection = open(); PreparedStatement statement = connection.prepareStatement(
                "insert or replace into "
                + what + "_embeddings (" + what + "_id, embedding) values (?, ?)")) {
            statement.setLong(1, row);
            ByteBuffer bytes = ByteBuffer.allocate(vector.length * 4).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(vector);
            statement.setBytes(2, bytes.array());
            statement.executeUpdate();
        }
    }

    /** The rows as texts, columns between bars. */
    List<String> rows(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = open(); Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            while (row.next()) {
                List<String> cells = new ArrayList<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    cells.add(row.getString(i));
                }
                rows.add(String.join("|", cells.stream().map(String::valueOf).toList()));
            }
        }
        return rows;
    }

    /** A direction that no mock has. */
    static float[] direction(int number) {
        float[] vector = new float[EmbeddingModel.MINILM_DIMENSIONS];
        vector[number % vector.length] = 1;
        return vector;
    }

    private Connection open() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + path);
    }
}
