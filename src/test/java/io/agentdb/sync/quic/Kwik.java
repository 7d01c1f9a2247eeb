package io.agentdb.sync.quic;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import tech.kwik.core.ConnectionListener;
import tech.kwik.core.QuicClientConnection;
import tech.kwik.core.log.NullLogger;

/** Connections of another QUIC implementation, kwik, to a listener of ours. */
final class Kwik {

    private static final int TRIES = 10;

    static {
        // One of its assertions about lost packets does not hold on a busy machine, and ends its receiving thread.
        Kwik.class.getClassLoader().setPackageAssertionStatus("tech.kwik", false);
    }

    private Kwik() {
    }

    /** Tries again when a Retry comes so fast that it finds kwik's own first message not stored yet, on which kwik gives up. */
    static QuicClientConnection connect(int port, String alpn, ConnectionListener listener) throws IOException {
        for (int tries = 1; ; tries++) {
            QuicClientConnection connection = QuicClientConnection.newBuilder().host("127.0.0.1").port(port).applicationProtocol(alpn)
                    .connectTimeout(Duration.ofSeconds(20)).noServerCertificateCheck().logger(new NullLogger()).build();
            connection.setConnectionListener(listener);
            try {
                connection.connect();
                return connection;
            } catch (ConnectException e) {
                if (tries == TRIES || !String.valueOf(e.getMessage()).startsWith("Handshake error: ")) {
                    throw e;
                }
            }
        }
    }
}
