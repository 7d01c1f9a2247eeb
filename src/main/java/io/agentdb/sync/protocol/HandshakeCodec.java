package io.agentdb.sync.protocol;

import io.agentdb.sync.protocol.wire.Error;
import io.agentdb.sync.protocol.wire.Hello;
import io.agentdb.sync.protocol.wire.Welcome;
import io.agentdb.sync.version.Actor;
import java.time.Duration;
import java.util.List;

/** Who is there, and why not. Decodes what comes before anyone is authenticated: every text is short. Stateless. */
final class HandshakeCodec {

    /** A peer that asks for more is asked again after a day; otherwise one answer could silence a node for ever. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private HandshakeCodec() {
    }

    static Hello encode(Message.Hello hello) {
        return Hello.newBuilder()
                .setProtocolVersion(hello.version())
                .setNodeId(hello.nodeId())
                .setActor(hello.actor().name())
                .addAllCapabilities(hello.capabilities())
                .setToken(hello.token() == null ? "" : hello.token())
                .setClockMicros(Wire.micros("hello.clock_micros", hello.clock()))
                .setSoftware(hello.software())
                .build();
    }

    static Message.Hello decode(Hello hello) {
        return new Message.Hello(
                Wire.count("hello.protocol_version", hello.getProtocolVersion(), Integer.MAX_VALUE),
                hello.getNodeId(),
                actor("hello", hello.getActor(), hello.getNodeId()),
                capabilities("hello", hello.getCapabilitiesList()),
                Wire.label("hello.token", hello.getToken()),
                Wire.instant("hello.clock_micros", hello.getClockMicros()),
                Wire.label("hello.software", hello.getSoftware()));
    }

    static Welcome encode(Message.Welcome welcome) {
        return Welcome.newBuilder()
                .setProtocolVersion(welcome.version())
                .setNodeId(welcome.nodeId())
                .setActor(welcome.actor().name())
                .addAllCapabilities(welcome.capabilities())
                .setClockMicros(Wire.micros("welcome.clock_micros", welcome.clock()))
                .setSoftware(welcome.software())
                .build();
    }

    static Message.Welcome decode(Welcome welcome) {
        return new Message.Welcome(
                Wire.count("welcome.protocol_version", welcome.getProtocolVersion(), Integer.MAX_VALUE),
                welcome.getNodeId(),
                actor("welcome", welcome.getActor(), welcome.getNodeId()),
                capabilities("welcome", welcome.getCapabilitiesList()),
                Wire.instant("welcome.clock_micros", welcome.getClockMicros()),
                Wire.label("welcome.software", welcome.getSoftware()));
    }

    static Error encode(Message.Failure failure) {
        return Error.newBuilder()
                .setCodeValue(failure.code().number())
                .setMessage(Wire.line(failure.message()))
                .setRetryAfterMillis(failure.retryAfter().toMillis())
                .build();
    }

    static Message.Failure decode(Error error) {
        long wait = error.getRetryAfterMillis();
        boolean tooLong = Long.compareUnsigned(wait, LONGEST_WAIT.toMillis()) > 0;
        return new Message.Failure(ErrorCode.of(error.getCodeValue()), Wire.line(error.getMessage()),
                tooLong ? LONGEST_WAIT : Duration.ofMillis(wait));
    }

    private static Actor actor(String message, String name, String nodeId) {
        Actor actor = Wire.actor(message + ".actor", name);
        if (!actor.nodeId().equals(nodeId)) {
            throw Wire.violation(message + ".actor " + actor + " is not of " + message + ".node_id " + nodeId);
        }
        return actor;
    }

    private static List<String> capabilities(String message, List<String> capabilities) {
        capabilities.forEach(capability -> Wire.label(message + ".capabilities", capability));
        return List.copyOf(capabilities);
    }
}
