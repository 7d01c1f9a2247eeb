package io.agentdb.sync.pairing;

import io.agentdb.sync.admission.GrantedTokens;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.pairing.JoinRefused.Problem;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.JoinReason;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message.Join;
import io.agentdb.sync.protocol.Message.Joined;
import io.agentdb.sync.protocol.Message.NotJoined;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.client.DialTarget;
import io.agentdb.sync.quic.client.Doorbell;
import io.agentdb.sync.quic.client.Doorbell.Answered;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.client.Software;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.version.Hlc;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.stereotype.Service;

/** Makes this node and the one that has invited it peers of each other. Thread-safe; blocks for seconds. */
@Service
public class Joining {

    /**
     * What has come of it.
     *
     * @param peer as this node lists the other one
     * @param nameThere as that one lists this node
     * @param reachesUs whether it has reached this node; if not, only this node dials
     */
    public record Paired(Peer peer, String nameThere, boolean reachesUs) { }

    /** How long after an invitation's end its answer may come: clocks of peers differ, and it takes its time. */
    private static final Duration LATE = Hlc.TOLERANCE.plusMinutes(5);

    /** Refusals after which the same node may have let this one in by an earlier try, or may yet. */
    private static final Set<JoinReason> NOT_THE_LAST_WORD = Set.of(JoinReason.CLOCKS, JoinReason.TOO_MANY,
            JoinReason.KNOWN);

    private final GrantedTokens granted;
    private final NodeAddresses addresses;
    private final Peers peers;
    private final KnownNodes known;
    private final Doorbell doorbell;
    private final LocalNode self;
    private final QuicServer server;
    private final String software;
    private final Clock clock = Clock.systemUTC();

    Joining(GrantedTokens granted, NodeAddresses addresses, Peers peers, KnownNodes known, Doorbell doorbell,
            LocalNode self, QuicServer server, ObjectProvider<BuildProperties> build) {
        this.granted = granted;
        this.addresses = addresses;
        this.peers = peers;
        this.known = known;
        this.doorbell = doorbell;
        this.self = self;
        this.server = server;
        this.software = Software.name(build);
    }

    /**
     * Reads an invitation and looks whether it can be for this node; asks nobody else.
     *
     * @param name what the other node is to be called here; null: as it calls itself
     * @throws JoinRefused if it cannot
     * @throws IllegalArgumentException if the name can be none
     */
    public InvitationText look(String text, @Nullable String name) {
        InvitationText invitation = InvitationText.read(text);
        if (invitation.node().equals(self.nodeId())) {
            throw new JoinRefused(Problem.OWN, "this node has made the invitation itself: it is for another one. If"
                    + " another one has made it, both have the id " + self.nodeId() + ": give each its own");
        }
        PeerName called = name(invitation, name);
        // Before the other look: whoever joins twice at once hears that it has, not that somebody has the name.
        boolean taken = peers.find(called).isPresent();
        refuseKnown(invitation);
        if (taken) {
            throw taken(called);
        }
        return invitation;
    }

    /**
     * Asks the node that has made it.
     *
     * @param where this node's addresses; empty for those that it knows itself
     * @throws JoinRefused if it came to nothing
     * @throws IllegalArgumentException for a name or an address that is none
     */
    public Paired join(String text, @Nullable String name, List<String> where) {
        InvitationText invitation = look(text, name);
        PeerName called = name(invitation, name);
        String fingerprint = Optional.ofNullable(server.status().fingerprint()).orElseThrow(() -> new JoinRefused(
                Problem.FAILED, "this node's QUIC listener is not open: the other one could not dial it"));
        List<String> own = addresses.orOwn(where).stream().map(HostPort::toString).toList();
        // Before it is asked: the other node dials this one before it answers.
        String token = peers.alone(() -> {
            // Another join may have been done since: a new token would take that one's away.
            refuseKnown(invitation);
            return granted.prepare(invitation.node(), called.text(), until(invitation));
        });
        granted.refresh();
        Instant sent = clock.instant();
        Join join = new Join(Limits.VERSION, invitation.secret(), self.nodeId(), sent, token, fingerprint, own,
                software);
        Answered answered = ask(invitation, join);
        if (answered.answer() instanceof NotJoined no) {
            if (JoinReason.of(no.reason()).filter(NOT_THE_LAST_WORD::contains).isEmpty()) {
                granted.drop(invitation.node());
            }
            Instant middle = sent.plus(Duration.between(sent, clock.instant()).dividedBy(2));
            throw JoinWords.refusal(invitation, no, middle);
        }
        Joined joined = (Joined) answered.answer();
        if (!joined.nodeId().equals(invitation.node()) || !GrantedTokens.hasForm(joined.token())) {
            // Whoever that is has the token of this one by now.
            granted.drop(invitation.node());
            throw new JoinRefused(Problem.NOT_TRUSTED, "node " + joined.nodeId() + " answers at " + answered.at()
                    + ", with " + (GrantedTokens.hasForm(joined.token()) ? "a" : "no")
                    + " token, and the invitation is of node " + invitation.node());
        }
        Peer peer = save(invitation, called, answered.at(), joined, token);
        granted.refresh();
        return new Paired(peer, joined.name(), peer.dials() == null);
    }

