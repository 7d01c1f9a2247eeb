package io.agentdb.sync.peers;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.replica.feed.Selection;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Peers behind the names of {@code agentdb.discovery.dns}. Looked up now and then, off every request; whoever asks gets
 * the last answer at once. A lookup that fails changes nothing: that the DNS is away does not mean that the peers are.
 * Thread-safe.
 */
@Component
public class Discovery {

    /**
     * What is known of a name.
     *
     * @param addresses those of the last answer
     * @param resolvedAt when that was; null if there never was one
     * @param error why the last lookup failed; null if it did not
     */
    public record Lookup(String name, List<String> addresses, @Nullable Instant resolvedAt, @Nullable String error) { }

    private record Found(List<HostPort> addresses, @Nullable Instant resolvedAt, @Nullable String error) { }

    private static final Logger log = LoggerFactory.getLogger(Discovery.class);
    private static final Found NOTHING = new Found(List.of(), null, null);

    private final DiscoverySettings settings;
    private final AddressLookup lookup;
    private final Clock clock = Clock.systemUTC();
    private volatile Map<HostPort, Found> found = Map.of();

    Discovery(DiscoverySettings settings, AddressLookup lookup) {
        this.settings = settings;
        this.lookup = lookup;
    }

    /** Each address once, named by itself: the first name that it is behind counts. */
    Collection<Peer> peers() {
        Map<HostPort, Peer> peers = new LinkedHashMap<>();
        found.forEach((name, behind) -> behind.addresses()
                .forEach(address -> peers.putIfAbsent(address, peer(name, address))));
        return peers.values();
    }

    private Peer peer(HostPort name, HostPort address) {
        return new Peer(PeerName.of(address), address, settings.authToken(), settings.fingerprint(), Kind.ALL,
                Selection.ALL, null, Peer.Origin.DISCOVERY, name.host(), null);
    }

    /** Each name, in the order of the settings. */
    public List<Lookup> lookups() {
        Map<HostPort, Found> now = found;
        return settings.names().stream().map(name -> {
            Found behind = now.getOrDefault(name, NOTHING);
            List<String> addresses = behind.addresses().stream().map(HostPort::toString).toList();
            return new Lookup(name.toString(), addresses, behind.resolvedAt(), behind.error());
        }).toList();
    }

    @Scheduled(fixedDelayString = "${agentdb.discovery.interval:30s}")
    void refresh() {
        Map<HostPort, Found> last = found;
        Map<HostPort, Found> next = new LinkedHashMap<>();
        settings.names().forEach(name -> next.put(name, look(name, last.getOrDefault(name, NOTHING))));
        found = next;
    }

    private Found look(HostPort name, Found last) {
        try {
            List<HostPort> addresses = new ArrayList<>();
            for (InetAddress address : lookup.addresses(name.host())) {
                addresses.add(new HostPort(address.getHostAddress(), name.port()));
            }
            // Servers shuffle their answers.
            List<HostPort> sorted = addresses.stream().distinct().sorted((a, b) -> a.toString().compareTo(b.toString()))
                    .toList();
            if (!sorted.equals(last.addresses()) || last.error() != null) {
                log.info("Behind {} are {}", name, sorted);
            }
            return new Found(sorted, clock.instant(), null);
        } catch (UnknownHostException | RuntimeException e) {
            String error = "the host '" + name.host()
                    + "' cannot be resolved: check agentdb.discovery.dns, or make the name known to this" + " machine";
            if (last.error() == null) {
                log.warn("Discovery goes on with what it knew of {} ({} peers): {}", name, last.addresses().size(),
                        error);
            }
            return new Found(last.addresses(), last.resolvedAt(), error);
        }
    }
}
