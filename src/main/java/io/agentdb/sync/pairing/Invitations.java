package io.agentdb.sync.pairing;

import io.agentdb.sync.admission.Secret;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.server.QuicServer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Those that this node has made, on whichever of its processes. Thread-safe; blocks on the database. */
@Service
public class Invitations {

    /** How long one lasts if nobody says otherwise, and at most. */
    public static final Duration LASTS = Duration.ofMinutes(15);
    public static final Duration LONGEST = Duration.ofHours(24);

    private static final int MOST_OPEN = 100;

    /**
     * One that was made now.
     *
     * @param text with its secret: shown once and kept nowhere
     */
    public record Made(Invitation invitation, String text, String fingerprint) {

        /** Without the text. */
        @Override
        public String toString() {
            return "Made[" + invitation.id() + "]";
        }
    }

    private final InvitationStore store;
    private final NodeAddresses addresses;
    private final Peers peers;
    private final LocalNode self;
    private final QuicServer server;
    private final SecureRandom random = new SecureRandom();

    Invitations(InvitationStore store, NodeAddresses addresses, Peers peers, LocalNode self, QuicServer server) {
        this.store = store;
        this.addresses = addresses;
        this.peers = peers;
        this.self = self;
        this.server = server;
    }

    /**
     * Makes one.
     *
     * @param name what the other node will be called here; null: as it calls itself
     * @param where this node's addresses; empty for those that it knows itself
     * @param who the user
     * @throws IllegalArgumentException for a name or an address that is none
     * @throws IllegalStateException if there is a peer of that name, if the listener is not open, or if very many
     *     are open
     */
    public Made make(@Nullable String name, Duration lasts, List<String> where, String who) {
        if (name != null && peers.find(PeerName.given(name)).isPresent()) {
            throw new IllegalStateException("there is a peer '" + name + "' already: invite under another name");
        }
        String fingerprint = Optional.ofNullable(server.status().fingerprint()).orElseThrow(
                () -> new IllegalStateException("this node's QUIC listener is not open: nobody could join"));
        if (all().stream().filter(one -> one.state() == Invitation.InvitationState.OPEN).count() >= MOST_OPEN) {
            throw new IllegalStateException(MOST_OPEN + " invitations are open already: withdraw some");
        }
        List<HostPort> places = addresses.orOwn(where);
        byte[] bytes = new byte[InvitationText.SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        UUID id = UUID.randomUUID();
        store.add(id, Secret.of(secret), name, places.stream().map(HostPort::toString).toList(), who, lasts);
        Invitation made = store.find(id).orElseThrow();
        return new Made(made, new InvitationText(secret, made.expiresAt(), self.nodeId(), fingerprint, places).text(),
                fingerprint);
    }

    /** The newest first: open ones, and for a week how the others ended. */
    public List<Invitation> all() {
        return store.all();
    }

    /** Empty if there is none. */
    public Optional<Invitation> find(UUID id) {
        return store.find(id);
    }

    /**
     * Has an open one be good for nobody any more.
     *
     * @return how it stands now: USED if somebody was faster; empty if there is none
     */
    public Optional<Invitation> withdraw(UUID id) {
        // In turn with whoever uses it at this moment.
        return peers.alone(() -> {
            store.withdraw(id);
            return store.find(id);
        });
    }
}
