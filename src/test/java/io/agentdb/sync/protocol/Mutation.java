package io.agentdb.sync.protocol;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** What a broken or hostile peer might make of bytes that were right: the same for the same generator. */
public final class Mutation {

    private static final int OPERATIONS = 4;

    private final Random random;

    public Mutation(Random random) {
        this.random = random;
    }

    /** Up to four changes. @param other whose parts may be mixed in */
    public byte[] of(byte[] bytes, byte[] other) {
        byte[] mutated = bytes;
        for (int i = random.nextInt(OPERATIONS); i >= 0; i--) {
            mutated = once(mutated, other);
        }
        return mutated;
    }

    private byte[] once(byte[] bytes, byte[] other) {
        int from = random.nextInt(bytes.length + 1);
        int to = from + random.nextInt(Math.min(64, bytes.length - from) + 1);
        byte[] tail = Arrays.copyOfRange(bytes, to, bytes.length);
        return switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(bytes, from);
            case 1 -> joined(Arrays.copyOf(bytes, from), tail);
            case 2 -> joined(Arrays.copyOf(bytes, to), Arrays.copyOfRange(bytes, from, to), tail);
            case 3 -> joined(Arrays.copyOf(bytes, from), noise(random.nextInt(20)), tail);
            case 4 -> joined(Arrays.copyOf(bytes, from), part(other), tail);
            // The longest varint: lengths, counters and enumerations of all kinds end up here.
            case 5 -> joined(Arrays.copyOf(bytes, from), longest(), tail);
            case 6 -> joined(Arrays.copyOf(bytes, from), noise(1), Arrays.copyOfRange(bytes, Math.min(from + 1, bytes.length), bytes.length));
            default -> flipped(bytes);
        };
    }

    private byte[] flipped(byte[] bytes) {
        byte[] flipped = bytes.clone();
        if (flipped.length > 0) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private byte[] part(byte[] other) {
        int from = random.nextInt(other.length + 1);
        return Arrays.copyOfRange(other, from, from + random.nextInt(other.length - from + 1));
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private byte[] longest() {
        byte[] varint = new byte[random.nextInt(11)];
        Arrays.fill(varint, (byte) 0xff);
        return joined(varint, new byte[] {(byte) random.nextInt(128)});
    }

    public static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
