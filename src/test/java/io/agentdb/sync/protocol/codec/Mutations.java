package io.agentdb.sync.protocol.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.agentdb.sync.protocol.wire.Batch;
import io.agentdb.sync.protocol.wire.Compression;
import io.agentdb.sync.protocol.wire.Frame;
import io.agentdb.sync.protocol.wire.Records;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Spoils frames, each time otherwise, from a generator that the test seeds: their bytes, or their fields so that they
 * stay well-formed.
 */
public final class Mutations {

    private static final byte[] ENDLESS = new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    private static final long[] EDGES = {0, 1, -1, 2, 127, 128, 10_000, 10_001, Integer.MAX_VALUE, Integer.MIN_VALUE,
            1L << 32, Long.MAX_VALUE,
        Long.MIN_VALUE, Long.MAX_VALUE >> 1};

    private final RandomGenerator random;

    public Mutations(RandomGenerator random) {
        this.random = random;
    }

    /** @param other a frame of which parts may get into this one */
    public byte[] spoil(byte[] body, byte[] other) {
        byte[] spoilt = random.nextBoolean() ? fields(body) : body;
        for (int times = spoilt == body ? 1 + random.nextInt(3) : random.nextInt(4) / 3; times > 0; times--) {
            spoilt = bytes(spoilt, other);
        }
        return spoilt;
    }

    private byte[] bytes(byte[] body, byte[] other) {
        int at = random.nextInt(body.length + 1);
        int to = at + random.nextInt(Math.min(64, body.length - at) + 1);
        byte[] before = Arrays.copyOf(body, at);
        byte[] slice = Arrays.copyOfRange(body, at, to);
        byte[] after = Arrays.copyOfRange(body, to, body.length);
        return switch (random.nextInt(9)) {
            case 0 -> flipped(body);
            case 1 -> before;
            case 2 -> join(before, slice, slice, after);
            case 3 -> join(before, after);
            case 4 -> join(before, noise(random.nextInt(16)), after);
            // Half of this one, half of that one.
            case 5 -> join(before, Arrays.copyOfRange(other, random.nextInt(other.length + 1), other.length));
            // Both, one behind the other: of one field the last one counts, of two messages both are merged.
            case 6 -> join(body, other);
            // A length of up to 4 GB, or a number that does not end.
            case 7 -> join(before, new byte[] {-1, -1, -1, -1, (byte) random.nextInt(16)}, after);
            default -> join(before, Arrays.copyOf(ENDLESS, 1 + random.nextInt(ENDLESS.length)), after);
        };
    }

    private byte[] flipped(byte[] body) {
        byte[] flipped = body.clone();
        for (int times = 1 + random.nextInt(4); times > 0 && flipped.length > 0; times--) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private static byte[] join(byte[]... parts) {
        byte[] joined = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }

    /** Another value somewhere, with all lengths set right. */
    private byte[] fields(byte[] body) {
        try {
            Frame frame = Frame.parseFrom(body);
            if (frame.hasBatch() && frame.getBatch().getCompression() == Compression.COMPRESSION_NONE
                    && random.nextInt(4) > 0) {
                return frame.toBuilder().setBatch(records(frame.getBatch())).build().toByteArray();
            }
            return fields(UnknownFieldSet.parseFrom(body)).toByteArray();
        } catch (InvalidProtocolBufferException e) {
            return body;
        }
    }

    /**
     * Within the payload, which a batch describes by its length and number: else none of this would come to the
     * records.
     */
    private Batch records(Batch batch) throws InvalidProtocolBufferException {
        ByteString payload = fields(UnknownFieldSet.parseFrom(batch.getPayload())).toByteString();
        int records;
        try {
            records = Records.parseFrom(payload).getRecordCount();
        } catch (InvalidProtocolBufferException e) {
            records = batch.getRecords();
        }
        return batch.toBuilder().setPayload(payload).setRawBytes(payload.size()).setRecords(records).build();
    }

    private UnknownFieldSet fields(UnknownFieldSet message) {
        List<Integer> numbers = new ArrayList<>(message.asMap().keySet());
        UnknownFieldSet.Builder spoilt = message.toBuilder();
        if (numbers.isEmpty() || random.nextInt(12) == 0) {
            return spoilt.mergeField(1 + random.nextInt(40), Field.newBuilder().addVarint(number()).build()).build();
        }
        int number = numbers.get(random.nextInt(numbers.size()));
        int choice = random.nextInt(16);
        if (choice == 0) {
            return spoilt.clearField(number).build();
        }
        Field field = message.getField(number);
        if (choice == 1) {
            // Under another number: what one message means, taken for another.
            return spoilt.mergeField(numbers.size() > 1 ? numbers.get(random.nextInt(numbers.size()))
                    : 1 + random.nextInt(40), field).build();
        }
        return spoilt.clearField(number).mergeField(number, values(field)).build();
    }

    private Field values(Field field) {
        Field.Builder spoilt = Field.newBuilder();
        field.getVarintList().forEach(value -> spoilt.addVarint(random.nextInt(2) == 0 ? number() : value));
        field.getFixed32List().forEach(value -> spoilt.addFixed32(random.nextInt()));
        field.getFixed64List().forEach(value -> spoilt.addFixed64(
                random.nextInt(4) == 0 ? number() : value ^ 1L << random.nextInt(64)));
        List<ByteString> texts = field.getLengthDelimitedList();
        int chosen = texts.isEmpty() ? 0 : random.nextInt(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            spoilt.addLengthDelimited(i == chosen ? text(texts.get(i)) : texts.get(i));
        }
        if (!texts.isEmpty() && random.nextInt(8) == 0) {
            for (int more = 1 << random.nextInt(11); more > 0; more--) {
                spoilt.addLengthDelimited(texts.get(chosen));
            }
        }
        return spoilt.build();
    }

    /** Nested messages are gone into more often than not. */
    private ByteString text(ByteString text) {
        if (!text.isEmpty() && random.nextInt(8) > 0) {
            try {
                return fields(UnknownFieldSet.parseFrom(text)).toByteString();
            } catch (InvalidProtocolBufferException e) {
                // Then it is a text, or an id.
            }
        }
        byte[] bytes = text.toByteArray();
        return switch (random.nextInt(6)) {
            case 0 -> ByteString.EMPTY;
            case 1 -> text.substring(0, random.nextInt(bytes.length + 1));
            case 2 -> text.concat(ByteString.copyFrom(new byte[] {0}));
            case 3 -> text.concat(text);
            case 4 -> ByteString.copyFromUtf8("x".repeat(1 << random.nextInt(14)));
            default -> ByteString.copyFrom(flipped(bytes));
        };
    }

    private long number() {
        return random.nextInt(3) == 0 ? random.nextLong() : EDGES[random.nextInt(EDGES.length)];
    }
}
