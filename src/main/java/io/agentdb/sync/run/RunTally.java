package io.agentdb.sync.run;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.protocol.Message.BatchAck;
import io.agentdb.sync.replica.apply.Applied;
import io.agentdb.sync.revision.Revision;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Counts what a run does. Used by the run's thread alone. */
public final class RunTally {

    private final Clock clock;
    private final RunProgress progress;
    private final SyncMetrics metrics;
    private final PeerName peer;
    private final Cancellation cancellation;
    private long pushed;
    private long pulled;
    private long known;
    private long quarantined;
    /** Resolved ones. */
    private long conflicts;
    /** Records whose conflict waits for a person or for another run; a run may meet it in both directions. */
    private final Set<UUID> open = new HashSet<>();
    private long setAsideThere;
    private Duration peerBehind = Duration.ZERO;
    private long bytes;

    /** Of a run that nobody can cancel. */
    public RunTally(Clock clock, RunProgress progress, SyncMetrics metrics, PeerName peer) {
        this(clock, progress, metrics, peer, new Cancellation());
    }

    public RunTally(Clock clock, RunProgress progress, SyncMetrics metrics, PeerName peer,
            Cancellation cancellation) {
        this.clock = clock;
        this.progress = progress;
        this.metrics = metrics;
        this.peer = peer;
        this.cancellation = cancellation;
    }

    /**
     * Between two batches.
     *
     * @throws Cancellation.RunCancelled if somebody has the run end here
     */
    public void throwIfCancelled() {
        cancellation.check();
    }

    public RunProgress progress() {
        return progress;
    }

    public void sent(Kind kind, List<Revision> records) {
        metrics.sent(kind, peer.text(), records);
    }

    /** @param records how many of those sent this answers */
    public void pushed(Kind kind, BatchAck ack, int records) {
        pushed += ack.applied();
        known += ack.known();
        quarantined += ack.quarantined();
        setAsideThere += ack.quarantined();
        progress.done(Phase.PUSHING, kind, records);
    }

    public void pulled(Kind kind, List<Revision> records, Applied applied) {
        pulled += applied.applied();
        count(kind, records, applied);
        progress.done(Phase.PULLING, kind, records.size());
    }

    /** @param records the peer's versions of what both sides had changed, as they came back on a push */
    public void resolved(Kind kind, List<Revision> records, Applied applied) {
        pulled += applied.applied();
        count(kind, records, applied);
    }

    /** @param theirs the peer's versions of what both sides had changed, and this run leaves as it is */
    public void left(List<Revision> theirs) {
        theirs.forEach(record -> open.add(record.id()));
    }

    /**
     * @param outcomes of conflicts, as they were sent
     * @param news how many of them are not what the peer had: its own content under a new dot is nothing that it takes
     *     over
     */
    public void delivered(Kind kind, List<BatchAck> acks, List<Revision> outcomes, long news) {
        pushed += Math.min(news, acks.stream().mapToLong(BatchAck::applied).sum());
        known += acks.stream().mapToLong(BatchAck::known).sum();
        long refused = acks.stream().mapToLong(BatchAck::quarantined).sum();
        quarantined += refused;
        setAsideThere += refused;
        metrics.sent(kind, peer.text(), outcomes);
    }

    /** @param age of the oldest transaction on the peer that held back what we have read */
    public void behind(Duration age) {
        peerBehind = age.compareTo(peerBehind) > 0 ? age : peerBehind;
    }

    Duration peerBehind() {
        return peerBehind;
    }

    /** Records of ours that the peer could not store. */
    long setAsideThere() {
        return setAsideThere;
    }

    void transferred(long more) {
        bytes += more;
    }

    /** Records that the peer took over from us. */
    public long itemsPushed() {
        return pushed;
    }

    /** Records that we took over from the peer. */
    public long itemsPulled() {
        return pulled;
    }

    public long items() {
        return pushed + pulled;
    }

    public long bytes() {
        return bytes;
    }

    /** How many were resolved. */
    public long conflicts() {
        return conflicts;
    }

    /** How many wait for a person. */
    public long open() {
        return open.size();
    }

    /** @param failure null if there is none */
    public SyncReport report(boolean success, Instant start, String strategy, @Nullable SyncFailure failure,
            List<String> errors) {
        Instant end = clock.instant();
        return new SyncReport(peer.text(), success, start, end, Duration.between(start, end).toMillis(), pushed, pulled,
                known, quarantined, conflicts + open.size(), conflicts, bytes, strategy,
                        failure == null ? null : failure.label(), errors);
    }

    private void count(Kind kind, List<Revision> records, Applied applied) {
        known += applied.known();
        quarantined += applied.quarantined();
        count(applied);
        metrics.received(kind, peer.text(), records, applied);
        metrics.conflicts(peer.text(), applied.conflicts());
    }

    private void count(Applied applied) {
        Set<UUID> waiting = applied.open();
        open.addAll(waiting);
        conflicts += applied.conflicts().stream().filter(conflict -> !waiting.contains(conflict.local().id())).count();
    }
}
