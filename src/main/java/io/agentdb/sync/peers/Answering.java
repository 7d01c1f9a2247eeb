package io.agentdb.sync.peers;

import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.version.NodeId;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Which node answers at a dialled peer. It may be replaced by a new one, not by one that is known from elsewhere: as
 * that one, it would have records left out for it, here and there. Thread-safe; blocks on the database.
 */
@Repository
public class Answering {

    private static final Logger log = LoggerFactory.getLogger(Answering.class);

    private final JdbcClient jdbc;
    private final NodeCredentials credentials;

    Answering(JdbcClient jdbc, NodeCredentials credentials) {
        this.jdbc = jdbc;
        this.credentials = credentials;
    }

    /**
     * Behind a name of discovery are several nodes, whose addresses change, so that its certificate stands for all of
     * them.
     *
     * @throws PeerUnreachable NOT_TRUSTED if another node was here until now, and the present one is known as somebody
     *     else
     */
    public void require(Peer peer, Session server) {
        Optional<NodeId> known = peer.origin() == Peer.Origin.DISCOVERY ? Optional.empty()
                : jdbc.sql("select node_id from sync_state where peer = ? and node_id is not null")
                        .param(peer.name().text()).query((row, i) -> new NodeId(row.getString(1))).optional();
        if (known.isEmpty() || known.get().equals(server.nodeId())) {
            return;
        }
        NodeId before = known.get();
        List<String> others = jdbc.sql("select peer from sync_state where node_id = ? and peer <> ? order by peer")
                .params(server.nodeId().name(), peer.name().text()).query(String.class).list();
        if (!others.isEmpty()) {
            throw distrust(peer, before, server.nodeId(), "which answers at peer " + others.get(0));
        }
        Optional<String> keeper = credentials.keeper(server.nodeId());
        if (keeper.isPresent() && !keeper.equals(credentials.keeper(before))) {
            throw distrust(peer, before, server.nodeId(), "which comes here with the credential '" + keeper.get()
                    + "'");
        }
        jdbc.sql("update sync_state set node_id = ? where peer = ?").params(server.nodeId().name(), peer.name().text())
                .update();
        log.info("At peer {} node {} answers now, where {} did", peer.name(), server.nodeId(), before);
    }

    /** At which peers that node was met. */
    public List<PeerName> metAt(NodeId node) {
        return jdbc.sql("select peer from sync_state where node_id = ? order by peer").param(node.name())
                .query((row, i) -> new PeerName(row.getString(1))).list();
    }

    private static PeerUnreachable distrust(Peer peer, NodeId before, NodeId now, String known) {
        return new PeerUnreachable(PeerUnreachable.Reason.NOT_TRUSTED, "peer " + peer.name() + " was node " + before
                + " and says now that it is " + now + ", " + known
                + ": nothing is exchanged with it. If it is right, say so with" + " DELETE /nodes/" + before
                        + "/credential; else find out who answers at " + peer.address(), null);
    }
}
