package io.agentdb.sync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.Revision;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The codec must not be what limits a sync: 100,000 records of 1 KB. The bounds are generous, for a busy machine. */
class CodecSpeedTest {

    @Test
    void hundredThousandRecords_areEncodedAndDecodedInSeconds() {
        Samples some = new Samples(new Random(1));
        List<Revision> records = IntStream.range(0, 1_000).mapToObj(i -> some.episode(700)).toList();
        run(records, 20);
        long[] nanos = run(records, 100);
        System.out.printf("100,000 records of 1 KB: encoded in %d ms, decoded in %d ms%n", nanos[0] / 1_000_000, nanos[1] / 1_000_000);
        assertThat(nanos[0]).isLessThan(10_000_000_000L);
        assertThat(nanos[1]).isLessThan(10_000_000_000L);
    }

    private static long[] run(List<Revision> records, int times) {
        long[] nanos = new long[2];
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            byte[] body = MessageCodec.encode(new Message.Batch(Kind.EPISODES, records, null));
            long middle = System.nanoTime();
            assertThat(((Message.Batch) MessageCodec.decode(body)).records()).hasSize(records.size());
            nanos[0] += middle - start;
            nanos[1] += System.nanoTime() - middle;
        }
        return nanos;
    }
}
