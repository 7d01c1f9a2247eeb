package io.agentdb.sync.quic.client;

import io.agentdb.sync.admission.PlainText;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.PeerUnreachable.Reason;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.stream.CloseReason;
import io.netty.incubator.codec.quic.QuicChannel;
import io.netty.incubator.codec.quic.QuicClosedChannelException;
import io.netty.incubator.codec.quic.QuicConnectionCloseEvent;
import java.time.Instant;

/** Puts into words why a peer could not be dialled, and what to do about it. */
final class DialDiagnosis {

    /** TLS alert no_application_protocol (RFC 7301, section 3.2). */
    private static final int NO_APPLICATION_PROTOCOL = 120;
    /** TLS alert certificate_required (RFC 8446, section 6.2). */
    private static final int CERTIFICATE_REQUIRED = 116;
    /** RFC 8446, section 6.2: from bad_certificate to access_denied, among them the two below. */
    private static final int FIRST_CERTIFICATE_ALERT = 42;
    private static final int LAST_CERTIFICATE_ALERT = 49;
    private static final int CERTIFICATE_REVOKED = 44;
    private static final int CERTIFICATE_EXPIRED = 45;
    /**
     * What the listener of this release says of a certificate for which no other alert is meant, such as one for
     * servers only.
     */
    private static final int INTERNAL_ERROR = 80;

    private DialDiagnosis() {
    }

    static PeerUnreachable ofHandshake(DialTarget remote, String alpn, PeerTrust trust, boolean refused,
            ClientSettings settings, ClientTls tls, Throwable cause) {
        if (trust.refusal() != null) {
            return new PeerUnreachable(Reason.NOT_TRUSTED, trust.refusal(), cause);
        }
        if (refused) {
            return new PeerUnreachable("nothing listens at peer " + remote
                    + ": is its node running, and is this its QUIC port (UDP)?", new NoAnswer(cause));
        }
        if (cause instanceof QuicClosedChannelException closed && closed.event() != null) {
            return ofClose(remote, alpn, closed.event(), tls, cause);
        }
        return new PeerUnreachable(Reason.NO_ANSWER, "nothing answers at peer " + remote + " within "
                + settings.timeout().toSeconds() + " s: is its node running, and does UDP reach it?",
                        new NoAnswer(cause));
    }

    /**
     * With TLS 1.3 a server may refuse a client's certificate after the client's handshake is done (RFC 8446, section
     * 4.4.2).
     */
    static SyncException ofHello(DialTarget remote, QuicChannel channel, ClientTls tls, SyncException failure) {
        QuicConnectionCloseEvent close = CloseReason.event(channel);
        if (close != null && !close.isApplicationClose()) {
            return ofClose(remote, Limits.ALPN, close, tls, failure);
        }
        return failure instanceof OutcomeUnknown unknown
                ? new PeerUnreachable(unknown.timedOut() ? Reason.NO_ANSWER : Reason.NOT_THERE,
                        "peer " + remote + " did not answer the hello: " + failure.getMessage(), new NoAnswer(failure))
                : failure;
    }

    private static PeerUnreachable ofClose(DialTarget remote, String alpn, QuicConnectionCloseEvent event,
            ClientTls tls, Throwable cause) {
        if (!event.isTlsError()) {
            return new PeerUnreachable("peer " + remote + " closed the connection during the handshake ("
                    + PlainText.of(event.toString(), Limits.TEXT_CHARACTERS) + ")", new NoAnswer(cause));
        }
        int alert = QuicConnectionCloseEvent.extractTlsError(event.error());
        String why;
        String own = tls.named();
        Reason reason = Reason.NOT_TRUSTED;
        if (alert == NO_APPLICATION_PROTOCOL) {
            reason = Reason.OTHER_PROTOCOL;
            why = "it does not speak " + alpn + ": is there another service, or another release, on that port?";
        } else if (alert == CERTIFICATE_REQUIRED) {
            // Whoever has one of another authority shows none: the server says which ones it takes.
            why = "it wants a client certificate that an authority of its choice has signed: " + (own == null
                    ? "set agentdb.client.tls.cert and .key" : own + " is signed by none of those in its"
                            + " agentdb.server.tls.ca");
        } else if (alert >= FIRST_CERTIFICATE_ALERT && alert <= LAST_CERTIFICATE_ALERT
                || alert == INTERNAL_ERROR && own != null) {
            why = "it does not accept our certificate, " + own + ": " + flaw(alert, tls);
        } else {
            reason = Reason.OTHER_PROTOCOL;
            why = "the TLS handshake failed with alert " + alert + " (RFC 8446, section 6)";
        }
        return new PeerUnreachable(reason, "peer " + remote + " refuses the connection: " + why, cause);
    }

    /** A server tells a number; our own certificate says more, unless the clocks differ. */
    private static String flaw(int alert, ClientTls tls) {
        return tls.flaw(Instant.now()).orElseGet(() -> switch (alert) {
            case CERTIFICATE_EXPIRED ->
                    "by the peer's clock it, or one that vouches for it, has expired. By ours it has not: compare the"
                    + " two clocks, and whether the file was renewed after the peer was dialled";
            case CERTIFICATE_REVOKED -> "it has been revoked. Have a new one made";
            default -> "it has to be signed by an authority in the peer's agentdb.server.tls.ca, be made for TLS"
                    + " clients, and be valid by" + " the peer's clock too (TLS alert " + alert
                    + "). The peer's log agentdb.audit says which of these it is";
        });
    }
}
