package io.agentdb.sync.protocol;

import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.Hello;
import io.agentdb.sync.protocol.wire.Welcome;

/** Hello and welcome. */
final class Greetings {

    private static final int LONGEST = 1024;

    private Greetings() {
    }

    static void encode(Message message, Frame.Builder frame) {
        if (message instanceof Message.Hello hello) {
            frame.getHelloBuilder().setProtocolVersion(hello.version()).setNodeId(hello.nodeId()).setActor(hello.actor().name())
                    .addAllCapabilities(hello.capabilities()).setToken(hello.token()).setClockMicros(Wire.micros(hello.clock()))
                    .setSoftware(hello.software());
        } else if (message instanceof Message.Welcome welcome) {
            frame.getWelcomeBuilder().setProtocolVersion(welcome.version()).setNodeId(welcome.nodeId())
                    .setActor(welcome.actor().name()).addAllCapabilities(welcome.capabilities())
                    .setClockMicros(Wire.micros(welcome.clock())).setSoftware(welcome.software());
        } else {
            throw new IllegalArgumentException("no frame for " + message.getClass().getSimpleName());
        }
    }

    static Message.Hello hello(Hello hello) {
        return new Message.Hello(hello.getProtocolVersion(), bounded(hello.getNodeId(), "hello.node_id"),
                Wire.actor(hello.getActor(), "hello.actor"), hello.getCapabilitiesList(), bounded(hello.getToken(), "hello.token"),
                Wire.instant(hello.getClockMicros(), "hello.clock_micros"), bounded(hello.getSoftware(), "hello.software"));
    }

    static Message.Welcome welcome(Welcome welcome) {
        return new Message.Welcome(welcome.getProtocolVersion(), bounded(welcome.getNodeId(), "welcome.node_id"),
                Wire.actor(welcome.getActor(), "welcome.actor"), welcome.getCapabilitiesList(),
                Wire.instant(welcome.getClockMicros(), "welcome.clock_micros"), bounded(welcome.getSoftware(), "welcome.software"));
    }

    private static String bounded(String text, String field) {
        if (text.length() > LONGEST) {
            throw Wire.broken(field + " has more than " + LONGEST + " characters");
        }
        return text;
    }
}
