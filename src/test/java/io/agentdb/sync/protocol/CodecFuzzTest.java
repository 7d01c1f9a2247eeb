package io.agentdb.sync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever comes, the codec makes a message of it or refuses it: {@code ./mvnw test -Dtest=CodecFuzzTest -Dfuzz.cases=1000000}. */
class CodecFuzzTest {

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private int accepted;

    @Test
    void mutatedMessages_areMessages_orRefused() {
        run(Integer.getInteger("fuzz.cases", 2_000));
    }

    @Test
    @Tag("long")
    void aHundredThousandMutatedMessages_areMessages_orRefused() {
        run(100_000);
    }

    private void run(int cases) {
        for (long one = seed; one < seed + cases; one++) {
            try {
                decode(one);
            } catch (ProtocolException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("replay with -Dtest=CodecFuzzTest -Dfuzz.cases=1 -Dfuzz.seed=" + one, e);
            }
        }
        assertThat(accepted).as("of %d some are still messages, or nothing behind the parser is tried", cases).isBetween(cases / 50, cases);
    }

    private void decode(long one) {
        Random random = new Random(one);
        Conversations client = new Conversations(random);
        Message message = MessageCodec.decode(new Mutation(random).of(client.any(), client.any()));
        accepted++;
        // What has been let in can be passed on.
        MessageCodec.encode(message);
    }
}
