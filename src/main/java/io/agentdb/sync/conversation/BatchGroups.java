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
    /** What one turn takes: a peer that never stops would else keep its worker for ever. */
    private static final int TURN_MESSAGES = 2;

    private final Exchange exchange;
    private @Nullable Message waiting;
    /** How many more messages this turn takes. */
    private int left = Integer.MAX_VALUE;

    BatchGroups(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Of a conversation that stays open: a turn begins, which takes only what is here, and not without end. */
    void turn() {
        left = TURN_MESSAGES;
    }

    /** Whether this turn takes another message, which is here. */
    boolean ready() {
        return waiting != null || left > 0 && exchange.ready();
    }

    /** The next message, blocking. */
    Message next() {
        Message message = waiting != null ? waiting : exchange.receive();
        waiting = null;
        left--;
        return message;
    }

    /**
     * The batch, and those of its kind that came right behind it. The last of a turn comes alone: it must leave nothing
     * waiting here, where nobody would be called for it and its memory be no longer counted.
     */
    List<Batch> group(Batch first) {
        List<Batch> group = new ArrayList<>(List.of(first));
        int records = first.records().size();
        while (left > 0 && records < RECORDS && group.size() < GROUP_BATCHES && exchange.heldBytes() < GROUP_BYTES) {
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
