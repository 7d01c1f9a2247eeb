package io.agentdb.sync.quic;

import io.agentdb.sync.admission.ConnectionRegistry.Entry;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.Message.GoAway;
import io.agentdb.sync.protocol.Message.Hello;
import io.agentdb.sync.protocol.Message.Ping;
import io.agentdb.sync.protocol.Message.Pong;
import io.agentdb.sync.protocol.MessageCodec;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.incubator.codec.quic.QuicChannel;
import io.netty.incubator.codec.quic.QuicStreamChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** One client's connection: its hello on the first stream, its requests on the others. Runs on the event loop. */
final class ServerConnection {

    /** A client that does not introduce itself takes a place that others could have. */
    private static final long HELLO_SECONDS = 10;

    private final QuicChannel channel;
    private final ServerContext server;
    private final Entry entry;
    private final String address;
    private Control control;
    private volatile Session session;

    ServerConnection(QuicChannel channel, ServerContext server, Entry entry, String address) {
        this.channel = channel;
        this.server = server;
        this.entry = entry;
        this.address = address;
        channel.eventLoop().schedule(() -> {
            if (session == null && channel.isActive()) {
                close(ErrorCode.PROTOCOL_VIOLATION, "no hello within " + HELLO_SECONDS + " s");
            }
        }, HELLO_SECONDS, TimeUnit.SECONDS);
    }

    /** A new stream of the client. */
    void opened(QuicStreamChannel stream) {
        if (control == null) {
            control = new Control();
            stream.pipeline().addLast(control);
        } else {
            StreamExchange exchange = new StreamExchange(session, server.timeout(), new Charging());
            entry.streamOpened();
            stream.closeFuture().addListener(closed -> entry.streamClosed());
            stream.pipeline().addLast(exchange);
        }
    }

    void goAway(String reason) {
        if (control != null && session != null) {
            control.send(new GoAway(reason));
        }
    }

    void close(ErrorCode code, String reason) {
        channel.close(true, code.number(), Unpooled.copiedBuffer(reason, StandardCharsets.UTF_8));
    }

    /** Of a client that shows no token, the address is all that is known. */
    private String client() {
        return session.nodeId() + "@" + address.replaceFirst(":\\d+$", "");
    }

    /** The first stream. */
    private final class Control extends FrameHandler {

        @Override
        protected void frame(byte[] body) {
            entry.received(body.length);
            try {
                Message message = MessageCodec.decode(body);
                if (session == null) {
                    introduce(message);
                } else if (message instanceof Ping ping) {
                    send(new Pong(ping.nonce()));
                } else if (!(message instanceof Pong)) {
                    refuse(new Failure(ErrorCode.PROTOCOL_VIOLATION, "the control stream carries hello, ping and pong, not "
                            + message.getClass().getSimpleName(), Duration.ZERO));
                }
            } catch (ProtocolException e) {
                refuse(new Failure(e.code(), e.getMessage(), Duration.ZERO));
            }
        }

        @Override
        protected void end(SyncException failure) {
            if (failure instanceof ProtocolException broken) {
                refuse(new Failure(broken.code(), broken.getMessage(), Duration.ZERO));
            }
        }

        @Override
        protected boolean hasRoom() {
            return true;
        }

        private void introduce(Message message) {
            if (!(message instanceof Hello hello)) {
                refuse(new Failure(ErrorCode.PROTOCOL_VIOLATION, "say hello first, not " + message.getClass().getSimpleName(),
                        Duration.ZERO));
                return;
            }
            Optional<Failure> refusal = server.introduction().judge(hello, Instant.now());
            if (refusal.isPresent()) {
                refuse(refusal.get());
                return;
            }
            session = new Session(entryId(), hello.nodeId(), hello.actor(), Set.copyOf(hello.capabilities()), address,
                    Duration.between(Instant.now(), hello.clock()));
            entry.introduced(hello.nodeId(), hello.actor().name());
            send(server.welcome());
        }

        private void refuse(Failure failure) {
            server.metrics().refused(failure.code());
            context.writeAndFlush(Frames.frame(context.alloc(), MessageCodec.encode(failure)))
                    .addListener((ChannelFutureListener) sent -> close(failure.code(), failure.message()));
        }

        private void send(Message message) {
            context.writeAndFlush(Frames.frame(context.alloc(), MessageCodec.encode(message)));
        }
    }

    private String entryId() {
        return channel.id().asShortText();
    }

    /** Dispatches a request, counts its bytes and charges them to the client. */
    private final class Charging implements StreamObserver {

        private boolean dispatched;

        @Override
        public void frameArrived(StreamExchange exchange) {
            if (dispatched) {
                return;
            }
            dispatched = true;
            if (exchange.session() == null) {
                close(ErrorCode.PROTOCOL_VIOLATION, "say hello on the first stream before any request");
                return;
            }
            Duration wait = server.limits().request(client());
            if (!wait.isZero()) {
                server.metrics().paced("requests");
                reject(exchange, new Failure(ErrorCode.RATE_LIMITED, "more requests or bytes than this node gives a client per minute",
                        wait));
            } else if (!server.dispatcher().dispatch(exchange)) {
                reject(exchange, new Failure(ErrorCode.RATE_LIMITED, "this node is busy with other peers", Duration.ofSeconds(1)));
            }
        }

        @Override
        public void beforeSend(Message message) {
            if (message instanceof Batch) {
                requirePaid();
            }
        }

        @Override
        public void sent(int bytes) {
            entry.sent(bytes);
            server.metrics().sent(bytes);
            server.limits().charge(client(), bytes);
        }

        @Override
        public void received(Message message, int bytes) {
            if (message instanceof Batch) {
                requirePaid();
            }
            entry.received(bytes);
            server.metrics().received(bytes);
            server.limits().charge(client(), bytes);
        }

        private void requirePaid() {
            Duration debt = server.limits().debt(client());
            if (!debt.isZero()) {
                server.metrics().paced("bytes");
                throw new PeerRejected(ErrorCode.RATE_LIMITED, "more bytes than this node gives a client per minute", debt);
            }
        }

        private void reject(StreamExchange exchange, Failure failure) {
            exchange.context.writeAndFlush(Frames.frame(exchange.context.alloc(), MessageCodec.encode(failure)))
                    .addListener(written -> {
                        exchange.finish();
                        exchange.close();
                    });
        }
    }
}
