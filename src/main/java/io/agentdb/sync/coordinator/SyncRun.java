package io.agentdb.sync.coordinator;

import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.run.Cancellation;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncProgress;
import io.agentdb.sync.run.SyncReport;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One synchronization with one peer, as others may watch it. Thread-safe. */
public final class SyncRun {

    public enum State {
        RUNNING, SUCCEEDED, FAILED, CANCELLED;

        /** @param report null while it goes on */
        static State of(@Nullable SyncReport report) {
            return report == null ? RUNNING : report.success() ? SUCCEEDED : report.cancelled() ? CANCELLED : FAILED;
        }
    }

    private final UUID id;
    private final PeerName peer;
    private final RunOptions options;
    private final boolean automatic;
    private final Instant startedAt;
    private volatile int attempts;
    private final Cancellation cancellation = new Cancellation();
    private final CompletableFuture<SyncReport> done = new CompletableFuture<>();
    private final List<Consumer<SyncProgress>> listeners = new CopyOnWriteArrayList<>();
    /** The last progress of each phase so far, in order: what a late listener needs. */
    private final List<SyncProgress> history = new ArrayList<>();

    SyncRun(UUID id, PeerName peer, RunOptions options, boolean automatic, Instant startedAt) {
        this.id = id;
        this.peer = peer;
        this.options = options;
        this.automatic = automatic;
        // As exact as the database keeps it: every process says the same.
        this.startedAt = startedAt.truncatedTo(ChronoUnit.MICROS);
    }

    /** One that another process has made so far. */
    SyncRun(RunRecord run) {
        this(run.id(), run.peer(), run.options(), run.automatic(), run.startedAt());
        catchUp(run);
    }

    public UUID id() {
        return id;
    }

    public PeerName peer() {
        return peer;
    }

    public Instant startedAt() {
        return startedAt;
    }

    RunOptions options() {
        return options;
    }

    boolean automatic() {
        return automatic;
    }

    public State state() {
        return State.of(report());
    }

    /** By which it is ended early. */
    Cancellation cancellation() {
        return cancellation;
    }

    /** As it stands now. */
    public RunRecord record() {
        return record(report());
    }

    /** As it will stand with that report. */
    RunRecord record(@Nullable SyncReport report) {
        return new RunRecord(id, peer, options, automatic, State.of(report), attempts, startedAt, history(), report);
    }

    /** The report; null while the run goes on. */
    public @Nullable SyncReport report() {
        return done.getNow(null);
    }

    public List<SyncProgress> history() {
        synchronized (history) {
            return List.copyOf(history);
        }
    }

    /** Waits for the report; empty when it takes longer than {@code patience}. */
    public Optional<SyncReport> await(Duration patience) throws InterruptedException {
        try {
            return Optional.of(done.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Gives the listener what has happened so far and what will; {@code end} gets the report, once. */
    public void watch(Consumer<SyncProgress> listener, Consumer<SyncReport> end) {
        synchronized (history) {
            history.forEach(listener);
            listeners.add(listener);
        }
        done.thenAccept(end);
    }

    /** @return how often that makes */
    int begin() {
        return ++attempts;
    }

    /** Tells the listeners what another process has written down of it since. */
    void catchUp(RunRecord run) {
        attempts = run.attempts();
        synchronized (history) {
            run.progress().stream().filter(progress -> !history.contains(progress)).forEach(this::progress);
        }
        if (run.report() != null) {
            finish(run.report());
        }
    }

    void progress(SyncProgress progress) {
        synchronized (history) {
            if (!history.isEmpty() && history.get(history.size() - 1).phase() == progress.phase()) {
                history.set(history.size() - 1, progress);
            } else {
                history.add(progress);
            }
            listeners.forEach(listener -> listener.accept(progress));
        }
    }

    void finish(SyncReport report) {
        done.complete(report);
        listeners.clear();
    }
}
