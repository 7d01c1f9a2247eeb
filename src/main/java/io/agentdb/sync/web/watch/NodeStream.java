package io.agentdb.sync.web.watch;

import io.agentdb.sync.web.request.ConcurrencyLimit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells all who listen what has changed, once a second: one glance at the node serves them all, and none is taken while
 * nobody listens. Thread-safe.
 */
@Component
class NodeStream {

    private static final Logger log = LoggerFactory.getLogger(NodeStream.class);
    private static final int MOST = 100;
    /** Then a browser comes back by itself, and shows anew who it is. */
    private static final Duration LONGEST = Duration.ofHours(1);
    /** A listener that has gone is noticed by writing to it. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);
    private static final Duration COME_BACK = Duration.ofSeconds(2);
    /** So many that do not read hold up the others, and no longer than the container waits for each. */
    private static final int SENDERS = 4;

    /** Sent to by one thread at a time. */
    private static final class Listener {
        final SseEmitter emitter = new SseEmitter(LONGEST.toMillis());
        final AtomicBoolean busy = new AtomicBoolean();
        final Map<String, String> has = new HashMap<>();
        long lastSent = System.nanoTime();
    }

    private final ConcurrencyLimit places = new ConcurrencyLimit(MOST, "listeners to events");
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor senders = new ThreadPoolExecutor(SENDERS, SENDERS, 30, TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "agentdb-events");
                thread.setDaemon(true);
                return thread;
            });
    private final NodeGlance glance;
    private volatile long glances;

    NodeStream(NodeGlance glance) {
        this.glance = glance;
        senders.allowCoreThreadTimeOut(true);
    }

    /** @throws io.agentdb.sync.web.problem.Refusal 429 if too many listen already */
    SseEmitter listen() throws IOException {
        ConcurrencyLimit.Taken place = places.take();
        Listener listener = new Listener();
        Runnable gone = () -> {
            listeners.remove(listener);
            place.close();
        };
        listener.emitter.onCompletion(gone);
        listener.emitter.onError(why -> gone.run());
        listener.emitter.onTimeout(listener.emitter::complete);
        // Without it the answer's head would wait for the first news.
        listener.emitter.send(SseEmitter.event().reconnectTime(COME_BACK.toMillis()).comment("news follow"));
        listeners.add(listener);
        if (senders.isShutdown()) {
            listener.emitter.complete();
            gone.run();
        }
        return listener.emitter;
    }

    /** How often it has looked at the node. */
    long glances() {
        return glances;
    }

    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    void tell() {
        if (listeners.isEmpty()) {
            return;
        }
        Map<String, String> now = glance.take();
        glances++;
        for (Listener listener : listeners) {
            // Who is still being told of the glance before gets this one's news with the next.
            if (listener.busy.compareAndSet(false, true)) {
                try {
                    senders.execute(() -> tell(listener, now));
                } catch (RejectedExecutionException closing) {
                    log.debug("Nobody is told any more: the node stops");
                }
            }
        }
    }

    private static void tell(Listener listener, Map<String, String> now) {
        try {
            long at = System.nanoTime();
            for (Map.Entry<String, String> part : now.entrySet()) {
                if (!part.getValue().equals(listener.has.put(part.getKey(), part.getValue()))) {
                    listener.emitter.send(SseEmitter.event().name(part.getKey())
                            .data(part.getValue(), MediaType.TEXT_PLAIN));
                    listener.lastSent = at;
                }
            }
            if (at - listener.lastSent > LONGEST_SILENCE.toNanos()) {
                listener.emitter.send(SseEmitter.event().comment("nothing new"));
                listener.lastSent = at;
            }
        } catch (IOException e) {
            listener.emitter.completeWithError(new UncheckedIOException(e));
        } catch (IllegalStateException gone) {
            log.debug("A listener went away", gone);
        } finally {
            listener.busy.set(false);
        }
    }

    /** Before the server waits for what is under way: a stream would keep it waiting for as long as it may. */
    @EventListener
    void close(ContextClosedEvent closing) {
        senders.shutdown();
        listeners.forEach(listener -> listener.emitter.complete());
    }
}
