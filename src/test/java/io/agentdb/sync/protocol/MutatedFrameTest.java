package io.agentdb.sync.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class MutatedFrameTest {

    private static final long SEED = System.nanoTime();
    private static final int MUTATIONS = 2_000;

    private final Samples samples = new Samples(SEED);
    private final RandomGenerator random = samples.random();

    @Test
    void mutatedFrame_isAMessageOrAProtocolException() {
        int refused = 0;
        List<Message> messages = samples.ofEveryType();
        for (int i = 0; i < MUTATIONS; i++) {
            // Every other time a batch: it has most of the rules.
            Message message = i % 2 == 0 ? samples.batch() : messages.get(random.nextInt(messages.size()));
            refused += refuses(mutated(MessageCodec.encode(message)), message) ? 1 : 0;
        }
        assertThat(refused).as("seed %d", SEED).isBetween(MUTATIONS / 20, MUTATIONS);
    }

    @Test
    void truncatedFrame_isAMessageOrAProtocolException() {
        for (Message message : samples.ofEveryType()) {
            byte[] body = MessageCodec.encode(message);
            for (int length = 0; length < body.length; length += 1 + body.length / 300) {
                refuses(Arrays.copyOf(body, length), message);
            }
        }
    }

    private static boolean refuses(byte[] body, Message from) {
        try {
            assertThat(MessageCodec.decode(body)).isNotNull();
            return false;
        } catch (ProtocolException expected) {
            assertThat(expected.getMessage()).isNotBlank();
            return true;
        } catch (RuntimeException e) {
            return fail("seed " + SEED + ", a mutation of " + from, e);
        }
    }

    private byte[] mutated(byte[] body) {
        byte[] copy = body.clone();
        for (int i = random.nextInt(1, 4); i > 0 && copy.length > 0; i--) {
            int at = random.nextInt(copy.length);
            switch (random.nextInt(4)) {
                case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> copy[at] = (byte) random.nextInt();
                case 2 -> copy = Arrays.copyOf(copy, at + random.nextInt(20));
                default -> System.arraycopy(copy, 0, copy, at, Math.min(copy.length - at, random.nextInt(9)));
            }
        }
        return copy;
    }
}
