package io.agentdb.sync.quic.client;

import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.codec.FuzzCases;
import io.agentdb.sync.protocol.codec.Mutations;
import io.agentdb.sync.protocol.codec.Sessions;
import io.agentdb.sync.quic.client.WildClient.End;
import io.agentdb.sync.quic.stream.Framed;
import io.agentdb.sync.quic.stream.Spoilt;
import io.agentdb.sync.version.Actor;
import io.netty.channel.EventLoopGroup;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** A connection of its own that goes wrong: in its hello, on its control stream, or by ending under way. */
public final class Stranger {

    private Stranger() {
    }

    /** Until the server has closed the connection, or this side has. Blocks. */
    public static void call(long number, EventLoopGroup group, int port, Actor server) {
        RandomGenerator random = FuzzCases.random(number);
        byte[] hello = Sessions.hello("wild" + random.nextInt(4));
        List<byte[]> session = new Sessions(random, server).any();
        Mutations mutations = new Mutations(random);
        try (WildClient client = WildClient.connect(group, port)) {
            switch (random.nextInt(6)) {
                case 0 -> control(client, random, List.of(mutations.spoil(hello, session.get(0))));
                case 1 -> control(client, random, List.of(hello, hello));
                case 2 -> control(client, random, List.of(hello, mutations.spoil(session.get(0), hello)));
                case 3 -> control(client, random, List.of(Spoilt.noise(
                        random, random.nextInt(2 * Limits.CONTROL_FRAME_BYTES))));
                case 4 -> {
                    // Requests while nobody knows who asks.
                    client.play(Framed.all(session).subList(0, random.nextInt(session.size() + 1)), End.NONE);
                    client.play(Framed.all(session), End.FIN);
                    client.awaitClosed();
                }
                default -> {
                    // Under way, when the connection ends. Little enough to be sent at once: behind more, nobody is
                    // told of the end.
                    client.greet(Framed.one(hello));
                    for (int sessions = 1 + random.nextInt(3); sessions > 0; sessions--) {
                        client.play(Framed.all(session.stream().filter(frame -> frame.length < 1_000).toList()),
                                End.NONE);
                    }
                }
            }
        }
    }

    /** The control stream ends, and with it the connection. */
    private static void control(WildClient client, RandomGenerator random, List<byte[]> frames) {
        List<byte[]> pieces = Framed.all(frames);
        if (random.nextInt(4) == 0) {
            pieces.set(0, Arrays.copyOf(pieces.get(0), random.nextInt(pieces.get(0).length)));
        }
        client.play(pieces, random.nextBoolean() ? End.FIN : End.RESET);
        client.awaitClosed();
    }
}
