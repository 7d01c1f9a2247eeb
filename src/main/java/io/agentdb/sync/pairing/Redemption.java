package io.agentdb.sync.pairing;

import io.agentdb.sync.admission.AttemptLimit;
import io.agentdb.sync.admission.Audit;
import io.agentdb.sync.admission.GrantedTokens;
import io.agentdb.sync.admission.Secret;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.protocol.Doorkeeper;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.JoinReason;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Join;
import io.agentdb.sync.protocol.Message.Joined;
import io.agentdb.sync.protocol.Message.NotJoined;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.Doorbell;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.version.Hlc;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Service;

/** Makes a peer of who shows an invitation of this node, and looks for it where it says that it answers. */
@Service
class Redemption implements Doorkeeper {

    /** Nobody guesses a secret of 16 bytes; this keeps the database out of the tries. */
    private static final int WRONG_PER_MINUTE = 10;

    private record Redeemed(Message message, Optional<Peer> peer) {
        static Redeemed no(JoinReason reason, String why) {
            return new Redeemed(new NotJoined(reason.word(), why, Instant.now()), Optional.empty());
        }
    }

    private final InvitationStore store;
    private final GrantedTokens granted;
    private final Peers peers;
    private final KnownNodes known;
    private final Doorbell doorbell;
    private final LocalNode self;
    private final Audit audit;
    private final AttemptLimit attempts = new AttemptLimit(WRONG_PER_MINUTE);
    private final Clock clock = Clock.systemUTC();

    Redemption(InvitationStore store, GrantedTokens granted, Peers peers, KnownNodes known, Doorbell doorbell,
            LocalNode self, Audit audit) {
        this.store = store;
        this.granted = granted;
        this.peers = peers;
        this.known = known;
        this.doorbell = doorbell;
        this.self = self;
        this.audit = audit;
    }

    @Override
    public boolean mayBeOurs(String token) {
        return GrantedTokens.hasForm(token);
    }

    @Override
    public void lookAgain(String token, String address) {
        InetAddress from = numeric(host(address));
        if (attempts.admit(from)) {
            granted.refresh();
            if (granted.accepts(token)) {
                attempts.giveBack(from);
            }
        }
    }

    @Override
    public Message answer(Join join, String address) {
        String host = host(address);
        InetAddress from = numeric(host);
        if (!attempts.admit(from)) {
            return refused(host, join, Redeemed.no(JoinReason.TOO_MANY,
                    "too many wrong invitations have come from your address: wait a minute"));
        }
        List<HostPort> places = places(join, host);
        // In turn with all other changes of peers: of two who show it at once, the second finds it used.
        Redeemed answer = peers.alone(() -> redeem(join, places.get(0)));
        if (!(answer.message() instanceof NotJoined no && no.reason().equals(JoinReason.UNKNOWN.word()))) {
            attempts.giveBack(from);
        }
        if (answer.peer().isEmpty()) {
            return refused(host, join, answer);
        }
        granted.refresh();
        Peer peer = answer.peer().get();
        Optional<HostPort> found = doorbell.reach(places.stream().map(place -> new DialTarget(peer.name().text(),
                place, peer.authToken(), peer.fingerprint())).toList(), join.nodeId());
        found.ifPresent(place -> peers.foundAt(peer, place));
        audit.record("joined", GrantedTokens.client(peer.name().text()), Map.of("node", join.nodeId(), "from", address,
                "reached", found.map(HostPort::toString).orElse("nowhere")));
        Joined joined = (Joined) answer.message();
        return new Joined(joined.nodeId(), joined.name(), joined.token(), clock.instant(), found.isPresent());
    }

