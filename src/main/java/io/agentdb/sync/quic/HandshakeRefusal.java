package io.agentdb.sync.quic;

import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.netty.incubator.codec.quic.QuicConnectionCloseEvent;
import java.nio.charset.StandardCharsets;

/** Says in words, and with the setting that helps, why a peer broke the TLS handshake off (RFC 8446, section 6). */
final class HandshakeRefusal {

    private static final int HANDSHAKE_FAILURE = 40;
    private static final int BAD_CERTIFICATE = 42;
    private static final int CERTIFICATE_UNKNOWN = 46;
    private static final int UNKNOWN_CA = 48;
    private static final int CERTIFICATE_REQUIRED = 116;
    /** RFC 7301. */
    private static final int NO_APPLICATION_PROTOCOL = 120;

    private HandshakeRefusal() {
    }

    static PeerUnreachable of(Remote remote, QuicConnectionCloseEvent event, Throwable cause) {
        if (event.isTlsError()) {
            return new PeerUnreachable("peer " + remote + " refuses: " + why(QuicConnectionCloseEvent.extractTlsError(event.error())),
                    cause);
        }
        String reason = new String(event.reason(), StandardCharsets.UTF_8);
        return new PeerUnreachable("peer " + remote + " closed the connection during the handshake, code " + event.error()
                + (reason.isBlank() ? "" : ": " + reason), cause);
    }

    private static String why(int alert) {
        if (alert == NO_APPLICATION_PROTOCOL) {
            return "it does not speak " + Limits.ALPN + ": is there another service, or another release, on that port?";
        }
        if (alert == CERTIFICATE_REQUIRED) {
            return "it wants a client certificate that an authority of its agentdb.server.tls.ca has signed: set"
                    + " agentdb.client.tls.cert and .key";
        }
        if (alert == HANDSHAKE_FAILURE || alert >= BAD_CERTIFICATE && alert <= CERTIFICATE_UNKNOWN || alert == UNKNOWN_CA) {
            return "it does not accept our client certificate (TLS alert " + alert + "): set agentdb.client.tls.cert and .key to one"
                    + " that an authority of its agentdb.server.tls.ca has signed";
        }
        return "the TLS handshake failed with alert " + alert + " (RFC 8446, section 6)";
    }
}
