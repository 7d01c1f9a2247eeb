package io.agentdb.sync.pairing;

import io.agentdb.sync.admission.Secret;
import io.agentdb.sync.version.NodeId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Table {@code invitations}; the database's clock decides what has expired. Thread-safe; blocks on the database. */
@Repository
class InvitationStore {

    private final JdbcClient jdbc;

    InvitationStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Keeps one, and forgets those that ended a week ago. */
    void add(UUID id, Secret secret, @Nullable String name, List<String> addresses, String who, Duration lasts) {
        jdbc.sql("delete from invitations where expires_at < now() - interval '7 days'").update();
        jdbc.sql("""
                insert into invitations (id, secret, name, addresses, made_by, expires_at)
                values (:id, :secret, :name, :addresses, :who,
                    date_trunc('second', now() + :millis * interval '1 millisecond'))
                """).param("id", id).param("secret", secret.hash()).param("name", name)
                .param("addresses", addresses.toArray(String[]::new)).param("who", who)
                .param("millis", lasts.toMillis()).update();
    }

    /** The newest first. */
    List<Invitation> all() {
        return jdbc.sql("select *, now() as now from invitations order by made_at desc, id")
                .query((row, i) -> invitation(row)).list();
    }

    Optional<Invitation> find(UUID id) {
        return jdbc.sql("select *, now() as now from invitations where id = ?").param(id)
                .query((row, i) -> invitation(row)).optional();
    }

    /** By the hash: how long that takes says nothing of the secret. */
    Optional<Invitation> find(Secret secret) {
        return jdbc.sql("select *, now() as now from invitations where secret = ?").param(secret.hash())
                .query((row, i) -> invitation(row)).optional();
    }

    void withdraw(UUID id) {
        jdbc.sql("update invitations set withdrawn_at = now() where id = ? and withdrawn_at is null"
                + " and used_at is null").param(id).update();
    }

    /** Notes who has used it; again for one that has asked twice. */
    void use(UUID id, NodeId node, String peer) {
        jdbc.sql("update invitations set used_at = coalesce(used_at, now()), used_by = :node, peer = :peer"
                + " where id = :id").param("node", node.name()).param("peer", peer).param("id", id).update();
    }

    private static Invitation invitation(ResultSet row) throws SQLException {
        Instant expires = row.getTimestamp("expires_at").toInstant();
        Timestamp used = row.getTimestamp("used_at");
        Invitation.InvitationState state = used != null ? Invitation.InvitationState.USED
                : row.getTimestamp("withdrawn_at") != null ? Invitation.InvitationState.WITHDRAWN
                : expires.isAfter(row.getTimestamp("now").toInstant()) ? Invitation.InvitationState.OPEN
                : Invitation.InvitationState.EXPIRED;
        return new Invitation(row.getObject("id", UUID.class), row.getString("name"),
                List.of((String[]) row.getArray("addresses").getArray()), row.getTimestamp("made_at").toInstant(),
                row.getString("made_by"), expires, state, row.getString("used_by"),
                used == null ? null : used.toInstant(), row.getString("peer"));
    }
}
