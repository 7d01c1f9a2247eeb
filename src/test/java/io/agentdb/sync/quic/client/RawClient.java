package io.agentdb.sync.quic.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.Hello;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tech.kwik.core.ConnectionTerminatedEvent;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicStream;
import tech.kwik.core.cid.ConnectionIdInfo;
import tech.kwik.core.impl.QuicClientConnectionImpl;

/** Another implementation of QUIC and nothing of ours but the generated messages: what a stranger's client would be. */
public final class RawClient implements AutoCloseable {

    static final String ALPN = "agentdb-sync/1";
    private static final int ATTEMPTS = 10;
    private static final int PIECE = 1000;

    static {
        // One of its assertions about lost packets does not hold on a busy machine, and ends its receiving thread.
        RawClient.class.getClassLoader().setPackageAssertionStatus("tech.kwik", false);
    }

    private final QuicClientConnection connection;
    private final CompletableFuture<ConnectionTerminatedEvent> closed = new CompletableFuture<>();
    private QuicStream control;

    private RawClient(int port, String alpn) throws IOException {
        connection = QuicClientConnection.newBuilder().host("127.0.0.1").port(port).applicationProtocol(alpn)
                .connectTimeout(Duration.ofSeconds(5)).noServerCertificateCheck().build();
        connection.setConnectionListener(new tech.kwik.core.ConnectionListener() {
            @Override
            public void disconnected(ConnectionTerminatedEvent event) {
                closed.complete(event);
            }
        });
        connection.connect();
    }

    public static RawClient connect(int port) {
        return connect(port, ALPN);
    }

    /**
     * Tries again where kwik meets a race of its own: a Retry that comes before its hello is noted ends its handshake.
     */
    public static RawClient connect(int port, String alpn) {
        for (int attempt = 1; ; attempt++) {
            try {
                return new RawClient(port, alpn);
            } catch (IOException e) {
                if (attempt == ATTEMPTS || e.getMessage() == null || !e.getMessage().startsWith("Handshake error: ")) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** Connected, and welcomed. */
    public static RawClient welcomed(int port) throws IOException {
        RawClient client = connect(port);
        client.greet(hello());
        return client;
    }

    public static Hello.Builder hello() {
        return Hello.newBuilder().setProtocolVersion(1).setNodeId("kwik").setActor("kwik.abcdefgh")
                .addCapabilities("zstd")
                .setClockMicros(Instant.now().toEpochMilli() * 1000).setSoftware("kwik");
    }

    /** Says hello on the first stream; gives the answer. */
    public Frame greet(Hello.Builder hello) throws IOException {
        control = stream();
        return ask(control, Frame.newBuilder().setHello(hello).build());
    }

    public QuicStream control() {
        return control;
    }

    /** The ids by which it may send to the server, as everybody on the path would see them. */
    public List<byte[]> connectionIds() {
        return ids().map(ConnectionIdInfo::getConnectionId).toList();
    }

    /** By the id of whose connection each is the end. */
    public Map<ByteBuffer, byte[]> resetTokens() {
        return ids().filter(id -> id.getStatelessResetToken() != null).collect(Collectors.toMap(
                id -> ByteBuffer.wrap(id.getConnectionId()), ConnectionIdInfo::getStatelessResetToken));
    }

    private Stream<ConnectionIdInfo> ids() {
        return ((QuicClientConnectionImpl) connection).getDestinationConnectionIds().values().stream();
    }

    public QuicStream stream() throws IOException {
        return connection.createStream(true);
    }

    public static void send(QuicStream stream, Frame frame) throws IOException {
        send(stream, bytes(frame));
    }

    /**
     * Whatever the bytes are. A piece fits into one packet: where kwik's sending thread has begun on a write before it
     * is counted (its {@code sendRequestsQueued} is -1 then), what does not fit is never sent.
     */
    public static void send(QuicStream stream, byte[] bytes) throws IOException {
        for (int i = 0; i < bytes.length; i += PIECE) {
            stream.getOutputStream().write(bytes, i, Math.min(PIECE, bytes.length - i));
        }
    }

    private static byte[] bytes(Frame frame) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        frame.writeDelimitedTo(bytes);
        return bytes.toByteArray();
    }

    /**
     * The code that the server closes the connection with because of what is sent. It may do so before the last byte
     * has left.
     */
    public long closedFor(QuicStream stream, Frame frame) {
        try {
            return closedFor(stream, bytes(frame));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long closedFor(QuicStream stream, byte[] bytes) {
        try {
            send(stream, bytes);
        } catch (IOException cutShort) {
            // By the close; if by anything else, the wait for a close fails.
            assertThat(cutShort).hasMessageContaining("closed");
        }
        Long code = closed().applicationErrorCode();
        return code == null ? -1 : code;
    }

    /** Null at the end of the stream (FIN). */
    public static Frame read(QuicStream stream) throws IOException {
        return Frame.parseDelimitedFrom(stream.getInputStream());
    }

    public static Frame ask(QuicStream stream, Frame frame) throws IOException {
        send(stream, frame);
        return read(stream);
    }

    /** Why the server closed the connection. */
    ConnectionTerminatedEvent closed() {
        return closed.orTimeout(15, java.util.concurrent.TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        connection.close();
    }
}
