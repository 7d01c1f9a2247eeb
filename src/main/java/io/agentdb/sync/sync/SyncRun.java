package io.agentdb.sync.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** One synchronization with one peer, as others may watch it. Thread-safe. */
public final class SyncRun {

    public enum State { RUNNING, SUCCEEDED, FAILED }

    private final UUID id;
    private final String peer;
    private final Instant startedAt;
    private final CompletableFuture<SyncReport> done = new CompletableFuture<>();
    private final List<Consumer<SyncProgress>> listeners = new CopyOnWriteArrayList<>();
    /** The last progress of each phase so far, in order: what a late listener needs. */
    private final List<SyncProgress> history = new ArrayList<>();

    SyncRun(UUID id, String peer, Instant startedAt) {
        this.id = id;
        this.peer = peer;
        this.startedAt = startedAt;
    }

    public UUID id() {
        return id;
    }

    public String peer() {
        return peer;
    }

    public Instant startedAt() {
        return startedAt;
    }

    public State state() {
        SyncReport report = done.getNow(null);
        return report == null ? State.RUNNING : report.success() ? State.SUCCEEDED : State.FAILED;
    }

    /** The report; null while the run goes on. */
    public SyncReport report() {
        return done.getNow(null);
    }

    public List<SyncProgress> history() {
        synchronized (history) {
            return List.copyOf(history);
        }
    }

    /** Waits for the report; null when it takes longer than {@code patience}. */
    public SyncReport await(Duration patience) throws InterruptedException {
        try {
            return done.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Gives the listener what has happened so far and what will; {@code end} runs once, when the run has its report. */
    public void watch(Consumer<SyncProgress> listener, Runnable end) {
        synchronized (history) {
            history.forEach(listener);
            listeners.add(listener);
        }
        done.whenComplete((report, failure) -> end.run());
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
