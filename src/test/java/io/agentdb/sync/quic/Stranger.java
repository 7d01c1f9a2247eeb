package io.agentdb.sync.quic;

import io.agentdb.sync.protocol.wire.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tech.kwik.core.ConnectionListener;
import tech.kwik.core.ConnectionTerminatedEvent;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.QuicStream;

/** A client that shares nothing with this node but the .proto: another QUIC implementation, and frames written by hand. */
final class Stranger implements AutoCloseable {

    private final QuicClientConnection connection;
    private final CompletableFuture<ConnectionTerminatedEvent> end = new CompletableFuture<>();

    Stranger(int port, String alpn) throws Exception {
        connection = Kwik.connect(port, alpn, new ConnectionListener() {
            @Override
            public void disconnected(ConnectionTerminatedEvent event) {
                end.complete(event);
            }
        });
    }

    QuicStream open() throws IOException {
        return connection.createStream(true);
    }

    static void write(QuicStream stream, Frame frame) throws IOException {
        frame.writeDelimitedTo(stream.getOutputStream());
        stream.getOutputStream().flush();
    }

    static void write(QuicStream stream, byte[] bytes) throws IOException {
        stream.getOutputStream().write(bytes);
        stream.getOutputStream().flush();
    }

    /** The next frame, or null at the stream's end. */
    static Frame read(QuicStream stream) throws IOException {
        InputStream in = stream.getInputStream();
        return Frame.parseDelimitedFrom(in);
    }

    /** The application error code that the server closed the connection with. */
    long closeCode() throws Exception {
        ConnectionTerminatedEvent event = end.get(20, TimeUnit.SECONDS);
        return event.applicationErrorCode() == null ? -1 : event.applicationErrorCode();
    }

    @Override
    public void close() {
        connection.close();
    }
}
