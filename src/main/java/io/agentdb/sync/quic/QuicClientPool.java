package io.agentdb.sync.quic;

import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;

/**
 * Connections to peers, a few per peer, dialled when first needed and kept while they live.
 *
 * <p>Dialling is tried again with exponential back-off and jitter; nothing has been sent then, so that is safe. What happens to an
 * exchange afterwards is its user's to retry. Thread-safe; calls block, never on an event loop.
 */
public final class QuicClientPool implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(QuicClientPool.class);

    private final EventLoopGroup group;
    private final ClientSettings settings;
    private final Dialer dialer;
    private final RetryTemplate retry;
    private final Map<Remote, List<ClientConnection>> connections = new ConcurrentHashMap<>();

    QuicClientPool(EventLoopGroup group, ClientSettings settings, Dialer dialer) {
        this.group = group;
        this.settings = settings;
        this.dialer = dialer;
        this.retry = new RetryTemplate(RetryPolicy.builder().maxRetries(settings.maxRetries()).delay(settings.retryDelay())
                .jitter(settings.retryDelay().dividedBy(4)).multiplier(2).maxDelay(settings.retryDelay().multipliedBy(30))
                // A certificate, a name or a protocol does not change by waiting a second.
                .predicate(failure -> failure instanceof PeerUnreachable unreachable && Unanswered.is(unreachable)).build());
    }

    /** Opens a stream for one request, on a connection that is there or a new one. The caller closes it. */
    public Exchange open(Remote remote) {
        return connection(remote).open();
    }

    /** Who answers at the peer's address; connects if need be. */
    public Session session(Remote remote) {
        return connection(remote).session();
    }

    /** One round trip on a stream of its own. */
    public Duration ping(Remote remote) {
        return connection(remote).ping();
    }

    /** Closes every connection to the peer; requests under way end with {@link io.agentdb.sync.protocol.OutcomeUnknown}. */
    public void disconnect(Remote remote) {
        List<ClientConnection> all = connections.remove(remote);
        if (all != null) {
            synchronized (all) {
                all.forEach(connection -> connection.close("not needed any more"));
            }
        }
    }

    @Override
    public void destroy() {
        connections.keySet().forEach(this::disconnect);
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private ClientConnection connection(Remote remote) {
        List<ClientConnection> all = connections.computeIfAbsent(remote, key -> new ArrayList<>());
        // One dials at a time: the others want the connection that it makes.
        synchronized (all) {
            all.removeIf(connection -> !connection.usable());
            Optional<ClientConnection> idlest = all.stream().min(Comparator.comparingInt(ClientConnection::openStreams));
            if (idlest.isPresent() && (idlest.get().openStreams() == 0 || all.size() >= settings.poolSize())) {
                return idlest.get();
            }
            ClientConnection fresh = dial(remote);
            all.add(fresh);
            return fresh;
        }
    }

    private ClientConnection dial(Remote remote) {
        if (!settings.tls().verify() && remote.fingerprint() == null) {
            log.warn("The certificate of peer {} is not verified (agentdb.client.tls.verify=false): anybody can answer in its place", remote);
        }
        try {
            return retry.execute(() -> dialer.dial(remote));
        } catch (RetryException e) {
            throw e.getCause() instanceof SyncException failure ? failure
                    : new PeerUnreachable("peer " + remote + " cannot be dialled: " + e.getCause().getMessage(), e.getCause());
        }
    }
}
