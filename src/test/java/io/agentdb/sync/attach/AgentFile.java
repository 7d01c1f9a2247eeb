package io.agentdb.sync.attach;

import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.MockEmbedding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A file of AgentDB 3's with native SQLite, as its agent has it open and writes it. One thread. */
final class AgentFile implements AutoCloseable {

    final Path path;
    private final Connection connection;

    private AgentFile(Path path, String journal) {
        this(path, journal, "/attach/agentdb.sql");
    }

    private AgentFile(Path path, String journal, String tables) {
        this.path = path;
        try (InputStream schema = AgentFile.class.getResourceAsStream(tables)) {
            connection = DriverManager.getConnection("jdbc:sqlite:" + path);
            text("pragma journal_mode = " + journal);
            run("pragma foreign_keys = on", "pragma busy_timeout = 5000");
            if (text("select name from sqlite_master where name = 'episodes'") == null) {
                run(new String(schema.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static AgentFile open(Path path) {
        return new AgentFile(path, "wal");
    }

    /** With the tables that the tool {@code agentdb_init} makes. */
    static AgentFile byTool(Path path) {
        return new AgentFile(path, "wal", "/attach/agentdb-init-tool.sql");
    }

    /** As sql.js leaves it. */
    static AgentFile sqlJs(Path path) {
        return new AgentFile(path, "delete");
    }

    static AgentFile fresh() {
        try {
            return open(Files.createTempDirectory("agentdb-attached").resolve("agentdb.db"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void run(String... statements) {
        try (Statement statement = connection.createStatement()) {
            for (String one : statements) {
                statement.executeUpdate(one);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As AgentDB stores one, with the vector that it makes without a model. */
    long episode(String task) {
        long row = episodeWithoutVector(task);
        vector("episode", row, EmbeddedText.episode(task, null, null));
        return row;
    }

    long episodeWithoutVector(String task) {
        run("insert into episodes (session_id, task, reward, success, tags) values ('s', '" + task
                + "', 0.5, 1, '[\"a\",\"b\"]')");
        return number("select last_insert_rowid()");
    }

    long skill(String name) {
        run("insert into skills (name, description, signature, success_rate, uses) values ('" + name
                + "', 'd', '{\"inputs\":{},\"outputs\":{}}', 0.9, 5)");
        long row = number("select last_insert_rowid()");
        vector("skill", row, EmbeddedText.skill(name, "d", null));
        return row;
    }

    void vector(String kind, long row, String text) {
        vector(kind, row, new Embedding(EmbeddingModel.MOCK, EmbeddedText.digest(text), MockEmbedding.of(text)));
    }

    void vector(String kind, long row, Embedding embedding) {
        try (PreparedStatement insert = connection.prepareStatement("insert into " + kind + "_embeddings (" + kind
                + "_id, embedding) values (?, ?)")) {
            insert.setLong(1, row);
            insert.setBytes(2, embedding.bytes());
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    long number(String query) {
        return Long.parseLong(String.valueOf(text(query)));
    }

    String text(String query) {
        List<String> all = texts(query);
        return all.isEmpty() ? null : all.get(0);
    }

    List<String> texts(String query) {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                texts.add(row.getString(1));
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
