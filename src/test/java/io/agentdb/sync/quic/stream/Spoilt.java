package io.agentdb.sync.quic.stream;

import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.codec.FuzzCases;
import io.agentdb.sync.protocol.codec.Mutations;
import io.agentdb.sync.protocol.codec.Sessions;
import io.agentdb.sync.quic.client.WildClient.End;
import io.agentdb.sync.version.Actor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * One stream's conversation, spoilt: cut, repeated, out of order, mixed with another one, too long, or well-formed
 * nonsense.
 *
 * @param pieces what is sent, in as many writes
 */
public record Spoilt(String how, List<byte[]> pieces, End end) {

    private static final byte[][] PREFIXES = {{-1, -1, -1, -1, 15}, {-1, -1, -1, -1, -1, 1},
            {-128, -128, -128, -128, -128, -128, 1},
        {-128, -128, -128, 4}, {0}, {-128, 0}};

    public static Spoilt of(long number, Actor server) {
        RandomGenerator random = FuzzCases.random(number);
        Sessions sessions = new Sessions(random, server);
        Mutations mutations = new Mutations(random);
        List<byte[]> frames = new ArrayList<>(sessions.any());
        List<byte[]> others = sessions.any();
        int at = random.nextInt(frames.size());
        return switch (random.nextInt(20)) {
            // Seldom left without an end: each keeps a worker waiting.
            case 0 -> random.nextInt(10) > 0 ? new Spoilt("as it is", Framed.all(frames), End.FIN)
                    : new Spoilt("left", Framed.all(frames.subList(0, Math.max(1, frames.size() - 1))), End.NONE);
            case 1, 2, 3, 4, 5, 6, 7, 8 -> {
                frames.set(at, mutations.spoil(frames.get(at), others.get(random.nextInt(others.size()))));
                yield new Spoilt("frame " + at + " spoilt", Framed.all(frames), end(random));
            }
            case 9, 10 -> new Spoilt("cut", List.of(cut(Framed.all(frames), random)), end(random));
            case 11 -> {
                Collections.shuffle(frames, new Random(random.nextLong()));
                yield new Spoilt("shuffled", Framed.all(frames), end(random));
            }
            case 12 -> {
                frames.add(random.nextInt(frames.size() + 1), frames.get(at));
                yield new Spoilt("frame " + at + " repeated", Framed.all(frames), end(random));
            }
            case 13 -> {
                frames.remove(at);
                yield new Spoilt("frame " + at + " left out", Framed.all(frames), end(random));
            }
            case 14, 15 -> new Spoilt("mixed with another", Framed.all(mixed(frames, others, random)), end(random));
            case 16, 17 -> {
                List<byte[]> pieces = Framed.all(frames);
                pieces.set(at, Framed.join(PREFIXES[random.nextInt(PREFIXES.length)], frames.get(at)));
                yield new Spoilt("frame " + at + " with another length", pieces, end(random));
            }
            case 18 -> new Spoilt("noise", List.of(noise(random, random.nextInt(300))), end(random));
            default -> {
                List<byte[]> pieces = Framed.all(frames);
                int choice = random.nextInt(300);
                if (choice > 30) {
                    // Seldom too long: what fills the windows takes its time.
                    pieces.set(at, Framed.join(Collections.nCopies(1 + 10_000 / pieces.get(at).length, pieces.get(at))
                            .toArray(byte[][]::new)));
                    yield new Spoilt("frame " + at + " again and again", pieces, end(random));
                }
                int length = (choice > 0 ? Limits.REQUEST_FRAME_BYTES : Limits.FRAME_BYTES) + random.nextInt(3) - 1;
                pieces.add(random.nextInt(2), Framed.one(noise(random, length)));
                yield new Spoilt("with a frame of " + length, pieces, end(random));
            }
        };
    }

    public static byte[] noise(RandomGenerator random, int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private static End end(RandomGenerator random) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> End.RESET;
            case 2 -> End.STOP_SENDING;
            default -> End.FIN;
        };
    }

    private static byte[] cut(List<byte[]> pieces, RandomGenerator random) {
        byte[] all = Framed.join(pieces.toArray(byte[][]::new));
        return Arrays.copyOf(all, random.nextInt(all.length));
    }

    private static List<byte[]> mixed(List<byte[]> some, List<byte[]> others, RandomGenerator random) {
        List<byte[]> mixed = new ArrayList<>();
        int taken = 0;
        for (byte[] frame : some) {
            while (taken < others.size() && random.nextBoolean()) {
                mixed.add(others.get(taken++));
            }
            mixed.add(frame);
        }
        mixed.addAll(others.subList(taken, others.size()));
        return mixed;
    }
}
