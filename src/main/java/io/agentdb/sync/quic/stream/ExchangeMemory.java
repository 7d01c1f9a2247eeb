package io.agentdb.sync.quic.stream;

import io.agentdb.sync.admission.MemoryBudget;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.codec.Payload;
import java.time.Duration;
import java.util.Optional;

/**
 * The memory that one exchange's decoded records take: from before they are decoded, until the next message is waited
 * for. Of the worker that has the exchange; what it takes is given back before it waits for more, so that no two wait
 * for each other.
 */
final class ExchangeMemory {

    /** Of a record there are its bytes, its values, and what is sent to the database. */
    private static final int COPIES = 3;

    private final MemoryBudget budget;
    private final String client;
    private final Duration patience;
    private long bytes;

    ExchangeMemory(MemoryBudget budget, String client, Duration patience) {
        this.budget = budget;
        this.client = client;
        this.patience = patience;
    }

    long bytes() {
        return bytes;
    }

    /** Whether there is room for what a frame's records take; it is taken then. */
    boolean takeNow(byte[] body) {
        long more = size(body);
        boolean there = budget.takeNow(client, more);
        bytes += there ? more : 0;
        return there;
    }

    /**
     * Waits until there is.
     *
     * @throws PeerRejected RATE_LIMITED if that takes too long: this is pacing, no failure
     */
    void take(byte[] body) throws InterruptedException {
        long more = size(body);
        if (!budget.take(client, more, patience)) {
            throw new PeerRejected(ErrorCode.RATE_LIMITED, "there is no memory for more records now",
                    Duration.ofSeconds(1));
        }
        bytes += more;
    }

    void giveBack() {
        if (bytes > 0) {
            budget.give(client, bytes);
            bytes = 0;
        }
    }

    private long size(byte[] body) {
        Optional<Payload> payload = Payload.of(body);
        return payload.isEmpty() ? 0 : budget.share((payload.get().rawBytes() + body.length) * COPIES);
    }
}
