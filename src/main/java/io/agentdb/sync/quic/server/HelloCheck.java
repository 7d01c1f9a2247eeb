package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.Caller;
import io.agentdb.sync.admission.ClientCertificates;
import io.agentdb.sync.admission.Credentials;
import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.admission.Verdict;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.Message.Hello;
import io.agentdb.sync.version.Hlc;
import io.agentdb.sync.version.NodeId;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Judges a hello, without touching a database. Thread-safe. */
final class HelloCheck {

    /** Who came, or why it may not come in. */
    sealed interface Finding { }

    record Recognized(Caller caller) implements Finding { }

    record TurnedAway(Failure why) implements Finding { }

    private final Credentials credentials;
    private final ClientCertificates certificates;

    HelloCheck(Credentials credentials, ClientCertificates certificates) {
        this.credentials = credentials;
        this.certificates = certificates;
    }

    /**
     * @param certificate that the client has shown and the listener trusts; null if it wants none
     * @param host from where it comes: the name of a client that has to show nothing
     */
    Finding judge(Hello hello, @Nullable X509Certificate certificate, String host, Instant now) {
        if (hello.version() != Limits.VERSION) {
            return refuse(ErrorCode.UNSUPPORTED_VERSION, "this node speaks protocol version " + Limits.VERSION
                    + ", not " + hello.version() + ": run compatible releases on both sides");
        }
        Finding who = identify(hello, certificate, host);
        if (!(who instanceof Recognized known)) {
            return who;
        }
        if (!hello.actor().nodeId().equals(hello.nodeId())) {
            return refuse(ErrorCode.PROTOCOL_VIOLATION, "actor " + hello.actor() + " is not of node " + hello.nodeId());
        }
        Optional<Failure> impostor = impostor(known.caller(), hello.nodeId());
        if (impostor.isPresent()) {
            return new TurnedAway(impostor.get());
        }
        Duration ahead = Duration.between(now, hello.clock());
        if (ahead.compareTo(Hlc.TOLERANCE) > 0) {
            return refuse(ErrorCode.CLOCK_SKEW, "your clock says " + hello.clock() + ", ours " + now + ": more than "
                    + Hlc.TOLERANCE.toMinutes()
                            + " minutes ahead, your writes would win every conflict; set one of the two right");
        }
        return who;
    }

    /** Whether clients show different tokens, so that one of them could take the others' places. */
    boolean several() {
        return credentials.names().size() > 1;
    }

    /** Whether a hello's token is one that this process accepts because of an invitation. */
    boolean isGranted(String token) {
        return credentials.isGranted(token);
    }

    boolean wantsTokens() {
        return !credentials.none();
    }

    /** Whether a client may still be served. */
    boolean stillHolds(Caller caller) {
        return credentials.stillHolds(caller);
    }

    /** Why a client may not say that it is this node, as credentials are configured by now; empty if it may. */
    Optional<Failure> impostor(Caller caller, NodeId nodeId) {
        for (String name : caller.credentials()) {
            Optional<NodeId> own = Stream.of(credentials.nodeOf(name), certificates.nodeOf(name))
                    .flatMap(Optional::stream)
                    .filter(node -> !node.equals(nodeId)).findFirst();
            if (own.isPresent()) {
                return Optional.of(failure(ErrorCode.UNAUTHENTICATED,
                        "'" + name + "' is the credential of node " + own.get() + " alone, and you say that you are "
                        + nodeId + ": use the credential of that node, or have its .node"
                                + " changed here (agentdb.server.tokens or .certificates)"));
            }
        }
        List<String> meant = Stream.of(credentials.namesFor(nodeId), certificates.namesFor(nodeId))
                .flatMap(List::stream)
                .toList();
        if (!meant.isEmpty() && meant.stream().noneMatch(caller.credentials()::contains)) {
            return Optional.of(failure(ErrorCode.UNAUTHENTICATED,
                    "node " + nodeId + " comes here with the credential '" + meant.get(0) + "' alone, and not with '"
                    + caller.name() + "': use that one, or have its .node changed here"
                            + " (agentdb.server.tokens or .certificates)"));
        }
        return Optional.empty();
    }

    /**
     * Whoever shows both may do what both allow, and goes by the name of its token. A name that is both a token's and a
     * certificate's takes the two of them: one that was stolen would else be of use with whatever other one its thief
     * has.
     */
    private Finding identify(Hello hello, @Nullable X509Certificate certificate, String host) {
        Caller caller = new Caller(hello.nodeId() + "@" + host, Permissions.ALL);
        if (certificate != null) {
            Verdict named = certificates.judge(certificate);
            if (named.caller() == null) {
                return refuse(ErrorCode.UNAUTHENTICATED, named.refusal());
            }
            caller = named.caller();
        }
        if (!credentials.none() || credentials.isGranted(hello.token())) {
            Verdict shown = credentials.admit(hello.token());
            if (shown.caller() == null) {
                return refuse(ErrorCode.UNAUTHENTICATED, shown.refusal());
            }
            String token = shown.caller().name();
            if (certificate != null && !token.equals(caller.name())
                    && (credentials.knows(caller.name()) || certificates.knows(token))) {
                return refuse(ErrorCode.UNAUTHENTICATED, "the token of '" + token + "' and the certificate of '"
                        + caller.name() + "' do not belong together");
            }
            caller = new Caller(token, shown.caller().permissions().and(caller.permissions()), shown.caller().proof(),
                    Stream.concat(Stream.of(token), caller.credentials().stream()).distinct().toList(),
                    shown.caller().node() == null ? caller.node() : shown.caller().node());
        }
        return new Recognized(caller);
    }

    private static Finding refuse(ErrorCode code, String message) {
        return new TurnedAway(failure(code, message));
    }

    private static Failure failure(ErrorCode code, String message) {
        return new Failure(code, message, Duration.ZERO);
    }
}