    private Answered ask(InvitationText invitation, Join join) {
        try {
            return doorbell.join(invitation.addresses().stream().map(place -> new DialTarget(invitation.node().name(),
                    place, null, invitation.fingerprint())).toList(), join);
        } catch (Doorbell.NobodyThere away) {
            throw JoinWords.unreachable(invitation, away.tried(), clock.instant());
        } catch (PeerRejected e) {
            throw e.code() == ErrorCode.PROTOCOL_VIOLATION || e.code() == ErrorCode.UNSUPPORTED_VERSION
                    ? new JoinRefused(Problem.TOO_OLD, "node " + invitation.node() + " runs a release that does not"
                            + " understand this (" + e.getMessage() + "): run compatible releases on both nodes")
                    : JoinWords.failed(invitation, e);
        } catch (PeerUnreachable e) {
            throw e.reason() == PeerUnreachable.Reason.NOT_TRUSTED
                    ? new JoinRefused(Problem.NOT_TRUSTED, e.getMessage()) : JoinWords.failed(invitation, e);
        } catch (SyncException e) {
            throw JoinWords.failed(invitation, e);
        }
    }

    private Peer save(InvitationText invitation, PeerName name, HostPort at, Joined joined, String token) {
        Peer peer = new Peer(name, at, joined.token(), invitation.fingerprint(), Kind.ALL, Selection.ALL, null,
                Peer.Origin.API, null, joined.reached() ? null : Peer.Dials.WE);
        return peers.alone(() -> {
            Optional<Peer> same = granted.peerOf(invitation.node()).map(PeerName::new).flatMap(peers::find);
            if (same.isPresent()) {
                // The same invitation was sent twice at once, or the other node has joined by one of this node's
                // meanwhile: it was told then what it shows here.
                return joined.token().equals(same.get().authToken()) ? same.get()
                        : peers.letInBy(same.get().name(), peer);
            }
            if (peers.find(name).isPresent()) {
                // Added meanwhile. The other node takes a second try for the same one.
                throw taken(name);
            }
            peers.save(peer, null);
            granted.settle(invitation.node(), name.text(), token);
            return peer;
        });
    }

    private void refuseKnown(InvitationText invitation) {
        known.here(invitation.node()).ifPresent(why -> {
            throw new JoinRefused(Problem.KNOWN, "this node knows the other one: " + why);
        });
    }

    /** Until when the other node is let in that has not answered: the text is its own, and may say any time. */
    private Instant until(InvitationText invitation) {
        Instant longest = clock.instant().plus(Invitations.LONGEST);
        return (invitation.expiresAt().isBefore(longest) ? invitation.expiresAt() : longest).plus(LATE);
    }

    private static PeerName name(InvitationText invitation, @Nullable String given) {
        return given == null ? new PeerName(invitation.node().name()) : PeerName.given(given);
    }

    private static JoinRefused taken(PeerName name) {
        return new JoinRefused(Problem.NAME_TAKEN, "this node has a peer '" + name
                + "' already: say another name for the node that invites");
    }
}
