package io.agentdb.sync.quic;

import io.agentdb.sync.protocol.Conversations;
import io.agentdb.sync.protocol.Mutation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import tech.kwik.core.QuicStream;

/** Sends mutated requests, each a case of its own seed, and connects anew whenever it is thrown out. One thread. */
final class Attacker implements AutoCloseable {

    private static final int STREAMS_PER_CONNECTION = 40;

    private final int port;
    private RawClient client;
    private int streams;

    Attacker(int port) {
        this.port = port;
    }

    /** One case. What the server answers is not of interest, only that it goes on. */
    void attack(long seed) {
        Random random = new Random(seed);
        Conversations peer = new Conversations(random);
        try {
            if (client == null || streams++ > STREAMS_PER_CONNECTION) {
                connect();
            }
            if (random.nextInt(20) == 0) {
                RawClient.send(client.control(), new Mutation(random).of(peer.any(), peer.any()));
                return;
            }
            send(client.stream(), sent(random, peer), random.nextInt(10));
        } catch (IOException | UncheckedIOException | IllegalStateException thrownOut) {
            client = null;
        }
    }

    private void connect() throws IOException {
        close();
        client = RawClient.welcomed(port);
        streams = 0;
    }

    /** A request's frames, of which some are lost, doubled, exchanged, mixed with another request's, or changed; whole, or in their bytes. */
    private static byte[] sent(Random random, Conversations peer) {
        List<byte[]> bodies = new ArrayList<>(peer.request());
        switch (random.nextInt(7)) {
            case 0 -> bodies.remove(random.nextInt(bodies.size()));
            case 1 -> bodies.add(random.nextInt(bodies.size() + 1), bodies.get(random.nextInt(bodies.size())));
            case 2 -> Collections.shuffle(bodies, random);
            case 3 -> {
                bodies.addAll(peer.request());
                Collections.swap(bodies, random.nextInt(bodies.size()), bodies.size() - 1);
            }
            case 4 -> bodies.add(random.nextInt(bodies.size() + 1), peer.any());
            case 5 -> {
                int which = random.nextInt(bodies.size());
                bodies.set(which, new Mutation(random).of(bodies.get(which), peer.any()));
            }
            default -> {
                return new Mutation(random).of(framed(bodies), framed(peer.request()));
            }
        }
        return framed(bodies);
    }

    private static byte[] framed(List<byte[]> bodies) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] body : bodies) {
            int length = body.length;
            for (; (length & ~0x7f) != 0; length >>>= 7) {
                bytes.write(length & 0x7f | 0x80);
            }
            bytes.write(length);
            bytes.writeBytes(body);
        }
        return bytes.toByteArray();
    }

    /** Some end as they should, some are reset in the middle, and some are just left. */
    private static void send(QuicStream stream, byte[] bytes, int manner) throws IOException {
        RawClient.send(stream, bytes);
        if (manner < 2) {
            stream.resetStream(manner);
        } else if (manner > 2) {
            stream.getOutputStream().close();
        }
        if (manner < 6) {
            stream.abortReading(1);
        } else {
            InputStream answer = stream.getInputStream();
            answer.readNBytes(answer.available());
        }
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
            client = null;
        }
    }
}
