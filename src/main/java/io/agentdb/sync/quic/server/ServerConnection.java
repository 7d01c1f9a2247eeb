package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.ConnectionRegistry.Direction;
import io.agentdb.sync.admission.ConnectionRegistry.Entry;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.Message.GoAway;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.quic.stream.StreamExchange;
import io.agentdb.sync.quic.stream.Transport;
import io.netty.buffer.Unpooled;
import io.netty.incubator.codec.quic.QuicChannel;
import io.netty.incubator.codec.quic.QuicStreamChannel;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** One client's connection: its hello on the first stream, its requests on the others. Runs on the event loop. */
final class ServerConnection {

    /** A client that does not introduce itself takes a place that others could have. */
    private static final long HELLO_SECONDS = 3;
    /** A connection's close overtakes what its streams have not delivered. */
    private static final long FAREWELL_MILLIS = 200;
    private static final int LONGEST_REASON = 300;

    private final QuicChannel channel;
    private final ServerContext server;
    private final Entry entry;
    private final String address;
    private final Set<StreamExchange> exchanges = new LinkedHashSet<>();
    private final ServerControl control;
    private volatile @Nullable Session session;
    private volatile @Nullable Failure farewell;
    private boolean waitsForUs;

    ServerConnection(QuicChannel channel, ServerContext server, Entry entry, String address) {
        this.channel = channel;
        this.server = server;
        this.entry = entry;
        this.address = address;
        this.control = new ServerControl(this, server, entry);
        var deadline = channel.eventLoop().schedule(() -> {
            if (session == null && !waitsForUs) {
                close(ErrorCode.PROTOCOL_VIOLATION, "no hello within " + HELLO_SECONDS + " s");
            }
        }, HELLO_SECONDS, TimeUnit.SECONDS);
        channel.closeFuture().addListener(closed -> {
            deadline.cancel(false);
            if (session != null) {
                server.gate().audit().record("disconnected", session.caller().name(),
                        Map.of("node", session.nodeId(), "from", address));
            }
        });
    }

    /** A new stream of the client. The control stream is the first by its id: packets may arrive in another order. */
    void opened(QuicStreamChannel stream) {
        Session who = session;
        if (stream.streamId() == 0) {
            stream.pipeline().addLast(control);
        } else if (who == null) {
            server.metrics().refused(ErrorCode.PROTOCOL_VIOLATION);
            close(ErrorCode.PROTOCOL_VIOLATION, "a request before an accepted hello on the first stream");
        } else {
            if (exchanges.size() >= server.gate().limits().maxStreamsPerConnection()) {
                // QUIC lets a client open no more than that: some of these it has ended and stopped, and QUIC has
                // forgotten them.
                List.copyOf(exchanges).forEach(StreamExchange::forget);
            }
            StreamExchange exchange = new StreamExchange(who, server.timeout(),
                    new RequestObserver(this, who, server, entry), server.memory());
            entry.streamOpened();
            exchanges.add(exchange);
            stream.closeFuture().addListener(closed -> {
                exchanges.remove(exchange);
                entry.streamClosed();
                closeIfOver();
            });
            stream.pipeline().addLast(exchange);
        }
    }

    /** @param software what it calls itself */
    void welcomed(Session who, String software) {
        session = who;
        server.metrics().paths().watch(channel, Direction.IN, who.nodeId().name(), software);
    }

    /** It has said who it is, and this node looks into it: no time runs for the client. On the event loop. */
    void waitForUs() {
        waitsForUs = true;
    }

    /** Null until its hello is accepted. */
    @Nullable Session session() {
        return session;
    }

    String address() {
        return address;
    }

    String host() {
        return Transport.host(address);
    }

    /** What the client has shown, and the listener trusts; null if it has shown none. */
    @Nullable X509Certificate certificate() {
        try {
            return (X509Certificate) channel.sslEngine().getSession().getPeerCertificates()[0];
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }

    String id() {
        return channel.id().asShortText();
    }

    /** Why requests are refused from now on; empty while they are not. */
    Optional<Failure> farewell() {
        return Optional.ofNullable(farewell);
    }

    /** From now on requests are refused; those under way go on. For any thread. */
    void goAway(ErrorCode code, String reason) {
        farewell = new Failure(code, reason, Duration.ZERO);
        channel.eventLoop().execute(() -> {
            if (session != null) {
                control.send(new GoAway(reason));
            }
            exchanges.forEach(exchange -> exchange.leave(new PeerRejected(code, reason, Duration.ZERO)));
            closeIfOver();
        });
    }

    /**
     * Once this node is another than it said in its welcome, and nothing is under way: the connection is of no use to
     * anybody.
     */
    private void closeIfOver() {
        Failure last = farewell;
        if (last != null && last.code() == ErrorCode.CURSOR_FROM_FUTURE && exchanges.isEmpty()) {
            channel.eventLoop().schedule(() -> close(ErrorCode.UNSPECIFIED, last.message()), FAREWELL_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    /** For any thread. */
    void close(ErrorCode code, String reason) {
        // It has to fit into one packet.
        String brief = reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason;
        channel.close(true, code.number(), Unpooled.copiedBuffer(brief, StandardCharsets.UTF_8));
    }
}
