package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.Caller;
import io.agentdb.sync.admission.ConnectionRegistry.Entry;
import io.agentdb.sync.protocol.Doorkeeper;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.Message.Hello;
import io.agentdb.sync.protocol.Message.Join;
import io.agentdb.sync.protocol.Message.Ping;
import io.agentdb.sync.protocol.Message.Pong;
import io.agentdb.sync.protocol.Message.Welcome;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.protocol.codec.MessageCodec;
import io.agentdb.sync.quic.stream.FrameHandler;
import io.agentdb.sync.quic.stream.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A client's first stream: its hello, then pings either way. Runs on the event loop. */
final class ServerControl extends FrameHandler {

    /** A connection's close overtakes what its streams have not delivered. */
    private static final long READING_MILLIS = 200;

    private final ServerConnection connection;
    private final ServerContext server;
    private final Entry entry;
    private boolean refused;
    /** Whether a worker looks closer at who came; nothing else is heard meanwhile. */
    private boolean looking;

    ServerControl(ServerConnection connection, ServerContext server, Entry entry) {
        this.connection = connection;
        this.server = server;
        this.entry = entry;
    }

    /** Small: before the hello anybody may send. */
    @Override
    protected int frameLimit() {
        return Limits.CONTROL_FRAME_BYTES;
    }

    @Override
    protected void frame(byte[] body) {
        if (refused) {
            return;
        }
        entry.carried(body.length, 0);
        server.metrics().received(body.length);
        try {
            Message message = MessageCodec.decode(body);
            if (looking) {
                refuse(ErrorCode.PROTOCOL_VIOLATION, "wait for the answer to what you have said first");
            } else if (connection.session() == null) {
                introduce(message);
            } else if (message instanceof Ping ping) {
                send(new Pong(ping.nonce(), server.clock().instant()));
            } else if (!(message instanceof Pong)) {
                refuse(ErrorCode.PROTOCOL_VIOLATION, "after the hello, the control stream carries pings and pongs, not "
                        + message.getClass().getSimpleName());
            }
        } catch (ProtocolException e) {
            refuse(e.code(), e.getMessage());
        }
    }

    @Override
    protected void end(@Nullable SyncException failure) {
        if (failure instanceof ProtocolException broken) {
            refuse(broken.code(), broken.getMessage());
        } else if (failure == null || failure instanceof OutcomeUnknown) {
            // The control stream lives as long as the connection.
            connection.close(ErrorCode.UNSPECIFIED, "the control stream has ended");
        }
    }

    /** Who sends pings and takes no pongs is not read on. */
    @Override
    protected boolean hasRoom() {
        return context.channel().isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        resume();
        ctx.fireChannelWritabilityChanged();
    }

    void send(Message message) {
        ByteBuf frame = Frames.frame(context.alloc(), MessageCodec.encode(message));
        entry.carried(0, frame.readableBytes());
        server.metrics().sent(frame.readableBytes());
        context.writeAndFlush(frame);
    }

    private void introduce(Message message) {
        Doorkeeper doorkeeper = server.gate().doorkeeper();
        if (message instanceof Join join && doorkeeper != null) {
            look(() -> doorkeeper.answer(join, connection.address()), this::part);
            return;
        }
        if (!(message instanceof Hello hello)) {
            refuse(ErrorCode.PROTOCOL_VIOLATION, "say hello first, not " + message.getClass().getSimpleName());
            return;
        }
        if (doorkeeper != null && doorkeeper.mayBeOurs(hello.token())
                && !server.introduction().isGranted(hello.token())) {
            // Another process of this node may have given it out a moment ago.
            look(() -> {
                doorkeeper.lookAgain(hello.token(), connection.address());
                return hello;
            }, found -> judge(hello));
            return;
        }
        judge(hello);
    }

    /** Has a worker find out what only the database knows. */
    private void look(Supplier<Message> work, Consumer<Message> then) {
        looking = true;
        connection.waitForUs();
        boolean taken = server.dispatcher().dispatch(connection.host(), work, found -> onEventLoop(() -> {
            looking = false;
            if (refused) {
                return;
            }
            if (found instanceof Failure failure) {
                refuse(failure.code(), failure.message());
            } else {
                then.accept(found);
            }
        }));
        if (!taken) {
            refuse(ErrorCode.TOO_MANY_CONNECTIONS, "too many wait here already: try again later");
        }
    }

    /** The last word to who has an invitation: as a peer, it comes with a hello. */
    private void part(Message answer) {
        refused = true;
        ByteBuf frame = Frames.frame(context.alloc(), MessageCodec.encode(answer));
        server.metrics().sent(frame.readableBytes());
        context.writeAndFlush(frame).addListener(sent -> context.executor().schedule(
                () -> connection.close(ErrorCode.UNSPECIFIED, "that was all"), READING_MILLIS,
                TimeUnit.MILLISECONDS));
    }

    private void judge(Hello hello) {
        Instant now = server.clock().instant();
        HelloCheck.Finding verdict = server.introduction()
                .judge(hello, connection.certificate(), connection.host(), now);
        if (verdict instanceof HelloCheck.TurnedAway refusal) {
            refuse(refusal.why().code(), refusal.why().message());
        } else if (verdict instanceof HelloCheck.Recognized known) {
            admit(hello, known.caller(), now);
        }
    }

    private void admit(Hello hello, Caller caller, Instant now) {
        String client = caller.name();
        if (server.gate().blocklist().blocks(client)) {
            refuse(ErrorCode.FORBIDDEN, "'" + client + "' is blocked here; only this node's operator can lift that");
            return;
        }
        if (server.introduction().several() && server.registry().countOf(client)
                >= Math.max(1, server.maxConnections() * 3 / 4)) {
            refuse(ErrorCode.TOO_MANY_CONNECTIONS, "'" + client + "' has " + server.registry().countOf(client)
                    + " connections here: the rest" + " of this node's agentdb.server.max-connections is for others");
            return;
        }
        Welcome welcome = server.welcome(caller.permissions());
        connection.welcomed(new Session(connection.id(), hello.actor(), welcome.actor(),
                Set.copyOf(hello.capabilities()), connection.address(), Duration.between(now, hello.clock()), caller),
                hello.software());
        server.metrics().welcomed();
        entry.introduced(hello.actor(), client);
        server.gate().audit().record("connected", client,
                Map.of("node", hello.nodeId(), "actor", hello.actor(), "from", connection.address(), "software",
                        hello.software()));
        send(welcome);
    }

    /** Tells why on the stream, and closes the connection with the same code once the peer has had time to read it. */
    private void refuse(ErrorCode code, String message) {
        refused = true;
        server.metrics().refused(code);
        server.gate().audit().record("refused", connection.host(), Map.of("reason", code, "why", message));
        context.writeAndFlush(Frames.frame(context.alloc(),
                MessageCodec.encode(new Failure(code, message, Duration.ZERO))))
                .addListener(sent -> context.executor().schedule(() -> connection.close(code, message), READING_MILLIS,
                        TimeUnit.MILLISECONDS));
    }
}
