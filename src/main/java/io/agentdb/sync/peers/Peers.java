package io.agentdb.sync.peers;

import io.agentdb.sync.admission.GrantedTokens;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.replica.feed.Selection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Every peer that this node knows: configured ones, the environment's, those added through the API, and those found
 * behind a DNS name. Thread-safe.
 */
@Service
public class Peers {

    private final Map<PeerName, Peer> fixed = new LinkedHashMap<>();
    private final PeerStore store;
    private final PeerHistory history;
    private final PeerPauses pauses;
    private final GrantedTokens granted;
    private final NodeCredentials credentials;
    private final Discovery discovery;
    private final Set<PeerName> selves = ConcurrentHashMap.newKeySet();

    Peers(PeerSettings settings, PeerStore store, PeerHistory history, PeerPauses pauses, GrantedTokens granted,
            NodeCredentials credentials, Discovery discovery) {
        this.store = store;
        this.history = history;
        this.pauses = pauses;
        this.granted = granted;
        this.credentials = credentials;
        this.discovery = discovery;
        for (PeerSettings.Configured configured : settings.peers()) {
            add(configured(configured));
        }
        for (String address : settings.quic().peers()) {
            if (!address.isBlank()) {
                HostPort named = HostPort.parse(address);
                add(new Peer(PeerName.of(named), named, null, null, Kind.ALL,
                        Selection.ALL, null, Peer.Origin.ENVIRONMENT));
            }
        }
    }

    public List<Peer> all() {
        List<Peer> all = new ArrayList<>(fixed.values());
        store.all().stream().filter(peer -> !fixed.containsKey(peer.name())).forEach(all::add);
        // Somebody has said more of those than a name can tell: their token, their fingerprint, what to synchronize.
        Set<HostPort> known = all.stream().map(peer -> peer.address().numeric()).collect(Collectors.toSet());
        discovery.peers().stream().filter(peer -> !known.contains(peer.address())).forEach(all::add);
        return all;
    }

    public Optional<Peer> find(PeerName name) {
        return Optional.ofNullable(fixed.get(name)).or(() -> store.find(name)).or(() -> discovered(name));
    }

    /** Whether this very node answers at the peer's address, as far as is known: a name may stand for it and others. */
    public boolean isSelf(Peer peer) {
        return selves.contains(peer.name());
    }

    /** Noted at each meeting anew: the address may go to another node. */
    public void met(Peer peer, boolean self) {
        if (self) {
            selves.add(peer.name());
        } else {
            selves.remove(peer.name());
        }
        if (peer.onlyTheyDial()) {
            store.reached(peer.name(), Peer.Dials.THEY);
        }
    }

    /**
     * Runs a change that reads before it writes, in one transaction: of two at once, on whichever process, the second
     * reads what the first has saved. Blocks while another one is under way.
     */
    public <T> T alone(Supplier<T> change) {
        return store.alone(change);
    }

    /**
     * Adds or replaces a peer of the API.
     *
     * @throws IllegalStateException if the name belongs to the configuration
     */
    public void save(Peer peer, @Nullable Map<String, Object> filters) {
        refuseFixed(peer.name());
        if (store.find(peer.name()).filter(before -> !before.address().equals(peer.address())).isPresent()) {
            // Whoever gives another address says that another node may answer there.
            history.answersAnew(peer.name());
        }
        store.save(peer, filters);
    }

    /** Notes where a peer was reached that could not be until now, unless it is none any more. */
    public void foundAt(Peer peer, HostPort place) {
        store.foundAt(peer, place);
    }

    /**
     * Notes where a peer lets this node in, and what it has to be shown there; what else is known of it stays. Each of
     * the two has reached the other by then.
     *
     * @param now with that address, certificate and token
     * @return as it is listed from now on
     */
    public Peer letInBy(PeerName name, Peer now) {
        store.letInBy(name, now);
        return store.find(name).orElse(now);
    }

    /**
     * Removes a peer of the API. If it came by an invitation, it is let in no more.
     *
     * @return whether there was one
     * @throws IllegalStateException if it comes from the configuration
     */
    public boolean remove(PeerName name) {
        refuseFixed(name);
        // Another node under this name later is not in sync as of what this one was.
        history.forget(name);
        pauses.end(name);
        granted.revoke(name.text());
        credentials.releaseAll(GrantedTokens.client(name.text()));
        return store.remove(name);
    }

    /**
     * The kinds of those names; "full", or none at all, is every kind.
     *
     * @throws IllegalArgumentException for an unknown name
     */
    public static List<Kind> kinds(@Nullable List<String> names) {
        if (names == null || names.isEmpty() || names.contains("full")) {
            return Kind.ALL;
        }
        return names.stream().distinct().map(name -> Kind.named(name).orElseThrow(() -> new IllegalArgumentException(
                "unknown kind '" + name + "'; known are episodes, skills, edges and full"))).toList();
    }

    private void add(Peer peer) {
        if (fixed.putIfAbsent(peer.name(), peer) != null) {
            throw new IllegalArgumentException("agentdb.peers names '" + peer.name()
                    + "' twice: give each peer a name of its own");
        }
    }

    private void refuseFixed(PeerName name) {
        if (fixed.containsKey(name)) {
            throw new IllegalStateException("peer '" + name + "' comes from the node's configuration; change it there");
        }
        if (discovered(name).isPresent()) {
            throw new IllegalStateException("peer '" + name
                    + "' is an address behind a name of agentdb.discovery.dns; change it there");
        }
    }

    private Optional<Peer> discovered(PeerName name) {
        return all().stream().filter(peer -> peer.origin() == Peer.Origin.DISCOVERY && peer.name().equals(name))
                .findFirst();
    }

    private static Peer configured(PeerSettings.Configured configured) {
        HostPort address = HostPort.parse(configured.address());
        PeerSettings.Filters filters = configured.filters();
        Selection selection = filters == null ? Selection.ALL
                : new Selection(null, filters.sessionId(), filters.success(), filters.minReward(),
                        filters.tags() == null ? List.of() : filters.tags(), filters.skillName());
        return new Peer(configured.name() == null ? PeerName.of(address) : new PeerName(configured.name()), address,
                configured.authToken(), configured.fingerprint(), kinds(configured.kinds()), selection,
                configured.conflictStrategy(), Peer.Origin.CONFIGURATION);
    }
}
