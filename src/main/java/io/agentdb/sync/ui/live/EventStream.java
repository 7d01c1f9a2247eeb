package io.agentdb.sync.ui.live;

import io.agentdb.sync.web.problem.Breakdown;
import io.agentdb.sync.web.problem.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells all pages that are open, once a second, which of their parts have changed. They fetch those anew. While nobody
 * listens, it has no thread and asks nothing. Thread-safe.
 */
@Component
public class EventStream implements SmartLifecycle {

    private static final int MOST = 100;
    private static final int RETRY_SECONDS = 10;
    /** Who has signed out meanwhile is noticed when the page comes again. */
    private static final Duration LASTS = Duration.ofMinutes(5);
    private static final List<String> PARTS = List.of("counts", "peers", "node");

    private final Snapshots snapshots;
    private final Set<SseEmitter> listeners = ConcurrentHashMap.newKeySet();
    private @Nullable ScheduledExecutorService ticker;
    private volatile boolean running;

    EventStream(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    /** @throws Refusal 429 if there are as many as this process serves: ask {@link #versions} now and then instead */
    public SseEmitter follow() {
        if (listeners.size() >= MOST) {
            throw Refusal.later(HttpStatus.TOO_MANY_REQUESTS, "too-many-at-once",
                    "This process tells " + MOST + " pages at once what changes, and as many are open.",
                    RETRY_SECONDS);
        }
        SseEmitter emitter = new SseEmitter(LASTS.toMillis());
        emitter.onCompletion(() -> leave(emitter));
        emitter.onTimeout(emitter::complete);
        emitter.onError(failure -> leave(emitter));
        listeners.add(emitter);
        begin();
        return emitter;
    }

    /** What each part shows, as a word that changes with it. */
    public String versions() {
        Snapshot now = snapshots.now();
        StringBuilder said = new StringBuilder("{");
        PARTS.forEach(part -> said.append('"').append(part).append("\":\"").append(now.part(part)).append("\","));
        return said.append("\"at\":\"").append(now.at()).append("\",\"failed\":").append(now.failure() != null)
                .append('}').toString();
    }

    @Override
    public void start() {
        running = true;
    }

    /** Before the web server, which would wait for the streams to end. */
    @Override
    public void stop() {
        running = false;
        listeners.forEach(SseEmitter::complete);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private synchronized void begin() {
        if (ticker == null) {
            ticker = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "pages");
                thread.setDaemon(true);
                return thread;
            });
            ticker.scheduleWithFixedDelay(this::tell, 0, 1, TimeUnit.SECONDS);
        }
    }

    private synchronized void leave(SseEmitter emitter) {
        listeners.remove(emitter);
        if (listeners.isEmpty() && ticker != null) {
            ticker.shutdown();
            ticker = null;
        }
    }

    private void tell() {
        try {
            String versions = versions();
            for (SseEmitter listener : listeners) {
                send(listener, versions);
            }
        } catch (RuntimeException e) {
            // Thrown on, it would be the last time; the pages say that they hear nothing.
            Breakdown.of(e, "a page can be loaded again");
        }
    }

    private void send(SseEmitter listener, String versions) {
        try {
            listener.send(SseEmitter.event().name("versions").data(versions));
        } catch (IOException | IllegalStateException e) {
            leave(listener);
            listener.completeWithError(e);
        }
    }
}
