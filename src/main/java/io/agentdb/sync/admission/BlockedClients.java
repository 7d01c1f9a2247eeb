package io.agentdb.sync.admission;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Repository;

/** Table {@code blocked}, and the memory of it that connections are judged by. Thread-safe. */
@Repository
public class BlockedClients {

    /**
     * @param client the name of a token or a certificate, or an address
     * @param reason null if nobody has given one
     */
    public record Blocked(String client, @Nullable String reason, Instant blockedAt) { }

    private static final Logger log = LoggerFactory.getLogger(BlockedClients.class);

    private final JdbcClient jdbc;
    private final Blocklist blocklist;
    private final ConnectionRegistry connections;

    BlockedClients(JdbcClient jdbc, Blocklist blocklist, ConnectionRegistry connections) {
        this.jdbc = jdbc;
        this.blocklist = blocklist;
        this.connections = connections;
    }

    public List<Blocked> all() {
        return jdbc.sql("select client, reason, blocked_at from blocked order by client")
                .query((row, i) -> new Blocked(row.getString(1), row.getString(2), row.getTimestamp(3).toInstant()))
                .list();
    }

    /**
     * Blocks it from now on, and closes its connections.
     *
     * @param reason for people; null for none
     */
    public void block(String client, @Nullable String reason) {
        jdbc.sql("""
                insert into blocked (client, reason) values (:client, :reason)
                on conflict (client) do update set reason = excluded.reason
                """).param("client", client).param("reason", reason).update();
        refresh();
    }

    /** @return whether it was blocked */
    public boolean lift(String client) {
        boolean was = jdbc.sql("delete from blocked where client = :client").param("client", client).update() > 0;
        refresh();
        return was;
    }

    /** Another process on this database may have blocked somebody. Without the database what is known holds on. */
    @Scheduled(initialDelayString = "0s", fixedDelayString = "10s")
    void refresh() {
        try {
            List<String> clients = all().stream().map(Blocked::client).toList();
            blocklist.replace(clients);
            clients.forEach(client -> connections.closeOf(client, "this client is blocked here"));
        } catch (DataAccessException e) {
            log.warn("Who is blocked could not be read: {}", e.getMostSpecificCause().getMessage());
        }
    }
}
