package io.agentdb.sync.peers;

import io.agentdb.sync.admission.Audit;
import io.agentdb.sync.admission.Caller;
import io.agentdb.sync.admission.GrantedTokens;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SessionCheck;
import io.agentdb.sync.version.NodeId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Table {@code node_credentials}: which credential keeps a node's id. The first that is let work under it does, so that
 * another client does not move that node's cursors. Asked with each request, so that a release holds on every process
 * at once. Thread-safe; blocks on the database.
 */
@Repository
public class NodeCredentials implements SessionCheck {

    /** One credential may serve a whole mesh; a client that invents names takes no more room than this. */
    static final int MOST = 1_000;

    private final JdbcClient jdbc;
    private final Audit audit;
    private final GrantedTokens granted;

    NodeCredentials(JdbcClient jdbc, Audit audit, GrantedTokens granted) {
        this.jdbc = jdbc;
        this.audit = audit;
        this.granted = granted;
    }

    /** @throws PeerRejected UNAUTHENTICATED if another credential keeps the client's node id */
    @Override
    public void require(Session client) {
        Caller caller = client.caller();
        // Who may do nothing is refused by each handler, and keeps no id from its node meanwhile.
        boolean mayNothing = caller.permissions().read().isEmpty() && caller.permissions().write().isEmpty();
        if (caller.credentials().isEmpty() || mayNothing) {
            return;
        }
        Optional<String> keeper = keeper(client.nodeId());
        if (keeper.isEmpty()) {
            keep(client.nodeId(), caller.name());
            // Another one may have come first.
            keeper = keeper(client.nodeId());
        }
        if (keeper.isEmpty() || caller.credentials().contains(keeper.get())) {
            return;
        }
        if (client.nodeId().equals(caller.node())) {
            replace(client.nodeId(), caller.name(), keeper.get());
            return;
        }
        String why = "node " + client.nodeId() + " is known here by the credential '" + keeper.get()
                + "', and you showed '" + caller.name()
                + "': use that one, or have this node's operator release it (DELETE /nodes/" + client.nodeId()
                + "/credential)";
        audit.record("refused", caller.name(), Map.of("reason", ErrorCode.UNAUTHENTICATED, "from", client.address(),
                "why", why));
        throw new PeerRejected(ErrorCode.UNAUTHENTICATED, why, Duration.ZERO);
    }

    /** Who keeps a node's id. */
    public Optional<String> keeper(NodeId node) {
        return jdbc.sql("select credential from node_credentials where node_id = ?").param(node.name())
                .query(String.class).optional();
    }

    /**
     * Lets the next credential have a node's id, takes back the token that a join has left which came to nothing, and
     * forgets at which peer that node answered.
     *
     * @return whether there was anything to forget
     */
    public boolean release(NodeId node) {
        boolean kept = jdbc.sql("delete from node_credentials where node_id = ?").param(node.name()).update() > 0;
        boolean answered = jdbc.sql("update sync_state set node_id = null where node_id = ?").param(node.name())
                .update() > 0;
        boolean pending = granted.drop(node);
        return kept || answered || pending;
    }

    /** Lets the next credential have the ids that this one keeps. */
    void releaseAll(String credential) {
        jdbc.sql("delete from node_credentials where credential = ?").param(credential).update();
    }

    private void keep(NodeId node, String credential) {
        int kept = jdbc.sql("""
                insert into node_credentials (node_id, credential)
                select :node, :credential
                where (select count(*) from node_credentials where credential = :credential) < :most
                on conflict do nothing
                """).param("node", node.name()).param("credential", credential).param("most", MOST).update();
        if (kept > 0) {
            // A peer that could not reach this node when it was invited, or invited, has come.
            jdbc.sql("update peers set dials = null where dials = 'WE' and 'invited:' || name = ?").param(credential)
                    .update();
            audit.record("node-kept", credential, Map.of("node", node));
        }
    }

    /** The configuration has the last word. */
    private void replace(NodeId node, String credential, String before) {
        jdbc.sql("update node_credentials set credential = :credential, first_at = now() where node_id = :node")
                .param("credential", credential).param("node", node.name()).update();
        audit.record("node-kept", credential, Map.of("node", node, "before", before));
    }
}
