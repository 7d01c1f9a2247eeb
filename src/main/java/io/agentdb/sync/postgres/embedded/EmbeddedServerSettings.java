package io.agentdb.sync.postgres.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an embedded server is started with.
 *
 * @param directory holds the lock, the log and, in {@code postgres}, the cluster; it must exist
 * @param port 0 takes a free one
 * @param binaries where PostgreSQL's programs are unpacked
 * @param durable false gives up crash safety for speed, and has passwords sent as they are
 */
record EmbeddedServerSettings(Path directory, int port, Path binaries, boolean durable) {

    /** Server parameters on the command line, where nothing that is stored in the cluster overrides them. */
    Map<String, String> parameters() {
        String safe = durable ? "on" : "off";
        return new TreeMap<>(Map.ofEntries(
                Map.entry("listen_addresses", "127.0.0.1"),
                // No socket file: the default place is shared, and two nodes on one port number would collide there.
                Map.entry("unix_socket_directories", ""),
                Map.entry("max_connections", durable ? "60" : "200"),
                Map.entry("shared_buffers", "64MB"),
                Map.entry("max_wal_size", "1GB"),
                // Without these a committed row may be gone after a crash of the machine or of the server.
                Map.entry("fsync", safe),
                Map.entry("full_page_writes", safe),
                Map.entry("synchronous_commit", safe),
                Map.entry("log_checkpoints", "off"),
                // A failed statement is reported to its client; repeating it here would fill the disk.
                Map.entry("log_min_messages", "log"),
                Map.entry("log_min_error_statement", "panic")));
    }
}
