package io.agentdb.sync.quic.client;

import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.tls.TlsFailure;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;

/**
 * Connections to peers, a few per peer, dialled when first needed, kept while they are used, and closed after minutes
 * without.
 *
 * <p>Dialling is tried again with exponential back-off and jitter; nothing has been sent then, so that is safe. What
 * happens to an exchange afterwards is its user's to retry. Thread-safe; calls block, never on an event loop, and throw
 * {@link SyncException}s: {@link PeerUnreachable} when there is no connection,
 * {@link io.agentdb.sync.protocol.PeerRejected} when the peer refuses the hello; and {@link TlsFailure} when a file of
 * {@code agentdb.client.tls} cannot be used.
 */
public final class QuicClientPool implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(QuicClientPool.class);
    private static final Duration STALE = Duration.ofMinutes(5);

    private final EventLoopGroup group;
    private final ClientSettings settings;
    private final Dialer dialer;
    private final ConnectionRegistry registry;
    private final RetryTemplate retry;
    private final Map<DialTarget, PeerConnections> peers = new ConcurrentHashMap<>();
    private final Set<DialTarget> warned = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public QuicClientPool(EventLoopGroup group, ClientSettings settings, Dialer dialer, LocalNode self,
            ConnectionRegistry registry) {
        self.whenRenewed(() -> peers.values().forEach(PeerConnections::closeUnusable));
        this.group = group;
        this.settings = settings;
        this.dialer = dialer;
        this.registry = registry;
        this.retry = new RetryTemplate(RetryPolicy.builder().maxRetries(settings.maxRetries())
                .delay(settings.retryDelay())
                .jitter(settings.retryDelay().dividedBy(4)).multiplier(2)
                .maxDelay(settings.retryDelay().multipliedBy(30))
                // A certificate, a name or a token does not change by waiting a second; a place becomes free.
                .predicate(failure -> failure instanceof PeerUnreachable unreachable && NoAnswer.is(unreachable)
                        || failure instanceof PeerRejected refused && refused.code() == ErrorCode.TOO_MANY_CONNECTIONS)
                                .build());
        group.next().scheduleAtFixedRate(() -> registry.closeStale(Direction.OUT, STALE), 1, 1, TimeUnit.MINUTES);
    }

    /** Opens a stream for one request, on a connection that is there or a new one. The caller closes it. */
    public Exchange open(DialTarget remote) {
        return connection(remote).open();
    }

    /** Opens a stream for a request that stays open. The caller closes it. */
    public Exchange openStanding(DialTarget remote) {
        return connection(remote).openStanding();
    }

    /** Who answers at the peer's address; connects if need be. */
    public Session session(DialTarget remote) {
        return connection(remote).session();
    }

    /**
     * Whether the connection of this session ends at this very process. Not decided by who answers: another node may do
     * so under the same identity, as a copied database does until it is noticed.
     */
    public boolean loopsBack(Session session) {
        return registry.loopsBack(session.connectionId());
    }

    /** The time of one round trip on an open connection; dials first if need be. */
    public Duration ping(DialTarget remote) {
        return connection(remote).ping(settings.timeout());
    }

    /** How far the peer's clock is ahead of ours (negative: behind), as of now; dials first if need be. */
    public Duration clockOffset(DialTarget remote) {
        try {
            return connection(remote).clockOffset(settings.timeout());
        } catch (OutcomeUnknown lost) {
            // One that was kept from earlier may be gone without a word; that says nothing about the peer.
            return connection(remote).clockOffset(settings.timeout());
        }
    }

    /** The connections that are open now. */
    public List<ConnectionRegistry.View> status() {
        return registry.views().stream().filter(view -> view.direction() == Direction.OUT).toList();
    }

    /**
     * Closes every connection to the peer; requests under way end with {@link io.agentdb.sync.protocol.OutcomeUnknown}.
     */
    public void disconnect(DialTarget remote) {
        PeerConnections all = peers.get(remote);
        if (all != null) {
            all.close();
        }
    }

    /** Closes every connection. Idempotent; afterwards nothing can be dialled. */
    @Override
    public void close() {
        closed = true;
        peers.values().forEach(PeerConnections::close);
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private ClientConnection connection(DialTarget remote) {
        return peers.computeIfAbsent(remote, key -> new PeerConnections(settings.poolSize(), () -> dial(key))).take();
    }

    private ClientConnection dial(DialTarget remote) {
        if (closed) {
            throw new PeerUnreachable("peer " + remote + " is not dialled: this node is stopping", null);
        }
        if (!settings.tls().verify() && remote.fingerprint() == null && warned.add(remote)) {
            log.warn("The certificate of peer {} is not verified (agentdb.client.tls.verify=false): anybody can"
                    + " answer in its place", remote);
        }
        try {
            return retry.execute(() -> dialer.dial(remote));
        } catch (RetryException e) {
            if (e.getCause() instanceof SyncException || e.getCause() instanceof TlsFailure) {
                throw (RuntimeException) e.getCause();
            }
            throw new PeerUnreachable("peer " + remote + " cannot be dialled: " + e.getCause(), e.getCause());
        }
    }
}
