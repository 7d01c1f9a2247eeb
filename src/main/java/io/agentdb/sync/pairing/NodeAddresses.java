package io.agentdb.sync.pairing;

import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.quic.server.ServerStatus;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** Where others may reach this process. Thread-safe. */
@Component
class NodeAddresses {

    /** Networks that a machine has with its own containers and virtual machines alone. */
    private static final Pattern INWARD = Pattern.compile("(docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|podman).*");
    private static final int MOST = 4;

    private final QuicServer server;

    NodeAddresses(QuicServer server) {
        this.server = server;
    }

    /**
     * What somebody says of them, or what the machine knows: nothing but loopback only if it has nothing else.
     *
     * @param given host:port, or a host alone, which means the port of this listener
     * @throws IllegalArgumentException for one that is no address, or too many
     */
    List<HostPort> orOwn(List<String> given) {
        if (given.size() > InvitationText.MOST_ADDRESSES) {
            throw new IllegalArgumentException("at most " + InvitationText.MOST_ADDRESSES + " addresses");
        }
        if (given.isEmpty()) {
            return own();
        }
        int port = server.status().port();
        return given.stream().map(String::strip).map(one -> {
            HostPort parsed = HostPort.parse(one);
            return hasPort(one) ? parsed : new HostPort(parsed.host(), port);
        }).distinct().toList();
    }

    private List<HostPort> own() {
        ServerStatus status = server.status();
        try {
            InetAddress bound = InetAddress.getByName(status.host());
            if (!bound.isAnyLocalAddress()) {
                return List.of(new HostPort(bound.getHostAddress(), status.port()));
            }
        } catch (UnknownHostException e) {
            return List.of(new HostPort(status.host(), status.port()));
        }
        List<HostPort> found = outward().stream()
                .map(address -> new HostPort(address.getHostAddress().replaceFirst("%.*", ""), status.port()))
                .distinct().limit(MOST).toList();
        return found.isEmpty() ? List.of(new HostPort("127.0.0.1", status.port())) : found;
    }

    /** Of version 4 first: most home networks have no other that lasts. */
    private static List<InetAddress> outward() {
        List<InetAddress> found = new ArrayList<>();
        try {
            for (NetworkInterface one : NetworkInterface.networkInterfaces().toList()) {
                if (one.isUp() && !one.isLoopback() && !INWARD.matcher(one.getName()).matches()) {
                    one.inetAddresses().filter(address -> !address.isLinkLocalAddress()
                            && !address.isMulticastAddress()).forEach(found::add);
                }
            }
        } catch (SocketException e) {
            return List.of();
        }
        found.sort(Comparator.comparing(address -> !(address instanceof Inet4Address)));
        return found;
    }

    private static boolean hasPort(String address) {
        int colon = address.lastIndexOf(':');
        return colon >= 0 && !address.endsWith("]") && (address.indexOf(':') == colon || address.startsWith("["));
    }
}
