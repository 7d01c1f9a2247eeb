package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.FairQueue;
import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Failure;
import io.agentdb.sync.protocol.Message.Request;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.protocol.SessionCheck;
import io.agentdb.sync.protocol.StandingRequest;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.quic.stream.QuicMetrics;
import io.agentdb.sync.quic.stream.StreamExchange;
import io.agentdb.sync.telemetry.LogContext;
import io.agentdb.sync.telemetry.Observations;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
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

    /** A push and a pull. Each further one would read the feed once more for every change. */
    private static final int MOST_STANDING = 2;
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Map<Class<?>, RequestHandler<?>> handlers = new HashMap<>();
    private final SessionCheck check;
    private final QuicMetrics metrics;
    private final Observations observations;
    private final FairQueue turns;
    /** How many requests stay open, by the connection that they came on. */
    private final Map<String, Integer> standing = new ConcurrentHashMap<>();
    private final List<Thread> workers;

    /**
     * @param check before each request
     * @param size requests under way at once; no more than the database has connections, or they would wait for those
     * @param queue how many of one client's requests may wait
     */
    RequestDispatcher(List<? extends RequestHandler<?>> handlers, SessionCheck check, int size, int queue,
            QuicMetrics metrics, Observations observations) {
        handlers.forEach(handler -> this.handlers.put(handler.request(), handler));
        this.check = check;
        this.metrics = metrics;
        this.observations = observations;
        this.turns = new FairQueue(size, queue);
        this.workers = IntStream.rangeClosed(1, size).mapToObj(number -> {
            Thread thread = new Thread(this::work, "sync-worker-" + number);
            thread.setDaemon(true);
            thread.start();
            return thread;
        }).toList();
    }

    /**
     * @param welcome asked before each turn of a request that stays open; throws if its client may not go on
     * @return false if too many requests of this client wait already
     */
    boolean dispatch(String client, StreamExchange exchange, Runnable welcome) {
        return turns.offer(client, () -> serve(client, exchange, welcome));
    }

    /**
     * Has a worker find an answer for somebody who is no client yet.
     *
     * @param who its address, whose turn it is
     * @return false if too many of that address wait already
     */
    boolean dispatch(String who, Supplier<Message> work, Consumer<Message> answer) {
        return turns.offer(who, () -> {
            Message found;
            try {
                found = work.get();
            } catch (RuntimeException e) {
                Failure failure = tell("somebody at " + who, e);
                metrics.refused(failure.code());
                found = failure;
            }
            answer.accept(found);
        });
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

    private void serve(String client, StreamExchange exchange, Runnable welcome) {
        try (LogContext told = LogContext.of(exchange.session().nodeId().name())) {
            answer(client, exchange, welcome);
        }
    }

    private void answer(String client, StreamExchange exchange, Runnable welcome) {
        try {
            Message first = exchange.receive();
            if (!(first instanceof Request request)) {
                throw new ProtocolException(ErrorCode.PROTOCOL_VIOLATION,
                        "a stream begins with a request, not with " + first.getClass().getSimpleName());
            }
            Optional<StandingRequest> more = observations.request(label(request), exchange.session().nodeId().name(),
                    exchange.told(), () -> open(request, exchange));
            if (more.isPresent()) {
                stand(client, exchange, more.get(), welcome);
                return;
            }
            exchange.finish();
        } catch (RuntimeException | Error e) {
            fail(exchange, e);
        }
        exchange.close();
    }

    private void stand(String client, StreamExchange exchange, StandingRequest request, Runnable welcome) {
        String connection = exchange.session().connectionId();
        if (standing.merge(connection, 1, Integer::sum) > MOST_STANDING) {
            forgetStanding(connection);
            throw new PeerRejected(ErrorCode.RATE_LIMITED, "no more than " + MOST_STANDING
                    + " requests of one connection stay open here", Duration.ZERO);
        }
        new StandingStream(client, exchange, () -> {
            welcome.run();
            check.require(exchange.session());
            return request.goOn();
        }, turns, e -> leave(exchange, e), () -> forgetStanding(connection)).begin(request::watch);
    }

    private void forgetStanding(String connection) {
        standing.computeIfPresent(connection, (id, count) -> count == 1 ? null : count - 1);
    }

    /** That a peer goes is how what it keeps open ends, and no failure. */
    private void leave(StreamExchange exchange, Throwable e) {
        if (e instanceof OutcomeUnknown gone) {
            log.debug("What {} kept open has ended: {}", exchange.session().nodeId(), gone.getMessage());
        } else {
            fail(exchange, e);
        }
    }

    private void fail(StreamExchange exchange, Throwable e) {
        Failure failure = tell(exchange.session().nodeId() + " at " + exchange.session().address(), e);
        metrics.refused(failure.code());
        exchange.conclude(failure);
    }

    private static String label(Request request) {
        return request.getClass().getSimpleName().replace("Request", "").toLowerCase(Locale.ROOT);
    }

    @SuppressWarnings("unchecked")
    private <R extends Request> Optional<StandingRequest> open(R request, Exchange exchange) {
        RequestHandler<R> handler = (RequestHandler<R>) handlers.get(request.getClass());
        if (handler == null) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST,
                    "this node does not answer " + request.getClass().getSimpleName());
        }
        check.require(exchange.session());
        return handler.open(request, exchange);
    }

    private static Failure tell(String who, Throwable failure) {
        if (failure instanceof PeerRejected rejected) {
            return new Failure(rejected.code(), rejected.getMessage(), rejected.retryAfter());
        }
        if (failure instanceof ProtocolException protocol) {
            return new Failure(protocol.code(), protocol.getMessage(), Duration.ZERO);
        }
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
