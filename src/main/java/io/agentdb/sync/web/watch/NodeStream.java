package io.agentdb.sync.web.watch;

import io.agentdb.sync.web.request.ConcurrencyLimit;
import jakarta.servlet.http.HttpServletResponse;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells all who listen what has changed, once a second, programs and pages alike: one look at the node serves them all,
 * and none is taken while nobody listens. Thread-safe.
 */
@Component
public class NodeStream {

    /** What those of one kind are told. */
    public interface Telling {

        /**
         * The data of each event by its name; a listener is sent what differs from what it was sent before. Called once
         * a second for all that have the same telling; it may not block.
         *
         * @param now null if the node could never be looked at
         * @param failure why there is no newer one; null if there is
         */
        Map<String, String> of(@Nullable Snapshot now, @Nullable String failure);
    }

    private static final Logger log = LoggerFactory.getLogger(NodeStream.class);
    /** A listener that has gone is noticed by writing to it. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);
    private static final Duration COME_BACK = Duration.ofSeconds(2);
    /** So many that do not read hold up the others, and no longer than the container waits for each. */
    private static final int SENDERS = 4;

    /** Sent to by one thread at a time. */
    private static final class Listener {
        final Telling telling;
        final SseEmitter emitter;
        final AtomicBoolean busy = new AtomicBoolean();
        final Map<String, String> has = new HashMap<>();
        long lastSent = System.nanoTime();

        Listener(Telling telling, Duration longest) {
            this.telling = telling;
            emitter = new SseEmitter(longest.toMillis());
        }
    }

    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor senders = new ThreadPoolExecutor(SENDERS, SENDERS, 30, TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "agentdb-events");
                thread.setDaemon(true);
                return thread;
            });
    private final Snapshots snapshots;

    NodeStream(Snapshots snapshots) {
        this.snapshots = snapshots;
        senders.allowCoreThreadTimeOut(true);
    }

    /**
     * Another one who listens, until it goes away, or the node stops.
     *
     * @param longest after which it has to come back, and to show anew who it is: a browser does so by itself
     * @param response of the request that asks for it
     * @throws io.agentdb.sync.web.problem.Refusal 429 if too many listen already
     */
    public SseEmitter listen(ConcurrencyLimit places, Duration longest, Telling telling, HttpServletResponse response)
            throws IOException {
        ConcurrencyLimit.Taken place = places.take();
        // A proxy that collects the answer before it passes it on would pass on nothing.
        response.setHeader("X-Accel-Buffering", "no");
        Listener listener = new Listener(telling, longest);
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

    /** How many listen now. */
    public int listeners() {
        return listeners.size();
    }

    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    void tell() {
        if (listeners.isEmpty()) {
            return;
        }
        Snapshot now = null;
        String failure;
        try {
            now = snapshots.now();
            failure = now.failure();
        } catch (DataAccessException | TransactionException e) {
            failure = Snapshots.words(e);
        }
        Map<Telling, Map<String, String>> told = new HashMap<>();
        for (Listener listener : listeners) {
            Map<String, String> news = told.get(listener.telling);
            if (news == null) {
                news = listener.telling.of(now, failure);
                told.put(listener.telling, news);
            }
            tell(listener, news);
        }
    }

    /** Who is still being told of the look before gets this one's news with the next. */
    private void tell(Listener listener, Map<String, String> news) {
        if (listener.busy.compareAndSet(false, true)) {
            try {
                senders.execute(() -> send(listener, news));
            } catch (RejectedExecutionException closing) {
                log.debug("Nobody is told any more: the node stops");
            }
        }
    }

    private static void send(Listener listener, Map<String, String> now) {
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
            end(listener, new UncheckedIOException(e));
        } catch (IllegalStateException gone) {
            log.debug("A listener went away", gone);
        } finally {
            listener.busy.set(false);
        }
    }

    /** The container may have noticed by itself that it went away, and takes no word more of it then. */
    private static void end(Listener listener, RuntimeException why) {
        try {
            listener.emitter.completeWithError(why);
        } catch (IllegalStateException noticed) {
            log.debug("A listener went away", noticed);
        }
    }

    /** Before the server waits for what is under way: a stream would keep it waiting for as long as it may. */
    @EventListener
    void close(ContextClosedEvent closing) {
        senders.shutdown();
        listeners.forEach(listener -> listener.emitter.complete());
    }
}