    private Redeemed redeem(Join join, HostPort place) {
        Optional<Invitation> found = store.find(Secret.of(join.secret()));
        if (found.isEmpty()) {
            return Redeemed.no(JoinReason.UNKNOWN, "this node knows no such invitation: it is more than a week old, or"
                    + " the node has another database since. Have a new one made");
        }
        Invitation invitation = found.get();
        Optional<Peer> before = before(invitation, join);
        if (before.isEmpty()) {
            Optional<Redeemed> ended = ended(invitation);
            if (ended.isPresent()) {
                return ended.get();
            }
        }
        Duration ahead = Duration.between(clock.instant(), join.clock());
        if (ahead.abs().compareTo(Hlc.TOLERANCE) > 0) {
            return Redeemed.no(JoinReason.CLOCKS, "the two clocks differ by more than " + Hlc.TOLERANCE.toMinutes()
                    + " minutes, and the node that is ahead would win every conflict");
        }
        PeerName name = before.map(Peer::name).orElseGet(() -> new PeerName(
                invitation.name() == null ? join.nodeId().name() : invitation.name()));
        if (before.isEmpty()) {
            Optional<String> who = join.nodeId().equals(self.nodeId())
                    ? Optional.of("it has the node id " + self.nodeId()
                            + " itself: give each node an id of its own (agentdb.node.id)")
                    : known.here(join.nodeId());
            if (who.isPresent()) {
                return Redeemed.no(JoinReason.KNOWN, who.get());
            }
            if (peers.find(name).isPresent()) {
                return Redeemed.no(JoinReason.NAME_TAKEN, "there is another peer '" + name + "' already: have it"
                        + " removed there, or an invitation made with another name");
            }
        }
        // A second try leaves what a person has changed of the peer since the first.
        Peer peer = before.orElseGet(() -> new Peer(name, place, join.token(), join.fingerprint(), Kind.ALL,
                Selection.ALL, null, Peer.Origin.API, null, Peer.Dials.THEY));
        if (before.isEmpty()) {
            peers.save(peer, null);
        }
        store.use(invitation.id(), join.nodeId(), name.text());
        String token = granted.give(join.nodeId(), name.text(), join.token(), join.secret());
        return new Redeemed(new Joined(self.nodeId(), name.text(), token, clock.instant(), false), Optional.of(peer));
    }

    /** The peer that the same node has become by an earlier try: it shows the same token of its own. */
    private Optional<Peer> before(Invitation invitation, Join join) {
        String name = invitation.peer();
        if (name == null || !join.nodeId().name().equals(invitation.usedBy())
                || clock.instant().isAfter(invitation.expiresAt())) {
            return Optional.empty();
        }
        return peers.find(new PeerName(name)).filter(peer -> peer.authToken() != null
                && Secret.of(peer.authToken()).equals(Secret.of(join.token())));
    }

    private static Optional<Redeemed> ended(Invitation invitation) {
        return switch (invitation.state()) {
            case OPEN -> Optional.empty();
            case USED -> Optional.of(Redeemed.no(JoinReason.USED, "node " + invitation.usedBy() + " has used it at "
                    + invitation.usedAt()));
            case WITHDRAWN -> Optional.of(Redeemed.no(JoinReason.WITHDRAWN, "it was withdrawn"));
            case EXPIRED -> Optional.of(Redeemed.no(JoinReason.EXPIRED, "it was good until " + invitation.expiresAt()));
        };
    }

    private Message refused(String host, Join join, Redeemed answer) {
        NotJoined no = (NotJoined) answer.message();
        audit.record("refused", host, Map.of("reason", "invitation " + no.reason(), "node", join.nodeId(), "why",
                no.message()));
        return no;
    }

    /** Where it says that it answers, and where it comes from, if that is none of these. */
    private static List<HostPort> places(Join join, String host) {
        if (!join.fingerprint().matches("[0-9A-Fa-f:]{64,95}") || !GrantedTokens.hasForm(join.token())
                || join.addresses().size() > InvitationText.MOST_ADDRESSES) {
            throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION, "join: no fingerprint, no token, or more than "
                    + InvitationText.MOST_ADDRESSES + " addresses");
        }
        try {
            List<HostPort> told = join.addresses().stream().map(HostPort::parse).toList();
            int port = told.isEmpty() ? HostPort.parse(host).port() : told.get(0).port();
            return Stream.concat(told.stream(), Stream.of(new HostPort(host, port))).distinct().toList();
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION, "join.addresses: " + e.getMessage());
        }
    }

    private static String host(String address) {
        // Of version 6, the listener sees each with a scope, and that of all but link-local ones is none.
        return address.substring(0, Math.max(0, address.lastIndexOf(':'))).replaceFirst("%0$", "");
    }

    private static InetAddress numeric(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("a connection comes from an address", e);
        }
    }
}
