package io.agentdb.sync.quic;

import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.Message.Request;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.protocol.SyncException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs requests on a bounded pool of workers, and turns what goes wrong into the peer's answer. Thread-safe. */
final class RequestDispatcher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RequestDispatcher.class);

    private final Map<Class<?>, RequestHandler<?>> handlers = new HashMap<>();
    private final QuicMetrics metrics;
    private final ThreadPoolExecutor workers;

    /** @param size requests under way at once; no more than the database has connections, or they would wait for those */
    RequestDispatcher(List<? extends RequestHandler<?>> handlers, int size, int queue, QuicMetrics metrics) {
        handlers.forEach(handler -> this.handlers.put(handler.request(), handler));
        this.metrics = metrics;
        AtomicInteger number = new AtomicInteger();
        this.workers = new ThreadPoolExecutor(size, size, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), task -> {
            Thread thread = new Thread(task, "sync-worker-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        workers.allowCoreThreadTimeOut(true);
    }

    /** @return false if every worker is busy and the queue is full */
    boolean dispatch(StreamExchange exchange) {
        try {
            workers.execute(() -> serve(exchange));
            return true;
        } catch (RejectedExecutionException full) {
            return false;
        }
    }

    /** Interrupts what is still under way, and waits for it for a few seconds. */
    @Override
    public void close() {
        workers.shutdownNow();
        try {
            workers.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(StreamExchange exchange) {
        try {
            Message first = exchange.receive();
            if (!(first instanceof Request request)) {
                throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                        "a stream begins with a request, not with " + first.getClass().getSimpleName());
            }
            handle(request, exchange);
            exchange.finish();
        } catch (RuntimeException | Error e) {
            Failure failure = tell(exchange, e);
            metrics.refused(failure.code());
            exchange.conclude(failure);
        } finally {
            exchange.close();
        }
    }

    @SuppressWarnings("unchecked")
    private <R extends Request> void handle(R request, Exchange exchange) {
        RequestHandler<R> handler = (RequestHandler<R>) handlers.get(request.getClass());
        if (handler == null) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "this node does not answer " + request.getClass().getSimpleName());
        }
        handler.handle(request, exchange);
    }

    private static Failure tell(Exchange exchange, Throwable failure) {
        if (failure instanceof PeerRejected rejected) {
            return new Failure(rejected.code(), rejected.getMessage(), rejected.retryAfter());
        }
        if (failure instanceof ProtocolException protocol) {
            return new Failure(protocol.code(), protocol.getMessage(), Duration.ZERO);
        }
        String who = exchange.session().nodeId() + " at " + exchange.session().address();
        if (failure instanceof SyncException broken) {
            log.info("A request of {} broke off: {}", who, broken.getMessage());
            return new Failure(ErrorCode.CANCELLED, "the request broke off: " + broken.getMessage(), Duration.ZERO);
        }
        String incident = UUID.randomUUID().toString().substring(0, 8);
        log.error("A request of {} failed, incident {}", who, incident, failure);
        return new Failure(ErrorCode.INTERNAL, "this node could not answer; its log has incident " + incident, Duration.ZERO);
    }
}
