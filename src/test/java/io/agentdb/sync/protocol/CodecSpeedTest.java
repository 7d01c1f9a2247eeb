package io.agentdb.sync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.Revision;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
class CodecSpeedTest {

    private static final int EPISODES = 100_000;
    private static final int BATCH = 500;

    /** This thread's own time: what else the machine does must not decide. */
    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    @Test
    void hundredThousandEpisodes_areEncodedAndDecodedInTwoSecondsEach() {
        Samples samples = new Samples(1);
        List<Revision> some = IntStream.range(0, BATCH).mapToObj(i -> samples.episode(1024)).toList();
        Message.Batch batch = new Message.Batch(Kind.EPISODES, some, samples.cursor());
        Duration encoding = Duration.ZERO;
        Duration decoding = Duration.ZERO;
        long wire = 0;
        for (int round = 0; round < 3; round++) {
            List<byte[]> frames = new ArrayList<>();
            long start = cpu();
            for (int i = 0; i < EPISODES; i += BATCH) {
                frames.add(MessageCodec.encode(batch));
            }
            long middle = cpu();
            frames.forEach(MessageCodec::decode);
            encoding = Duration.ofNanos(middle - start);
            decoding = Duration.ofNanos(cpu() - middle);
            wire = frames.stream().mapToLong(frame -> frame.length).sum();
            System.out.printf("%d episodes of 1 KiB: encoded in %d ms, decoded in %d ms, %d MB on the wire%n",
                    EPISODES, encoding.toMillis(), decoding.toMillis(), wire / 1_000_000);
        }
        assertThat(encoding).isLessThan(Duration.ofSeconds(2));
        assertThat(decoding).isLessThan(Duration.ofSeconds(2));
        assertThat(wire).isLessThan(EPISODES * 1024L);
    }
}
