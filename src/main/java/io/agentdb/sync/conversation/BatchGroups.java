package io.agentdb.sync.conversation;

import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.revision.Revision;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages from a peer, with the batches that are already waiting taken together: one commit for several is what makes
 * applying fast, and it never waits for more.
 */
final class BatchGroups {

    /** Records that are applied at once, about. */
    static final int RECORDS = 4_000;
    private static final int GROUP_BATCHES = 64;
    /** A batch may be of megabytes, of which 64 are more than there is memory. */
    private static final long GROUP_BYTES = 16 << 20;

    private final Exchange exchange;
    private @Nullable Message waiting;

    BatchGroups(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Whether {@link #next} would not have to wait. */
    boolean ready() {
        return waiting != null || exchange.ready();
    }

    /** The next message, blocking. */
    Message next() {
        Message message = waiting != null ? waiting : exchange.receive();
        waiting = null;
        return message;
    }

    /** The batch, and those of its kind that came right behind it. */
    List<Batch> group(Batch first) {
        List<Batch> group = new ArrayList<>(List.of(first));
        int records = first.records().size();
        while (records < RECORDS && group.size() < GROUP_BATCHES && exchange.heldBytes() < GROUP_BYTES) {
            waiting = exchange.poll().orElse(null);
            if (!(waiting instanceof Batch batch) || batch.kind() != first.kind()
                    || first.next().isPresent() != batch.next().isPresent()) {
                break;
            }
            group.add(batch);
            records += batch.records().size();
            waiting = null;
        }
        return group;
    }

    static List<Revision> records(List<Batch> group) {
        return group.stream().flatMap(batch -> batch.records().stream()).toList();
    }
}
