package io.agentdb.sync.web.transfer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.catalina.connector.ClientAbortException;
import org.junit.jupiter.api.Test;

class SteadyOutputTest {

    @Test
    void readerThatTakesTooLittle_isCutOff_andASlowDatabaseIsNotItsFault() throws IOException {
        AtomicLong now = new AtomicLong();
        long[] pause = {Duration.ofMillis(500).toNanos()};
        OutputStream slow = new OutputStream() {
            @Override
            public void write(int b) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                now.addAndGet(pause[0]);
            }
        };
        SteadyOutput out = new SteadyOutput(slow, now::get);
        for (int i = 0; i < 100; i++) {
            out.write(new byte[8 << 10]);
            now.addAndGet(Duration.ofMinutes(1).toNanos());
        }
        pause[0] = Duration.ofSeconds(3).toNanos();
        assertThatThrownBy(() -> out.write(new byte[1 << 20])).isInstanceOf(ClientAbortException.class);
    }
}
