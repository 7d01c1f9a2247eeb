package io.agentdb.sync.web.transfer;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.catalina.connector.ClientAbortException;

/** What a reader has to take at a least speed, since a connection to the database waits for it. One thread. */
final class SteadyOutput extends FilterOutputStream {

    /** Of waiting for the reader; what the database takes is not its fault. */
    private static final long WINDOW = Duration.ofSeconds(10).toNanos();
    private static final long LEAST = 64 << 10;
    private static final int PIECE = 8 << 10;

    private final LongSupplier nanos;
    private long waited;
    private long taken;

    SteadyOutput(OutputStream out) {
        this(out, System::nanoTime);
    }

    SteadyOutput(OutputStream out, LongSupplier nanos) {
        super(out);
        this.nanos = nanos;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** @throws ClientAbortException if it has taken less than 64 KiB within 10 s */
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        // In pieces: one large write to a slow reader would come back only when all of it is through.
        for (int done = 0; done < length; done += PIECE) {
            int piece = Math.min(PIECE, length - done);
            long before = nanos.getAsLong();
            out.write(bytes, offset + done, piece);
            waited += nanos.getAsLong() - before;
            taken += piece;
            if (waited > WINDOW) {
                if (taken < LEAST) {
                    throw new ClientAbortException("the reader takes less than " + LEAST + " bytes within 10 s");
                }
                waited = 0;
                taken = 0;
            }
        }
    }
}
