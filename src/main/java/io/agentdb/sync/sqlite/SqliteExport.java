package io.agentdb.sync.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that was made for one reader. Closing it removes it. One thread.
 *
 * @param file for its owner only
 * @param leftOut edges that AgentDB has no place for
 * @param embeddings whose its embeddings are: a model's name, or {@code mock}
 */
public record SqliteExport(Path file, long episodes, long skills, long links, long causalEdges, long leftOut,
        String embeddings) implements AutoCloseable {

    public long bytes() throws IOException {
        return Files.size(file);
    }

    public InputStream open() throws IOException {
        return Files.newInputStream(file);
    }

    /** In one line, for people. */
    public String summary() {
        return "episodes=" + episodes + ", skills=" + skills + ", links=" + links + ", causal-edges=" + causalEdges
                + ", edges-left-out=" + leftOut + ", embeddings=" + embeddings;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
