package io.agentdb.sync.quic;

import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.Hello;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import tech.kwik.core.ConnectionListener;
import tech.kwik.core.ConnectionTerminatedEvent;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicStream;

/** Another implementation of QUIC and nothing of ours but the generated messages: what a stranger's client would be. */
final class RawClient implements AutoCloseable {

    static final String ALPN = "agentdb-sync/1";

    private final QuicClientConnection connection;
    private final CompletableFuture<ConnectionTerminatedEvent> closed = new CompletableFuture<>();
    private QuicStream control;

    private RawClient(int port, String alpn) throws IOException {
        connection = Kwik.connect(port, alpn, new ConnectionListener() {
            @Override
            public void disconnected(ConnectionTerminatedEvent event) {
                closed.complete(event);
            }
        });
    }

    static RawClient connect(int port) {
        return connect(port, ALPN);
    }

    static RawClient connect(int port, String alpn) {
        try {
            return new RawClient(port, alpn);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connected, and welcomed. */
    static RawClient welcomed(int port) throws IOException {
        RawClient client = connect(port);
        client.greet(hello());
        return client;
    }

    static Hello.Builder hello() {
        return Hello.newBuilder().setProtocolVersion(1).setNodeId("kwik").setActor("kwik.abcdefgh").addCapabilities("zstd")
                .setClockMicros(Instant.now().toEpochMilli() * 1000).setSoftware("kwik");
    }

    /** Says hello on the first stream; gives the answer. */
    Frame greet(Hello.Builder hello) throws IOException {
        control = stream();
        return ask(control, Frame.newBuilder().setHello(hello).build());
    }

    QuicStream control() {
        return control;
    }

    QuicStream stream() throws IOException {
        return connection.createStream(true);
    }

    static void send(QuicStream stream, Frame frame) throws IOException {
        frame.writeDelimitedTo(stream.getOutputStream());
        stream.getOutputStream().flush();
    }

    /** Null at the end of the stream (FIN). */
    static Frame read(QuicStream stream) throws IOException {
        return Frame.parseDelimitedFrom(stream.getInputStream());
    }

    static Frame ask(QuicStream stream, Frame frame) throws IOException {
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
