package io.agentdb.sync.pairing;

import io.agentdb.sync.admission.Credentials;
import io.agentdb.sync.admission.GrantedTokens;
import io.agentdb.sync.peers.Answering;
import io.agentdb.sync.peers.NodeCredentials;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.version.NodeId;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Whether a node is known already. One that is invited may not take the place of another: under its id, that one would
 * be shut out, and records left out for it. Thread-safe; blocks on the database.
 */
@Component
class KnownNodes {

    private final Peers peers;
    private final Answering answering;
    private final NodeCredentials keepers;
    private final GrantedTokens granted;
    private final Credentials credentials;

    KnownNodes(Peers peers, Answering answering, NodeCredentials keepers, GrantedTokens granted,
            Credentials credentials) {
        this.peers = peers;
        this.answering = answering;
        this.keepers = keepers;
        this.granted = granted;
        this.credentials = credentials;
    }

    /** Under which name that node is a peer; empty if it is none. */
    Optional<PeerName> peer(NodeId node) {
        return granted.peerOf(node).map(PeerName::new).filter(name -> peers.find(name).isPresent())
                .or(() -> answering.metAt(node).stream().filter(name -> peers.find(name).isPresent()).findFirst());
    }

    /** As what that node is known, in words that say what to do; empty if it is not. */
    Optional<String> here(NodeId node) {
        Optional<PeerName> peer = peer(node);
        if (peer.isPresent()) {
            return Optional.of("node " + node + " is the peer '" + peer.get() + "' already: have it removed first, if"
                    + " it is to be paired anew");
        }
        return Stream.concat(credentials.namesFor(node).stream(), keepers.keeper(node).stream())
                // What a try that broke off has left makes no peer, and the next one goes on with it.
                .filter(credential -> !GrantedTokens.isInvited(credential)).findFirst()
                .map(credential -> "node " + node + " is known by the credential '" + credential
                        + "' already: have that released first (DELETE /nodes/" + node + "/credential), if it is the"
                        + " same node");
    }
}
