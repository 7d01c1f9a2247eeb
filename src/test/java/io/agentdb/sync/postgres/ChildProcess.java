package io.agentdb.sync.postgres;

import io.agentdb.sync.postgres.embedded.ChildNode;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A {@link ChildNode} seen from the test that kills it. One thread; reading blocks until the child speaks or ends. */
public final class ChildProcess implements AutoCloseable {

    private static final String COMMITTED = "committed";

    private final Process process;
    private final BufferedReader output;
    private long committed;

    public ChildProcess(Path directory) throws IOException {
        process = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp", System.getProperty("java.class.path"),
                ChildNode.class.getName(), directory.toString(), TestPostgres.BINARIES.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        output = process.inputReader();
    }

    /** The rest of the next line that begins with {@code prefix}, or null if the child ended before it. */
    public String next(String prefix) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(COMMITTED)) {
                committed = Long.parseLong(line.substring(COMMITTED.length()).strip());
            }
            if (line.startsWith(prefix)) {
                return line.substring(prefix.length()).strip();
            }
        }
        return null;
    }

    /** Reads until the child has reported row {@code number}. */
    public void awaitRow(long number) throws IOException {
        while (committed < number && next(COMMITTED) != null) {
            // The next row has been read.
        }
    }

    /**
     * Kills the child as {@code kill -9} does; through its handle, since the process itself would close its output too.
     */
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Blocks until the child has ended, and answers the last row that it reported as committed. */
    public long lastCommitted() throws IOException {
        while (next(COMMITTED) != null) {
            // What the child had written before its end is still in the pipe.
        }
        return committed;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
