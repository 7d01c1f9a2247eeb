package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.FairQueue;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.RecurringWork;
import io.agentdb.sync.quic.stream.StreamExchange;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A request that stays open: when there is something to do, it waits for a turn like any other of its client's
 * requests, and between its turns it takes no worker. Thread-safe.
 */
final class StandingStream {

    private final StreamExchange exchange;
    private final BooleanSupplier request;
    private final Consumer<Throwable> failed;
    private final Runnable ended;
    private final RecurringWork turns;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile Runnable unwatch = () -> { };

    /**
     * @param request does what there is to do, and says whether it stays open
     * @param failed tells the peer why it has ended
     * @param ended hears once that it has, whyever
     */
    StandingStream(String client, StreamExchange exchange, BooleanSupplier request, FairQueue queue,
            Consumer<Throwable> failed, Runnable ended) {
        this.exchange = exchange;
        this.request = request;
        this.failed = failed;
        this.ended = ended;
        this.turns = new RecurringWork(turn -> {
            if (!queue.offer(client, turn)) {
                fail(new PeerRejected(ErrorCode.RATE_LIMITED, "too many of your requests wait here already",
                        Duration.ofSeconds(1)));
            }
        }, this::turn);
    }

    /** @param watch has its argument called when there is something to do, and returns how to end that */
    void begin(UnaryOperator<Runnable> watch) {
        unwatch = watch.apply(turns::call);
        turns.call();
    }

    private void turn() {
        try {
            if (request.getAsBoolean()) {
                exchange.rest(turns::call);
            } else {
                exchange.finish();
                end();
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private void fail(Throwable e) {
        failed.accept(e);
        end();
    }

    private void end() {
        if (over.getAndSet(true)) {
            return;
        }
        turns.end();
        ended.run();
        unwatch.run();
        exchange.close();
    }
}
