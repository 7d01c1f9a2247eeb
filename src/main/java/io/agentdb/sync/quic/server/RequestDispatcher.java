package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.FairQueue;
import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.Message.Request;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.protocol.SessionCheck;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.stream.QuicMetrics;
import io.agentdb.sync.quic.stream.StreamExchange;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Runs requests on a bounded number of workers, the clients in turn, and turns what goes wrong into the peer's answer.
 * Thread-safe.
 */
final class RequestDispatcher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RequestDispatcher.class);

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Map<Class<?>, RequestHandler<?>> handlers = new HashMap<>();
    private final SessionCheck check;
    private final QuicMetrics metrics;
    private final FairQueue turns;
    private final List<Thread> workers;

    /**
     * @param check before each request
     * @param size requests under way at once; no more than the database has connections, or they would wait for those
     * @param queue how many of one client's requests may wait
     */
    RequestDispatcher(List<? extends RequestHandler<?>> handlers, SessionCheck check, int size, int queue,
            QuicMetrics metrics) {
        handlers.forEach(handler -> this.handlers.put(handler.request(), handler));
        this.check = check;
        this.metrics = metrics;
        this.turns = new FairQueue(size, queue);
        this.workers = IntStream.rangeClosed(1, size).mapToObj(number -> {
            Thread thread = new Thread(this::work, "sync-worker-" + number);
            thread.setDaemon(true);
            thread.start();
            return thread;
        }).toList();
    }

    /** @return false if too many requests of this client wait already */
    boolean dispatch(String client, StreamExchange exchange) {
        return turns.offer(client, () -> serve(exchange));
    }

    /** Interrupts what is still under way, and waits for it for a few seconds. */
    @Override
    public void close() {
        turns.close();
        workers.forEach(Thread::interrupt);
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            for (Thread worker : workers) {
                worker.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try {
            for (FairQueue.Turn turn = turns.take(); turn != null; turn = turns.take()) {
                try {
                    turn.work().run();
                } catch (RuntimeException | Error e) {
                    // The worker goes on: each that died would be missing for ever.
                    log.error("A request ended in a way that was not foreseen", e);
                } finally {
                    turns.done(turn);
                }
            }
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
            throw new ProtocolException(ErrorCode.BAD_REQUEST,
                    "this node does not answer " + request.getClass().getSimpleName());
        }
        check.require(exchange.session());
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
        if (failure instanceof DataAccessException || failure instanceof TransactionException) {
            log.warn("A request of {} failed: {}", who, DatabaseFailure.words(failure));
            return new Failure(ErrorCode.UNAVAILABLE, DatabaseFailure.remedy(failure)
                    .orElse("this node's database does not take or give anything now; its log says why"), RETRY);
        }
        String incident = UUID.randomUUID().toString().substring(0, 8);
        log.error("A request of {} failed, incident {}", who, incident, failure);
        return new Failure(ErrorCode.INTERNAL, "this node could not answer; its log has incident " + incident,
                Duration.ZERO);
    }
}
