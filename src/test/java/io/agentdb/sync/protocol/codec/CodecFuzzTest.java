package io.agentdb.sync.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.revision.Revision;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Spoilt frames of every message, see {@link FuzzCases}: each is a message or a ProtocolException, at once and within
 * bounds.
 */
class CodecFuzzTest {

    /** A pause of the collector, or of the machine, is no fault of the codec. */
    private static final Duration AT_ONCE = Duration.ofSeconds(2);
    /** What any frame may make of itself: what it may unpack to freely, some times over. */
    private static final long BYTES = 16L * Limits.FREELY_COMPRESSED;
    /** And for each of its bytes: what it may unpack to, and objects for the fields in it. */
    private static final long BYTES_PER_BYTE = 4L * Limits.COMPRESSION_RATIO;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void spoiltFrame_isAMessageOrAProtocolException_atOnce_andWithinBounds() {
        run(FuzzCases.COUNT);
    }

    @Test
    @Tag("long")
    void aHundredThousandSpoiltFrames_areMessagesOrProtocolExceptions_atOnce_andWithinBounds() {
        run(10 * FuzzCases.MANY);
    }

    @Test
    void case_isTheSameEachTime() {
        for (int number = 0; number < 50; number++) {
            assertThat(frame(number)).isEqualTo(frame(number));
        }
    }

    private void run(int cases) {
        int messages = 0;
        for (int number = FuzzCases.FIRST; number < FuzzCases.FIRST + cases; number++) {
            byte[] frame = frame(number);
            String wrong = null;
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            Message message = null;
            try {
                message = MessageCodec.decode(frame);
                messages++;
            } catch (ProtocolException expected) {
                wrong = expected.getMessage().length() > 10_000 ? "its refusal is longer than anybody reads" : null;
            } catch (RuntimeException | Error e) {
                wrong = e + " at " + e.getStackTrace()[0];
            }
            long took = System.nanoTime() - start;
            allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
            if (took > AT_ONCE.toNanos()) {
                wrong = "it took " + took / 1_000_000 + " ms";
            } else if (allocated > BYTES + BYTES_PER_BYTE * frame.length) {
                wrong = "it took " + allocated + " bytes of memory";
            } else if (message != null && wrong == null) {
                wrong = comesBack(message);
            }
            if (wrong != null) {
                throw new AssertionError("case " + number + ": " + wrong + "\nframe: " + shown(frame) + "\n"
                        + FuzzCases.replay(CodecFuzzTest.class, number, 1));
            }
        }
        if (cases >= 1_000) {
            // A suite that gets no frame past the first check tries nothing behind it.
            assertThat(messages).as("frames that are messages").isBetween(cases / 10, cases * 9 / 10);
        }
    }

    private static byte[] frame(int number) {
        Set<String> understood = Set.of(Limits.ROWS, Limits.EMBEDDINGS);
        RandomGenerator random = FuzzCases.random(number);
        List<Message> messages = new Samples(random).messages(2);
        byte[] one = MessageCodec.encode(messages.get(random.nextInt(messages.size())), understood);
        byte[] other = MessageCodec.encode(messages.get(random.nextInt(messages.size())), understood);
        return new Mutations(random).spoil(one, other);
    }

    /** What was understood can be passed on, and is then understood in the same way. */
    private static String comesBack(Message message) {
        List<Revision> records = message instanceof Message.Batch batch ? batch.records()
                : message instanceof Message.BatchAck ack ? ack.concurrent() : List.of();
        if (records.stream().anyMatch(record -> record.unreadable() != null)) {
            // Set aside, and passed on to nobody.
            return null;
        }
        try {
            Message again = MessageCodec.decode(MessageCodec.encode(message, Set.of(Limits.EMBEDDINGS)));
            return again.equals(message) ? null : "it comes back as " + again + " and not as " + message;
        } catch (RuntimeException | Error e) {
            return "a message that was understood cannot be passed on: " + e;
        }
    }

    private static String shown(byte[] frame) {
        String hex = HexFormat.of().formatHex(frame);
        return hex.length() > 4_000 ? hex.substring(0, 4_000) + "… (" + frame.length + " bytes)" : hex;
    }
}
