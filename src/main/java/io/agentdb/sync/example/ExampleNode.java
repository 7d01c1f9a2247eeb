package io.agentdb.sync.example;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.store.MemoryStore;
import io.agentdb.sync.memory.transfer.Importer;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.replica.digest.NodeCounts;
import java.util.List;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** One of the two nodes, by its parts. */
record ExampleNode(String name, ApplicationContext context) {

    <T> T part(Class<T> type) {
        return context.getBean(type);
    }

    MemoryStore memory() {
        return part(MemoryStore.class);
    }

    Importer importer() {
        return part(Importer.class);
    }

    JdbcTemplate sql() {
        return part(JdbcTemplate.class);
    }

    QuicServer quic() {
        return part(QuicServer.class);
    }

    NodeCounts inventory() {
        return part(NodeCounts.class);
    }

    /** What it holds: equal lists, equal memories. */
    List<NodeCounts.Digest> digests() {
        return Kind.ALL.stream().map(inventory()::digest).toList();
    }

    int httpPort() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    String url() {
        return "http://localhost:" + httpPort();
    }

    String jdbcUrl() {
        return part(JdbcConnectionDetails.class).getJdbcUrl();
    }
}
