package io.agentdb.sync.quic.client;

import io.agentdb.sync.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The connections to one peer: an idle one first, then a new one up to the limit, then the one with the fewest
 * requests.
 */
final class PeerConnections {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final int most;
    private final Supplier<ClientConnection> dialer;
    private final List<ClientConnection> connections = new ArrayList<>();
    /** One dials at a time: the others want the connection that it makes. */
    private final ReentrantLock dialling = new ReentrantLock();

    PeerConnections(int most, Supplier<ClientConnection> dialer) {
        this.most = most;
        this.dialer = dialer;
    }

    ClientConnection take() {
        Optional<ClientConnection> ready = alive();
        if (ready.isPresent()) {
            return ready.get();
        }
        dialling.lock();
        try {
            return alive().orElseGet(() -> {
                ClientConnection fresh = dialer.get();
                synchronized (connections) {
                    connections.add(fresh);
                }
                return fresh;
            });
        } finally {
            dialling.unlock();
        }
    }

    /** Tells the peer, and waits shortly until it is told. */
    void close() {
        List<ClientConnection> all;
        synchronized (connections) {
            all = List.copyOf(connections);
            connections.clear();
        }
        all.forEach(connection -> connection.close(ErrorCode.UNSPECIFIED, "not needed any more"));
        all.forEach(ClientConnection::awaitClosed);
    }

    /** Closes what may not be used any more and has nothing under way; does not wait. */
    void closeUnusable() {
        synchronized (connections) {
            connections.stream().filter(connection -> !connection.usable() && connection.openStreams() == 0)
                    .forEach(connection -> connection.close(ErrorCode.UNSPECIFIED, "this node has become another"));
            connections.removeIf(connection -> !connection.usable());
        }
    }

    /**
     * Asks before use: a restarted peer knows nothing of our connection, and a request on it would wait for its whole
     * timeout.
     */
    private Optional<ClientConnection> alive() {
        Optional<ClientConnection> ready = ready();
        while (ready.isPresent() && !ready.get().alive(PATIENCE)) {
            ready.get().close(ErrorCode.CANCELLED, "no answer");
            ready = ready();
        }
        return ready;
    }

    private Optional<ClientConnection> ready() {
        synchronized (connections) {
            connections.removeIf(connection -> !connection.usable());
            return connections.stream().min(Comparator.comparingInt(ClientConnection::requests))
                    .filter(idlest -> idlest.requests() == 0 || connections.size() >= most);
        }
    }
}
