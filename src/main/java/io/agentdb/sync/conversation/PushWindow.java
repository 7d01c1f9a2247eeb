package io.agentdb.sync.conversation;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.BatchAck;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.run.RunTally;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What of a push is on its way, and how far its cursor may move: past what is acknowledged, and past no open conflict.
 * One thread.
 */
final class PushWindow {

    /**
     * Records sent and not yet acknowledged: twice what the peer applies at once, or it would wait for the next ones
     * while this side waits for its answer.
     */
    static final int RECORDS = 2 * BatchGroups.RECORDS;
    /** Acknowledged records after which the cursor is stored: what a crash makes us send again at most. */
    private static final int CHECKPOINT = 5_000;

    private final Exchange exchange;
    private final Kind kind;
    private final RunTally tally;
    private final Deque<Batch> underWay = new ArrayDeque<>();
    private final List<Revision> concurrent = new ArrayList<>();
    private Optional<Cursor> settled = Optional.empty();
    private boolean conflictsLeft;
    private int records;
    private int sinceCheckpoint;

    PushWindow(Exchange exchange, Kind kind, RunTally tally) {
        this.exchange = exchange;
        this.kind = kind;
        this.tally = tally;
    }

    boolean isEmpty() {
        return underWay.isEmpty();
    }

    /** Nothing new while a conflict is open: its outcome is to come first. */
    boolean hasRoom() {
        return records < RECORDS && concurrent.isEmpty();
    }

    void send(Batch batch) {
        exchange.send(batch);
        tally.sent(kind, batch.records());
        underWay.add(withoutContents(batch));
        records += batch.records().size();
    }

    /**
     * Waits for the answer to the oldest batch.
     *
     * @param resolve gets the peer's versions of what both sides changed, once nothing is on its way any more; false
     *     if they are left as they are
     */
    void answered(Selection selection, Predicate<List<Revision>> resolve) {
        BatchAck ack = Answers.next(exchange, kind, selection, underWay, concurrent);
        Batch batch = underWay.remove();
        records -= batch.records().size();
        sinceCheckpoint += batch.records().size();
        tally.pushed(kind, ack, batch.records().size());
        if (underWay.isEmpty() && !concurrent.isEmpty()) {
            conflictsLeft |= !resolve.test(List.copyOf(concurrent));
            concurrent.clear();
        }
        if (concurrent.isEmpty() && !conflictsLeft) {
            settled = batch.next();
        }
    }

    /** Whether the cursor stays before one that both sides changed. */
    boolean conflictsLeft() {
        return conflictsLeft;
    }

    /** Which records they are is enough to know until the answer; the contents of a whole window are not. */
    private static Batch withoutContents(Batch batch) {
        return new Batch(batch.kind(), batch.records().stream().map(record ->
                new Revision(record.kind(), record.id(), record.version(), null)).toList(), batch.next());
    }

    /** Where the cursor is to be stored now, if it is time to. */
    Optional<Cursor> checkpoint() {
        if (!concurrent.isEmpty() || conflictsLeft || sinceCheckpoint < CHECKPOINT) {
            return Optional.empty();
        }
        sinceCheckpoint = 0;
        return settled;
    }

    /**
     * Where the cursor may stand when the exchange has broken off, with the answers that are here already. A peer that
     * gives little per minute breaks off often: sending again what it has acknowledged would never come to an end.
     */
    Optional<Cursor> brokenOff() {
        if (!concurrent.isEmpty() || conflictsLeft) {
            return settled;
        }
        try {
            while (!underWay.isEmpty() && exchange.poll().orElse(null) instanceof BatchAck ack
                    && ack.concurrent().isEmpty() && !ack.more()) {
                Batch batch = underWay.remove();
                tally.pushed(kind, ack, batch.records().size());
                settled = batch.next();
            }
        } catch (SyncException end) {
            // What came before it counts.
            return settled;
        }
        return settled;
    }
}
