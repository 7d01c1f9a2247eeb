package io.agentdb.sync.protocol.codec;

import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.Grant;
import io.agentdb.sync.protocol.wire.Hello;
import io.agentdb.sync.protocol.wire.Welcome;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Hello and welcome. */
final class Greetings {

    private Greetings() {
    }

    static void encode(Message message, Frame.Builder frame) {
        if (message instanceof Message.Hello hello) {
            frame.getHelloBuilder().setProtocolVersion(hello.version()).setNodeId(hello.nodeId().name())
                    .setActor(hello.actor().name())
                    .addAllCapabilities(hello.capabilities()).setToken(hello.token())
                    .setClockMicros(Wire.micros(hello.clock()))
                    .setSoftware(hello.software());
        } else if (message instanceof Message.Welcome welcome) {
            frame.getWelcomeBuilder().setProtocolVersion(welcome.version()).setNodeId(welcome.nodeId().name())
                    .setActor(welcome.actor().name()).addAllCapabilities(welcome.capabilities())
                    .setClockMicros(Wire.micros(welcome.clock())).setSoftware(welcome.software())
                    .addAllGranted(Kind.ALL.stream().map(kind -> Grant.newBuilder().setKind(kind.name())
                            .setRead(welcome.granted().read().contains(kind))
                                    .setWrite(welcome.granted().write().contains(kind)).build()).toList());
        } else {
            throw new IllegalArgumentException("no frame for " + message.getClass().getSimpleName());
        }
    }

    /**
     * @throws ProtocolException UNSUPPORTED_VERSION before anything else is looked at: another version may look
     *     otherwise
     */
    static Message.Hello hello(Hello hello) {
        supported(hello.getProtocolVersion());
        return new Message.Hello(hello.getProtocolVersion(), Wire.node(hello.getNodeId(), "hello.node_id"),
                Wire.actor(hello.getActor(), "hello.actor"),
                Wire.texts(hello.getCapabilitiesList(), "hello.capabilities"),
                Wire.text(hello.getToken(), "hello.token"), Wire.instant(hello.getClockMicros(), "hello.clock_micros"),
                        Wire.said(hello.getSoftware()));
    }

    static Message.Welcome welcome(Welcome welcome) {
        supported(welcome.getProtocolVersion());
        return new Message.Welcome(welcome.getProtocolVersion(), Wire.node(welcome.getNodeId(), "welcome.node_id"),
                Wire.actor(welcome.getActor(), "welcome.actor"),
                Wire.texts(welcome.getCapabilitiesList(), "welcome.capabilities"),
                Wire.instant(welcome.getClockMicros(), "welcome.clock_micros"), Wire.said(welcome.getSoftware()),
                        granted(welcome.getGrantedList()));
    }

    /** Kinds that this node does not know are the other side's business. */
    private static Permissions granted(List<Grant> grants) {
        return grants.isEmpty() ? Permissions.ALL : new Permissions(
                kinds(grants, Grant::getRead), kinds(grants, Grant::getWrite));
    }

    private static Set<Kind> kinds(List<Grant> grants, Predicate<Grant> given) {
        return grants.stream().filter(given).flatMap(grant -> Kind.named(grant.getKind()).stream())
                .collect(Collectors.toSet());
    }

    private static void supported(int version) {
        if (version != Limits.VERSION) {
            throw new ProtocolException(ErrorCode.UNSUPPORTED_VERSION,
                    "this node speaks protocol version " + Limits.VERSION + ", not " + Integer.toUnsignedString(version)
                            + ": run compatible releases on both sides");
        }
    }
}
